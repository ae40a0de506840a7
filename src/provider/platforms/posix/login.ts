import type { Fact } from "../../host.ts";
import { answered } from "../../lines.ts";

/** Whom this connection logged in as, by the host's own word: it knows aliases, and who became root by sudo. */
export const login: Fact<string> = {
  name: "login",
  command: () => ({ argv: ["gw_login"] }),
  parse(answer, keys) {
    const doing = "asking whom the connection logged in as";
    const [name] = answered(answer, doing);
    if (!name) throw new Error(`${doing}: the host said nothing`);
    return new Map(keys.map((key) => [key, name]));
  },
};
