import { expect, test } from "vitest";

import { machineFindings, older } from "../../../src/provider/platforms/machine-findings.ts";
import type { MachineFacts } from "../../../src/provider/platforms/platform.ts";
import { machineRows } from "./machine-rows.ts";

const GiB = 1024 ** 3;

/** A Mac mini as the plan wants it. */
const mac: MachineFacts = {
  systemVersion: "15.6.1",
  chip: "Apple M4 Pro",
  architecture: "arm64",
  memoryBytes: 64 * GiB,
  serialNumber: "F4K3S3R14L",
  freeBytes: 200 * GiB,
  fileVault: false,
  packageManager: { prefix: "/opt/homebrew", owner: "admin" },
  commandLineTools: true,
  fullDiskAccess: true,
};
const expected = { memoryGiB: 64, chip: "M4 Pro", systemVersion: "15", unattended: true, freeDiskGiB: 75 };
const said = (change: Partial<MachineFacts>) =>
  machineFindings("darwin", { ...mac, ...change }, expected).map(({ severity, about, said, mend }) => ({
    says: `${severity} ${about}: ${said}`,
    mend,
  }));

test("the wanted machine is nothing to tell", () => {
  expect(said({})).toEqual([]);
});

test.each(machineRows.map((row) => [row.id ?? "", row.what, row] as const))(
  "%s %s",
  (_, __, { change, says, mend }) => {
    expect(said(change)).toEqual([{ says, mend }]);
  },
);

test("an Intel Mac is not supported; that its Homebrew is in /usr/local is no fault beside", () => {
  expect(said({ architecture: "x86_64", packageManager: { prefix: "/usr/local", owner: "admin" } })).toEqual([
    {
      says: "error architecture: has a processor of x86_64, and only Macs of Apple silicon are supported",
      mend: "declare another Mac",
    },
  ]);
});

test("what is not expected is not told, and what a Mac needs no other machine needs", () => {
  const debian = {
    ...mac,
    fileVault: undefined,
    packageManager: { prefix: "/usr", owner: "root" },
    commandLineTools: undefined,
  };
  expect(machineFindings("debian", debian, {})).toEqual([]);
  expect(machineFindings("darwin", { ...mac, fileVault: true }, { unattended: false })).toEqual([]);
});

test.each([
  ["15.6.1", "15", false],
  ["15.6.1", "15.7", true],
  ["14.9", "15", true],
  ["15", "15.0.1", true],
  ["26.1", "15", false],
  ["unnumbered", "12", false],
])("%s is older than %s: %s", (version, wanted, is) => {
  expect(older(version, wanted)).toBe(is);
});
