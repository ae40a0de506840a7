// What a machine is against what it should be: pure, for previews and for `groundwork doctor`.
import type { machineSchema } from "../../schemas/machine.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import type { MachineFacts, Platform } from "./platform.ts";

/** What the program expects of a machine. */
export type Expected = Omit<Desired<typeof machineSchema>, "host">;

export interface MachineFinding {
  readonly severity: "error" | "warning";
  /** It is told as a warning at preview, and `up` sets up nothing. @default only errors */
  readonly refused?: true;
  /** The expectation that it fails, or what it lacks. */
  readonly about: keyof Expected | "architecture" | "packageManager" | "commandLineTools";
  readonly said: string;
  /** What helps. */
  readonly mend: string;
}

const GiB = 1024 ** 3;

/** As its home page says it. */
const installBrew =
  '/bin/bash -c "$(curl -fsSL https://raw.githubusercontent.com/Homebrew/install/HEAD/install.sh)", there, as an administrator and not as root';

const upgrade: Readonly<Record<Platform["name"], string>> = {
  darwin:
    "sudo softwareupdate --install --all --restart, there, or at the Mac: System Settings > General > Software Update",
  debian: "upgrade it as https://www.debian.org/releases/stable/release-notes says",
};

/** Of macOS, the volume that can be written. */
const disk: Readonly<Record<Platform["name"], string>> = { darwin: "/System/Volumes/Data", debian: "/" };

export function machineFindings(platform: Platform["name"], facts: MachineFacts, expected: Expected): MachineFinding[] {
  const found: (MachineFinding | false)[] = [
    lessMemory(facts, expected) && {
      severity: "warning",
      refused: true,
      about: "memoryGiB",
      said: `MM-22 has ${gib(facts.memoryBytes)} GiB of memory, and ${expected.memoryGiB} are declared: \`up\` refuses it`,
      mend: "correct memoryGiB, or the address",
    },
    expected.chip !== undefined &&
      !(facts.chip ?? "").includes(expected.chip) && {
        severity: "warning",
        about: "chip",
        said: `MM-22 is an ${facts.chip ?? "unknown processor"}, and ${expected.chip} is declared`,
        mend: "correct chip, or the address",
      },
    expected.systemVersion !== undefined &&
      older(facts.systemVersion, expected.systemVersion) && {
        severity: "error",
        about: "systemVersion",
        said: `runs version ${facts.systemVersion}, and needs ${expected.systemVersion}`,
        mend: upgrade[platform],
      },
    expected.unattended === true &&
      facts.fileVault === true && {
        severity: "warning",
        about: "unattended",
        said: "MM-30 FileVault is on: after a power cut it waits for a password before anything starts",
        mend: "switch it off where nobody else can take the machine (`sudo fdesetup disable`), or restart it by `sudo fdesetup authrestart` only",
      },
    expected.freeDiskGiB !== undefined &&
      facts.freeBytes < expected.freeDiskGiB * GiB && {
        severity: "error",
        about: "freeDiskGiB",
        said: `has ${gib(facts.freeBytes)} GiB free, and needs ${expected.freeDiskGiB}`,
        mend: `free some of its disk; sudo du -xh -d 3 ${disk[platform]} | sort -h | tail -n 20, there, shows what takes most`,
      },
    ...(platform === "darwin" ? macFindings(facts) : []),
  ];
  return found.filter((one) => one !== false);
}

function macFindings({ architecture, packageManager, commandLineTools }: MachineFacts): (MachineFinding | false)[] {
  return [
    architecture !== "arm64" && {
      severity: "error",
      about: "architecture",
      said: `has a processor of ${architecture}, and only Macs of Apple silicon are supported`,
      mend: "declare another Mac",
    },
    commandLineTools !== true && {
      severity: "error",
      about: "commandLineTools",
      said: "has no command line tools",
      mend: "xcode-select --install, there, which asks at its screen; the installer of Homebrew brings them without",
    },
    packageManager === undefined && {
      severity: "error",
      about: "packageManager",
      said: "has no Homebrew",
      mend: installBrew,
    },
    architecture === "arm64" &&
      packageManager?.prefix === "/usr/local" && {
        severity: "error",
        about: "packageManager",
        said: "has Intel's Homebrew only, in /usr/local: on Apple silicon it installs nothing, and programs are looked for in /opt/homebrew",
        mend: installBrew,
      },
    packageManager?.owner === "root" && {
      severity: "error",
      about: "packageManager",
      said: `MM-14 Homebrew belongs to root, and refuses to run as root`,
      mend: `give it to an administrator: sudo chown -R ACCOUNT:admin ${packageManager.prefix}, there`,
    },
  ];
}

/** Firmware keeps some of it: a machine sold with 4 GiB shows less. */
export const lessMemory = ({ memoryBytes }: MachineFacts, { memoryGiB }: Expected): boolean =>
  memoryGiB !== undefined && memoryBytes < memoryGiB * GiB * 0.95;

export const gib = (bytes: number): number => Number((bytes / GiB).toFixed(1));

/** `15.6.1` is older than `15.7`, not than `15`. What is no number (testing) is new. */
export function older(version: string, wanted: string): boolean {
  const [have, need] = [version, wanted].map((text) => text.split(".").map(Number)) as [number[], number[]];
  for (const [index, part] of need.entries()) {
    const here = have[index] ?? 0;
    if (Number.isNaN(here) || here > part) return false;
    if (here < part) return true;
  }
  return false;
}
