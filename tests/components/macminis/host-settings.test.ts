import { expect, test } from "vitest";

import type { Host } from "../../../src/checks/model.ts";
import { HostSettings } from "../../../src/components/macminis/host-settings.ts";
import { modelOf } from "../../checks/model.ts";
import { record } from "../record.ts";

const registeredOn = async (platform: Host["platform"], more: Partial<Host> = {}) => {
  const { hosts, ...rest } = modelOf();
  const storage = { ...hosts["storage"]!, platform, hostname: "mac-mini-3", ...more };
  const model = { ...rest, hosts: { ...hosts, storage } };
  const { registered } = await record(() => new HostSettings("settings", { host: "storage", model }));
  return Object.fromEntries(registered.map(({ name, inputs }) => [name, inputs]));
};

test("a host gets its name, and knows all hosts by both of theirs", async () => {
  const settings = await registeredOn("debian");
  expect(settings["settings-hostname"]).toEqual({ host: "storage", hostname: "mac-mini-3", resolves: true });
  expect(settings["settings-entries"]).toEqual({
    host: "storage",
    entries: { control: "198.18.0.11", storage: "198.18.0.13", "mac-mini-3": "198.18.0.13" },
  });
  expect(Object.keys(settings)).not.toContain("settings-power");
});

test("a Mac stays awake, and its logs are rotated", async () => {
  const settings = await registeredOn("darwin");
  expect(settings["settings-power"]).toEqual({ host: "storage", restartfreeze: true });
  expect(settings["settings-log-rotation"]).toMatchObject({ name: "log-rotation", schedule: { minute: 17 } });
});

test("the setting that a Mac does not have is left alone", async () => {
  const settings = await registeredOn("darwin", { restartfreeze: false });
  expect(settings["settings-power"]).toEqual({ host: "storage" });
});
