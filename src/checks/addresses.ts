import { overlap } from "../schemas/ipv4.ts";
import { type Check, error } from "./check.ts";
import { sharing } from "./sharing.ts";

/** Every host has an address of its own, in the network that servers accept clients from. */
export const addresses: Check = {
  id: "GW-02",
  waivable: true,
  findings: ({ hosts, network }) => [
    ...Object.entries(hosts)
      .filter(([, { address }]) => address !== "" && !overlap(network, address))
      .map(([name, { address }]) =>
        error(
          `host ${name} has the address ${address}, outside the network ${network}: servers would refuse it; correct groundwork:hosts.${name}.address or groundwork:network.cidr`,
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
