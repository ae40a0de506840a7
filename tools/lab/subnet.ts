import { overlap } from "../../src/schemas/ipv4.ts";
import { run } from "./run.ts";

/** 198.18.0.0/15 (RFC 2544, never routed) as /24 networks: the first is the default lab's. */
const count = 512;
const network = (index: number): string => `198.${18 + (index >> 8)}.${index & 255}.0/24`;

/**
 * The default lab has 198.18.0.0/24; every other one the first free /24 from a place its tag gives, so that labs of
 * different users seldom want the same.
 *
 * @throws Error when none is free.
 */
export function chooseSubnet(lab: { name: string; tag: string }, taken: readonly string[]): string {
  if (lab.name === "default") return network(0);
  const first = Number.parseInt(lab.tag.slice(2), 16);
  for (let step = 0; step < count - 1; step++) {
    const subnet = network(1 + ((first + step) % (count - 1)));
    if (!taken.some((other) => overlap(subnet, other))) return subnet;
  }
  throw new Error(
    "no /24 of 198.18.0.0/15 is free: routes and other labs hold them all (ip route show; labs in $GROUNDWORK_CACHE/labs)",
  );
}

/** Destination networks of this machine's routes, without the default route and those through the link `except`. */
export async function routedSubnets(except: string): Promise<{ subnet: string; link: string }[]> {
  if (process.platform !== "linux") return []; // there the engine has a machine of its own
  const { stdout } = await run`ip -json -4 route show table all`;
  const routes: { dst: string; dev?: string }[] = JSON.parse(stdout || "[]");
  return routes
    .filter(({ dst, dev }) => dst !== "default" && dev !== except)
    .map(({ dst, dev }) => ({ subnet: dst, link: dev ?? "none" }));
}

/** The nth address of a /24: `addressIn("198.18.0.0/24", 11)` is `198.18.0.11`. */
export const addressIn = (subnet: string, number: number): string => subnet.replace(/\d+\/24$/, String(number));
