import type { Check } from "./model.ts";

/** What the services of a host may use, and what its system keeps, fits its memory. */
export const memory: Check = {
  id: "MM-02",
  waivable: true,
  broken: ({ hosts, services }) =>
    Object.entries(hosts).flatMap(([name, { memoryMiB, reservedMiB }]) => {
      const here = services.filter(({ host, memoryMiB }) => host === name && memoryMiB > 0);
      const needed = here.reduce((sum, service) => sum + service.memoryMiB, reservedMiB);
      if (needed <= memoryMiB) return [];
      const parts = [...here.map((service) => `${service.name} ${service.memoryMiB}`), `system ${reservedMiB}`];
      return [
        `${name} has ${memoryMiB} MiB and needs ${needed} (${parts.join(" + ")}); lower a memoryMiB of groundwork:services, or move a service to another host`,
      ];
    }),
};
