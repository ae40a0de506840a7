import type { MachineFacts } from "../../../src/provider/platforms/platform.ts";

/** What is found of a Mac that is as wanted but for one thing; `id` where the target sheet has a row for it. */
export interface MachineRow {
  readonly id?: string;
  readonly what: string;
  readonly change: Partial<MachineFacts>;
  readonly says: string;
}

const GiB = 1024 ** 3;

export const machineRows: readonly MachineRow[] = [
  {
    id: "MM-22",
    what: "less memory",
    change: { memoryBytes: 32 * GiB },
    says: "warning memoryGiB: MM-22 has 32 GiB of memory, and 64 are declared: `up` refuses it",
  },
  {
    id: "MM-22",
    what: "another chip",
    change: { chip: "Apple M4" },
    says: "warning chip: MM-22 is an Apple M4, and M4 Pro is declared",
  },
  {
    what: "an old system",
    change: { systemVersion: "14.7" },
    says: "error systemVersion: runs version 14.7, and needs 15",
  },
  {
    id: "MM-30",
    what: "FileVault",
    change: { fileVault: true },
    says: "warning unattended: MM-30 FileVault is on: after a power cut it waits for a password before anything starts",
  },
  { what: "a full disk", change: { freeBytes: 70.04 * GiB }, says: "error freeDiskGiB: has 70 GiB free, and needs 75" },
  { what: "no Homebrew", change: { packageManager: undefined }, says: "error packageManager: has no Homebrew" },
  {
    id: "MM-14",
    what: "Homebrew of root",
    change: { packageManager: { prefix: "/opt/homebrew", owner: "root" } },
    says: "error packageManager: MM-14 Homebrew belongs to root, and refuses to run as root",
  },
  {
    what: "no compiler",
    change: { commandLineTools: false },
    says: "error commandLineTools: has no command line tools",
  },
];
