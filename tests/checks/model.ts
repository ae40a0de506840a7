import type { Check } from "../../src/checks/check.ts";
import type { Database, Model, Service } from "../../src/checks/model.ts";

export const service = (name: string, change: Partial<Service> = {}): Service => ({
  name,
  host: "storage",
  port: 5432,
  memoryMiB: 0,
  listens: "lan",
  clients: "users",
  uses: [],
  key: `services.${name}`,
  ...change,
});

/** Two hosts of 4 GiB. */
export const modelOf = (...services: Service[]): Model => ({
  network: "198.18.0.0/24",
  hosts: {
    control: { platform: "debian", address: "198.18.0.11", memoryMiB: 4096, reservedMiB: 1024 },
    storage: { platform: "debian", address: "198.18.0.13", memoryMiB: 4096, reservedMiB: 1024 },
  },
  services,
});

/** On storage, as the lab has it. */
export const databaseWith = (change: Partial<Database> = {}): Database => ({
  host: "storage",
  version: 17,
  offered: [17],
  vector: "package",
  dimension: 768,
  ...change,
});

/** What a rule says of a model. */
export const broken = (check: Check, model: Model): string[] => check.findings(model).map(({ said }) => said);
