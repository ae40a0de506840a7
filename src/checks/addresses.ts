import { type Check, error } from "./check.ts";
import { sharing } from "./sharing.ts";

/** Every host has an address of its own, in the network that servers accept clients from. */
export const addresses: Check = {
  id: "GW-02",
  waivable: true,
  findings: ({ hosts, network }) => [
    ...Object.entries(hosts)
      .filter(([, { address }]) => address !== "" && !holds(network, address))
      .map(([name, { address }]) =>
        error(
          `host ${name} has the address ${address}, outside of the network ${network}: servers would refuse it; correct groundwork:hosts.${name}.address or groundwork:network.cidr`,
        ),
      ),
    ...sharing(
      Object.entries(hosts).filter(([, { address }]) => address !== ""),
      ([, { address }]) => address,
    ).map(([address, those]) =>
      error(
        `hosts ${those.map(([name]) => name).join(" and ")} share the address ${address}; correct one: pulumi config set --path 'groundwork:hosts.${those.at(-1)?.[0]}.address' ADDRESS`,
      ),
    ),
  ],
};

/** Whether an IPv4 network such as 198.18.0.0/24 holds an address. */
export function holds(network: string, address: string): boolean {
  const [base = "", bits = "32"] = network.split("/");
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(base) / size) === Math.floor(number(address) / size);
}

const number = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
