import { z } from "zod";

import { byFirstAddress } from "./ipv4.ts";

/** An address or a network in the spelling of packet filters: what these print is compared with what was declared. */
export const network = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
    error: "give an address or a network, such as 192.168.1.11 or 192.168.1.0/24",
  })
  .refine((text) => !isInIpv6(text), "no packet has an IPv4 address within IPv6; give it as 192.168.1.11")
  .refine((text) => !text.includes("/") || isFirst(text), {
    error: 'give a network by its first address, such as 192.168.1.0/24; write "any" for all there are',
  })
  .overwrite((text) => [spelled(text), ...text.split("/").slice(1)].join("/"));

/** The address, where it is of IPv6 shortened and in small letters, with no part that is dotted. */
function spelled(network: string): string {
  const [address = ""] = network.split("/");
  return address.includes(":") ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

const isInIpv6 = (text: string): boolean => /^::(ffff:)?[0-9a-f]+:[0-9a-f]+$/.test(spelled(text));

/** Whether the address of a network is its first; one of all addresses, or of one, is none. */
function isFirst(network: string): boolean {
  if (!network.includes(":")) return isOfSome(network) && byFirstAddress(network) === network;
  const bits = Number(network.split("/")[1]);
  return bits > 0 && bits < 128 && ipv6Number(spelled(network)) % 2n ** BigInt(128 - bits) === 0n;
}

const isOfSome = (network: string): boolean => /\/([1-9]|[12]\d|3[01])$/.test(network);

const message = (otherwise: string) => ({
  error: ({ input }: { input?: unknown }) =>
    typeof input === "string" && z.cidrv4().safeParse(input).success && isOfSome(input)
      ? `must be given by its first address, ${byFirstAddress(input)}`
      : otherwise,
});

const like = "must be an IPv4 network, such as 192.168.1.0/24";

/** The addresses of a configuration's network. */
export const ipv4Network = z.cidrv4({ error: like, abort: true }).refine(isFirst, message(like));

/** One address of IPv4, or a network. */
export const ipv4Addresses = z
  .string()
  .refine(
    (text) => [z.ipv4(), ipv4Network].some((one) => one.safeParse(text).success),
    message("must be an IPv4 address or network, such as 10.8.0.4 or 10.8.0.0/24"),
  )
  .meta({ examples: ["10.8.0.0/24"] });

function ipv6Number(address: string): bigint {
  const [before = [], after = []] = address.split("::").map((half) => half.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return BigInt(`0x${[...before, ...zeros, ...after].map((part) => part.padStart(4, "0")).join("")}`);
}
