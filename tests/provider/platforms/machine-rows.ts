import type { MachineFacts } from "../../../src/provider/platforms/platform.ts";

/** What is found of a Mac that is as wanted but for one thing; `id` where the target sheet has a row for it. */
export interface MachineRow {
  readonly id?: string;
  readonly what: string;
  readonly change: Partial<MachineFacts>;
  readonly says: string;
  readonly mend: string;
}

const GiB = 1024 ** 3;
const brew =
  '/bin/bash -c "$(curl -fsSL https://raw.githubusercontent.com/Homebrew/install/HEAD/install.sh)", there, as an administrator and not as root';

export const machineRows: readonly MachineRow[] = [
  {
    id: "MM-22",
    what: "less memory",
    change: { memoryBytes: 32 * GiB },
    says: "warning memoryGiB: MM-22 has 32 GiB of memory, and 64 are declared: `up` refuses it",
    mend: "correct memoryGiB, or the address",
  },
  {
    id: "MM-22",
    what: "another chip",
    change: { chip: "Apple M4" },
    says: "warning chip: MM-22 is an Apple M4, and M4 Pro is declared",
    mend: "correct chip, or the address",
  },
  {
    what: "an old system",
    change: { systemVersion: "14.7" },
    says: "error systemVersion: runs version 14.7, and needs 15",
    mend: "sudo softwareupdate --install --all --restart, there, or at the Mac: System Settings > General > Software Update",
  },
  {
    id: "MM-30",
    what: "FileVault",
    change: { fileVault: true },
    says: "warning unattended: MM-30 FileVault is on: after a power cut it waits for a password before anything starts",
    mend: "switch it off where nobody else can take the machine (`sudo fdesetup disable`), or restart it by `sudo fdesetup authrestart` only",
  },
  {
    what: "a full disk",
    change: { freeBytes: 70.04 * GiB },
    says: "error freeDiskGiB: has 70 GiB free, and needs 75",
    mend: "free some of its disk; sudo du -xh -d 3 /System/Volumes/Data | sort -h | tail -n 20, there, shows what takes most",
  },
  {
    what: "no Homebrew",
    change: { packageManager: undefined },
    says: "error packageManager: has no Homebrew",
    mend: brew,
  },
  {
    what: "Intel's Homebrew on Apple silicon",
    change: { packageManager: { prefix: "/usr/local", owner: "admin" } },
    says: "error packageManager: has Intel's Homebrew only, in /usr/local: on Apple silicon it installs nothing, and programs are looked for in /opt/homebrew",
    mend: brew,
  },
  {
    id: "MM-14",
    what: "Homebrew of root",
    change: { packageManager: { prefix: "/opt/homebrew", owner: "root" } },
    says: "error packageManager: MM-14 Homebrew belongs to root, and refuses to run as root",
    mend: "give it to an administrator: sudo chown -R ACCOUNT:admin /opt/homebrew, there",
  },
  {
    what: "no compiler",
    change: { commandLineTools: false },
    says: "error commandLineTools: has no command line tools",
    mend: "xcode-select --install, there, which asks at its screen; the installer of Homebrew brings them without",
  },
];
