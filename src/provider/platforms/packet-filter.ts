import type { Command, Fact } from "../host.ts";

/** What decides which connections come in. */
export interface PacketFilter {
  /** With any key. */
  readonly state: Fact<PacketFilterState>;
  /** A rule set with these openings and what always stays, as `load` and `keep` take it. */
  text(openings: readonly Opening[]): string;
  /** Now: all of it, or nothing. */
  load(text: string): Command;
  /** Function of the helper's library: prints a script that brings back what is in force now. */
  readonly undo: string;
  /** After each boot. */
  keep(text: string): readonly Command[];
  /** Lets everything in again, now and after each boot. */
  remove(): Command;
  /** The system's own firewall by program; missing where there is none. */
  setApplication?(state: "on" | "off"): Command;
}

export interface PacketFilterState {
  /** `undefined`: nothing of ours is in force. */
  readonly live: Ruleset | undefined;
  /** Text that is there for each boot. */
  readonly kept: string | undefined;
  /** Whether a boot takes it in; else why not. */
  readonly onBoot: true | string;
  readonly application: "on" | "off" | undefined;
}

/** Connections to a port from an address. */
export interface Opening {
  /** Of the service; `ssh` is our own way in. */
  readonly name: string;
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  /** An address, a network or `any`. */
  readonly from: string;
}

/** A rule set as the kernel has it. */
export interface Ruleset {
  readonly openings: readonly Opening[];
  /** Lines that it must have and has not. */
  readonly missing: readonly string[];
  /** Lines that nobody declared. */
  readonly foreign: readonly string[];
}
