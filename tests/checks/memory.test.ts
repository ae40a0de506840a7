import { expect, test } from "vitest";

import { memory } from "../../src/checks/memory.ts";
import { modelOf, service } from "./model.ts";

test("services and system may fill a host to its last MiB", () => {
  expect(memory.broken(modelOf(service("postgres", { memoryMiB: 3072 })))).toEqual([]);
});

test("a host that is too small is shown with its sum", () => {
  const model = modelOf(
    service("postgres", { memoryMiB: 3072 }),
    service("prometheus", { memoryMiB: 1 }),
    service("api", { host: "control", memoryMiB: 100 }),
  );
  expect(memory.broken(model)).toEqual([
    "storage has 4096 MiB and needs 4097 (postgres 3072 + prometheus 1 + system 1024); lower a memoryMiB of groundwork:services, or move a service to another host",
  ]);
});
