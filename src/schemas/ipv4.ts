// Arithmetic of IPv4 networks such as `198.18.0.0/24`; a plain address is a network of one.

/** Whether two networks share an address. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [parsed(one), parsed(other)];
  const size = Math.max(a.size, b.size);
  return Math.floor(a.number / size) === Math.floor(b.number / size);
}

/** The network, named by its first address: `192.168.1.0/24` for `192.168.1.1/24`. */
export function byFirstAddress(network: string): string {
  const { number, size } = parsed(network);
  const first = number - (number % size);
  const address = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256).join(".");
  return [address, ...network.split("/").slice(1)].join("/");
}

function parsed(network: string): { number: number; size: number } {
  const [address = "", bits = "32"] = network.split("/");
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { number, size: 2 ** (32 - Number(bits)) };
}
