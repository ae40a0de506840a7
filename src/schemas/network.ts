import { z } from "zod";

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
  const address = spelled(network);
  const [number, most] = address.includes(":") ? [ipv6Number(address), 128] : [ipv4Number(address), 32];
  const bits = Number(network.split("/")[1]);
  return bits > 0 && bits < most && number % 2n ** BigInt(most - bits) === 0n;
}

const ipv4Number = (address: string): bigint => address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);

function ipv6Number(address: string): bigint {
  const [before = [], after = []] = address.split("::").map((half) => half.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return BigInt(`0x${[...before, ...zeros, ...after].map((part) => part.padStart(4, "0")).join("")}`);
}
