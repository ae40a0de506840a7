import { type Check, error, mend } from "./check.ts";
import type { Service } from "./model.ts";
import { sharing } from "./sharing.ts";

/** A port of a host belongs to one service, and is reserved for none that the program runs. */
export const ports: Check = {
  id: "MM-01",
  waivable: false,
  findings({ services }) {
    const declared = (name: string) => services.find((one) => one.name === name && !one.reserved);
    const needless = services.flatMap((one) => {
      const instead = one.reserved && declared(one.name);
      return instead ? [{ reservation: one, instead }] : [];
    });
    const claiming = services.filter((one) => one.port > 0 && !needless.some(({ reservation }) => reservation === one));
    return [
      ...needless.map(({ reservation: { name, key }, instead }) =>
        error(
          `${key} keeps a port for ${name}, which ${instead.key} declares with its own; remove the reservation: pulumi config rm --path 'groundwork:${key}'`,
        ),
      ),
      ...sharing(claiming, ({ host, port }) => `${port}/tcp on ${host}`).map(([place, claims]) =>
        error(`port ${place} is claimed by ${names(claims)}; ${advice(services, claims)}`),
      ),
    ];
  },
};

const names = (services: readonly Service[]): string => services.map(({ name }) => name).join(" and ");

const portKeyOf = ({ key, portKey = `${key}.port` }: Service): string => portKey;

/** Who is not where it is looked for moves there; else the last one, rather one that is looked for nowhere, to a free port. */
function advice(services: readonly Service[], claims: readonly Service[]): string {
  const astray = claims.find(({ port, usualPort = port }) => port !== usualPort);
  const moved = astray ?? claims.findLast(({ usualPort }) => usualPort === undefined) ?? claims.at(-1)!;
  const key = portKeyOf(moved);
  const hosts = services.filter((one) => portKeyOf(one) === key).map(({ host }) => host); // one key may stand for all hosts
  const taken = new Set(services.filter(({ host }) => hosts.includes(host)).map(({ port }) => port));
  return `give one of them another: ${mend(key, free(moved.usualPort ?? moved.port, taken))}`;
}

function free(port: number, taken: ReadonlySet<number>): number {
  if (!taken.has(port)) return port;
  return free(port >= 65535 ? 1024 : port + 1, taken);
}
