import type { Values } from "../../src/provider/values.ts";
import type { TestLab } from "../support/lab.ts";
import type { ServiceManager } from "../support/started.ts";

export const platforms = ["debian", "darwin"] as const;
export type ContractPlatform = (typeof platforms)[number];

/** Where a case lives, and what is called otherwise there. */
export interface Place {
  readonly platform: ContractPlatform;
  /** For the files of all cases. */
  readonly folder: string;
  /** A user, and a group of that name, that every host of the platform has. */
  readonly account: string;
  readonly rootGroup: string;
  readonly serviceManager: ServiceManager;
  /** Script that prints mode, owner and group of paths, a line each. */
  attributes(paths: string): string;
}

export const places: Readonly<Record<ContractPlatform, Place>> = {
  debian: {
    platform: "debian",
    folder: "/srv/contract",
    account: "www-data",
    rootGroup: "root",
    serviceManager: "systemd",
    attributes: (paths) => `stat -c '%a %U %G' ${paths}`,
  },
  darwin: {
    platform: "darwin",
    folder: "/opt/contract", // of the system volume /srv is none that can be written
    account: "_www",
    rootGroup: "wheel",
    serviceManager: "launchd",
    attributes: (paths) => `stat -f '%Mp%Lp %Su %Sg' ${paths} | sed 's/^0//'`,
  },
};

/** What the contract suite must know of one resource type. Scripts are for sh as root, run by none of our code. */
export interface ContractCase {
  /** Where the type exists at all. @default both */
  readonly platforms?: readonly ContractPlatform[];
  /** Puts programs on the host that no package has. */
  readonly programs?: (lab: TestLab, host: string) => Promise<void>;
  /** Makes the host ready for it, by hand; may run again. */
  readonly before?: string;
  /** Kinds whose case makes what this one needs. */
  readonly after?: readonly string[];
  /** The wanted thing, without `host`. */
  readonly args: Values;
  /** Arguments that the program marks as secrets. */
  readonly secrets?: readonly string[];
  /** Tells, without any of our code, that the thing is right. */
  readonly right: { readonly script: string; readonly answer: string };
  /** Changes it outside; what a preview then shows, or `gone`. */
  readonly change: { readonly script: string; readonly shows: readonly string[] | "gone" };
  /** Arguments that the program may leave out: the machine then has none of it, or keeps what it has, unmanaged. */
  readonly leftOut?: { readonly none?: readonly string[]; readonly kept?: readonly string[] };
  /** What a delete leaves. */
  readonly deleted: { readonly script: string; readonly answer: string };
  /** Clears by hand what a delete leaves on purpose, so that it can be made anew. */
  readonly cleared?: string;
  /** Wrong arguments, put over `args`, by the property that they are refused at. */
  readonly wrong: Readonly<Record<string, Values>>;
  /** Arguments that no machine can tell: an import is without them. */
  readonly untold?: readonly string[];
  /** What it sends holds random bytes, such as a salt: a transcript keeps no digests of it. */
  readonly randomInput?: boolean;
  /** Why its import is refused; part of the error. */
  readonly notImported?: string;
}
