// What resources and platforms know of a machine: they ask facts and run commands; how these get there is the
// transports' business.
import type { Platform } from "./platforms/platform.ts";

/** One command for a host. Quoting happens in the transport, once. */
export interface Command {
  /** Program and arguments, or a function of the helper's library. Never a secret. */
  readonly argv: readonly string[];
  /** What it is to do, for the user, where the words of `argv` do not tell. */
  readonly asked?: string;
  /** Standard input; the only place for a secret. */
  readonly stdin?: string | Uint8Array;
  /** It tells a whole input from a part of one, so a big one may flow to it as it comes instead of being held on the host. */
  readonly checksInput?: boolean;
  /** Exit codes that are answers, not failures. @default [0] */
  readonly exitCodes?: readonly number[];
  /** Takes long (installs, downloads): gets a channel of its own, and its output lines become progress. */
  readonly long?: boolean;
  /** Whose the host's lock is, which a long command holds too; the session says it of what it runs. */
  readonly heldBy?: string;
}

export interface Answer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** Of a short command without the line ends at its end. */
  readonly stderr: string;
}

/**
 * One harmless question about many things of a kind. All keys asked for at the same moment go in one round trip;
 * answers are kept until something is written to the host.
 */
export interface Fact<Value> {
  /** Unique among facts; also the name of its list in the host's manifest. */
  readonly name: string;
  /** Ask for everything in the host's manifest of this fact together with the first key. @default false */
  readonly manifest?: boolean;
  /** Asks for all keys at once. Exit codes other than 0 reach `parse`. */
  command(keys: readonly string[]): Command;
  /** Throws where the answer is not understood; a key without an entry is an error of the fact. */
  parse(answer: Answer, keys: readonly string[]): ReadonlyMap<string, Value>;
}

/** Of these facts, a command changes nothing but one key. */
export interface Spared {
  readonly facts: readonly Fact<unknown>[];
  readonly key: string;
}

export interface Host {
  readonly name: string;
  readonly platform: Platform;
  /** Serial number that the connection demands, and the machine has. */
  readonly pinnedSerial: string | undefined;
  /** Coalesced, cached until the next write. */
  read<Value>(fact: Fact<Value>, key: string): Promise<Value>;
  /** A harmless one-off question, neither coalesced nor cached. Throws `CommandFailed`. */
  ask(command: Command): Promise<Answer>;
  /** Changes the host: takes its lock first, forgets all cached facts after, but for those it spares. Throws `CommandFailed`. */
  run(command: Command, spared?: Spared): Promise<Answer>;
  /** Runs over a new connection, made for it alone: proof that the host can still be reached. Throws `Unreachable`, `CommandFailed`. */
  runAnew(command: Command): Promise<Answer>;
  /** What all resources of this host share while this process runs, made by the first that asks for it. */
  shared<Value>(make: () => Value): Value;
  /** One line of progress, shown beside the resource while it works. */
  progress(message: string): void;
  /** Whether a resource of this run has it by now, such as a path: whose it was before leaves it there. */
  isHeld(held: string): boolean;
  /** Adds a key to, or drops it from, the manifest of a fact on the host. It only speeds reading up; never believed. */
  remember(fact: Fact<unknown>, key: string): void;
  forget(fact: Fact<unknown>, key: string): void;
}
