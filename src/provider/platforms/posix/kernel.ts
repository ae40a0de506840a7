import { answered } from "../../lines.ts";
import type { Kernel } from "../platform.ts";

/** Values as the host tells them: `undefined` where there is none. */
type Told = (text: string | undefined, key: string) => string | undefined;

/**
 * Kernel parameters, which every helper lists as lines of a key, its live value and what keeps it, both in base64.
 *
 * @param kept the value in what keeps it; another text is shown as it is
 */
export const parametersOf = (kept: Told): Kernel["parameter"] => ({
  name: "kernel-parameters",
  manifest: true,
  command: (keys) => ({ argv: ["gw_sysctl_list", ...keys] }),
  parse: (answer) =>
    new Map(
      answered(answer, "reading kernel parameters").map((line) => {
        const [key, live, keeper] = line.split(" ");
        if (!key || !live || !keeper) throw new Error(`kernel parameters: ${JSON.stringify(line)} is not understood`);
        // Fields of a value are separated by tabs or spaces, as the kernel likes.
        return [key, { live: decoded(live)?.trim().replace(/\s+/g, " "), kept: kept(decoded(keeper), key) }];
      }),
    ),
});

const decoded = (base64: string): string | undefined =>
  base64 === "-" ? undefined : Buffer.from(base64, "base64").toString("utf8");
