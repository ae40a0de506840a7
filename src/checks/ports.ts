import { type Check, error, mend } from "./check.ts";
import type { Service } from "./model.ts";
import { sharing } from "./sharing.ts";

/** A port of a host belongs to one service. */
export const ports: Check = {
  id: "MM-01",
  waivable: false,
  findings: ({ services }) =>
    sharing(
      services.filter(({ port }) => port > 0),
      ({ host, port }) => `${port}/tcp on ${host}`,
    ).map(([place, claims]) => error(`port ${place} is claimed by ${names(claims)}; ${advice(services, claims)}`)),
};

const names = (services: readonly Service[]): string => services.map(({ name }) => name).join(" and ");

function advice(services: readonly Service[], claims: readonly Service[]): string {
  const moved = claims.at(-1)!;
  const taken = new Set(services.filter(({ host }) => host === moved.host).map(({ port }) => port));
  const free = nextFree(moved.port, taken);
  return `give one of them another: ${mend(`${moved.key}.port`, free)}`;
}

function nextFree(port: number, taken: ReadonlySet<number>): number {
  const free = port >= 65535 ? 1024 : port + 1;
  return taken.has(free) ? nextFree(free, taken) : free;
}
