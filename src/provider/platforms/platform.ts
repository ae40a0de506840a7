// What differs between operating systems. Resources reach it as `host.platform`; each member is facts (one harmless
// question each) and commands, never I/O.
import type { PlatformName } from "../../schemas/host.ts";
import type { powerSchema } from "../../schemas/power.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import type { userSchema } from "../../schemas/user.ts";
import type { Answer, Command, Fact } from "../host.ts";
import type { Guard } from "./guard.ts";
import type { Jobs } from "./jobs.ts";
import type { PacketFilter } from "./packet-filter.ts";

export type * from "./jobs.ts";

export interface Platform {
  readonly name: PlatformName;
  /** Asked once per connection, with any key; throws where the machine is another system or an unsupported version. */
  readonly identity: Fact<Identity>;
  readonly packages: Packages;
  readonly services: Services;
  readonly jobs: Jobs;
  readonly accounts: Accounts;
  readonly kernel: Kernel;
  readonly hostname: HostnameSettings;
  /** By absolute path of the file system that `freeBytes` is about; the path need not exist yet. */
  readonly machine: Fact<MachineFacts>;
  /** Sleep and restart; `undefined` where the platform has no such settings. */
  readonly power: PowerSettings | undefined;
  readonly packetFilter: PacketFilter;
  readonly guard: Guard;
  readonly records: Records;
}

/** What the machine says it is: `debian`, `13`, `Debian GNU/Linux 13 (trixie)`. */
export interface Identity {
  readonly system: string;
  readonly version: string;
  readonly description: string;
}

/** What the machine is and has; `undefined` is what it cannot tell, or what such a machine has not. */
export interface MachineFacts {
  /** Version of the operating system: `13`, `15.6.1`. */
  readonly systemVersion: string;
  /** As the processor calls itself: `Apple M4 Pro`. */
  readonly chip: string | undefined;
  /** As `uname -m` spells it: `arm64`, `x86_64`. */
  readonly architecture: string;
  readonly memoryBytes: number;
  readonly serialNumber: string | undefined;
  /** Left for everybody on the file system that holds, or would hold, the path. */
  readonly freeBytes: number;
  /** Whether the start volume waits for a password at boot; macOS only. */
  readonly fileVault: boolean | undefined;
  /** Where the package manager installs, and the account that it must run as. */
  readonly packageManager: { readonly prefix: string; readonly owner: string } | undefined;
  /** Whether Apple's compiler and linker are there; macOS only. */
  readonly commandLineTools: boolean | undefined;
  /** Whether a remote login may change accounts that exist; macOS only. */
  readonly fullDiskAccess: boolean | undefined;
}

/** The package manager. */
export interface Packages {
  /** By package name; `undefined` where it is not installed at all. */
  readonly installed: Fact<InstalledPackage | undefined>;
  /** Whether an installed version is the exact one that is asked for. */
  suits(version: string, asked: WantedPackage): boolean;
  /** By path of a file: whether it still is as a package brought it. Of a directory: whether a package did. */
  readonly shipped: Fact<boolean>;
  /** Packages as `name` or `name` with an exact version, which no upgrade of others then takes along. Waits for the package manager's lock; long. */
  install(packages: readonly WantedPackage[], options: InstallOptions): Command;
  /** Takes back what was done: of those that were installed it keeps, and names, what others need. Configuration files and data stay. Long. */
  remove(packages: Doings, options: LockOptions): Command;
  /** Exit codes of `install` and `remove` that `failure` explains. */
  readonly failureCodes: readonly number[];
  /** Why it failed and what to do, in one sentence or two. */
  failure(answer: Answer): string;
}

export interface InstalledPackage {
  readonly version: string;
  /** `installed`, or the half-way state it was left in. */
  readonly state: string;
  /** It came only as a dependency: once nothing needs it, it may be taken for superfluous. */
  readonly automatic?: boolean;
  /** No upgrade of others takes it along; `undefined` where the package manager does not tell. */
  readonly held?: boolean;
}

/** What was done to packages that are declared, by their names. */
export interface Doings {
  /** They were absent before. */
  readonly installed: readonly string[];
  /** They were there before as dependencies only, and are marked as asked for. */
  readonly automatic: readonly string[];
  /** They were not held before. */
  readonly held: readonly string[];
}

export interface WantedPackage {
  readonly name: string;
  readonly version?: string;
}

export interface LockOptions {
  /** Seconds to wait while another program uses the package manager. */
  readonly lockTimeoutSec: number;
}

export interface InstallOptions extends LockOptions {
  /** Also install what the packages recommend. */
  readonly recommends: boolean;
}

/** The service manager. A unit is named as there; Debian adds `.service` where no type is given. */
export interface Services {
  /** By unit; `undefined` where there is no such unit. */
  readonly unit: Fact<Unit | undefined>;
  /** Of units that are `generated`: as `Unit.enabled`. */
  readonly generated?: Fact<Unit["enabled"]>;
  /** These three wait until the unit is up and has stayed up for a moment; otherwise they fail with its last log lines. Long. */
  start(unit: string, ready?: Ready): Command;
  restart(unit: string, ready?: Ready): Command;
  reload(unit: string, ready?: Ready): Command;
  /** Watches a running unit for some whole seconds; fails with its last log lines when it falls or starts anew. Long. */
  steady(unit: string, seconds: number): Command;
  stop(unit: string): Command;
  /** Answers the units that can be started by name, a line each. */
  names(): Command;
  /**
   * Throws switches, and makes the manager read all definitions again, in one request: between the two systemd takes every
   * unit for outdated. `undefined` where there is nothing to do, since the manager reads each definition when it starts it.
   */
  reread(switches: readonly Switch[]): Command | undefined;
}

/** Start at boot, or not; `unmask` lifts a ban on starting at all. */
export type Switch = readonly [verb: "enable" | "disable" | "unmask", unit: string];

/** When a started unit counts as up, besides being active. */
export interface Ready {
  /** TCP ports that must listen. */
  readonly ports: readonly number[];
  /** Seconds to wait for them. */
  readonly timeoutSec: number;
}

export interface Unit {
  /** `true` up, `false` down; else the manager's word for what is between, such as `activating`. */
  readonly running: boolean | string;
  /** At boot; `undefined` where that is not for the unit to say (others start it); `masked`: forbidden. */
  readonly enabled: boolean | "masked" | undefined;
  /** Made from something else, such as a script of System V: `Services.generated` knows of `enabled`. */
  readonly generated?: true;
  /** The manager runs an older version of the files that define it. */
  readonly needsReread: boolean;
}

/** Users and groups of this machine. */
export interface Accounts {
  /** What group 0 is called here; `root` names it everywhere. */
  readonly rootGroup: "root" | "wheel";
  readonly user: Fact<Account | undefined>;
  readonly group: Fact<{ readonly gid: number } | undefined>;
  /** Answers all names, a line each. */
  names(kind: "user" | "group"): Command;
  createUser(name: string, settings: UserSettings, options: { system: boolean; createHome: boolean }): Command;
  changeUser(name: string, settings: UserSettings): Command;
  /** @param options.withGroup also the group of the user's name, unless others are in it */
  removeUser(name: string, options: { destroyHome: boolean; withGroup: boolean }): Command;
  /** No password opens the account; keys still do. */
  lock(name: string): Command;
  /**
   * Replaces ~/.ssh/authorized_keys, with the rights of the user. What stood there before us is kept, and noted as
   * `authorized-keys`. @param recorded the account is in the state, and what stands there ours
   */
  authorizeKeys(name: string, keys: readonly string[], recorded: boolean): Command;
  /** Puts back what was kept, and forgets it. */
  restoreKeys(name: string): Command;
  createGroup(name: string, settings: { gid?: number | undefined; system: boolean }): Command;
  changeGroup(name: string, settings: { gid: number }): Command;
  removeGroup(name: string): Command;
  /** Answers the users whose primary group it is, a line each. */
  primaryUsers(group: string): Command;
  /** With any key: whom this connection logged in as. */
  readonly login: Fact<string>;
  /** Function of the helper's library: the `undo` of a guarded change of that account. */
  readonly undoLogin: string;
  /** What it cannot take back. */
  readonly lasting: readonly (keyof Account)[];
}

export interface Account {
  readonly uid: number;
  readonly group: string;
  /** Besides `group`, sorted. */
  readonly groups: readonly string[];
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
  readonly locked: boolean;
  readonly authorizedKeys: readonly string[];
}

export type UserSettings = Pick<Desired<typeof userSchema>, "uid" | "group" | "groups" | "comment" | "home" | "shell">;

/** Kernel parameters. */
export interface Kernel {
  readonly parameter: Fact<Parameter>;
  /** Now; the kernel refuses what it does not know. */
  set(key: string, value: string): Command;
  /** After each boot. */
  keep(key: string, value: string): Command;
  /** Leaves the value of now. */
  forget(key: string): Command;
}

/** `undefined`: the kernel has no such parameter, or no file of ours sets it. */
export interface Parameter {
  readonly live: string | undefined;
  readonly kept: string | undefined;
}

export interface HostnameSettings {
  /** With any key. */
  readonly names: Fact<HostNames>;
  /** Now and after each boot. */
  set(name: string): Command;
  /** Lets the machine itself resolve the name. */
  resolve(name: string): Command;
}

export interface HostNames {
  readonly live: string;
  readonly kept: string;
  /** Names that the machine resolves to itself. */
  readonly resolved: readonly string[];
}

/** When a machine sleeps, wakes and restarts by itself. */
export interface PowerSettings {
  /** With any key. */
  readonly settings: Fact<Power>;
  /** Sets what is given, now and after each boot. */
  set(settings: Partial<Power>): Command;
}

/** As pmset and systemsetup name them; a setting that the machine does not have is missing. */
export type Power = Partial<Omit<Desired<typeof powerSchema>, "host">>;

/** What groundwork notes on the host about its own doing, a small text each, readable by root alone. */
export interface Records {
  of(kind: string): Fact<string | undefined>;
  /** Answers the names of a kind, a line each. */
  names(kind: string): Command;
  write(kind: string, name: string, text: string): Command;
  remove(kind: string, name: string): Command;
}
