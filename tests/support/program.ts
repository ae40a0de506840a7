// The program of every test project, made with the project's own client classes.
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

import { Provider } from "../../src/components/provider.ts";
import * as classes from "../../src/components/resources.ts";
import { leavePromisesUntraced } from "../../stacks/promise-traces.ts";
import type { Declared } from "./project.ts";

type AnyClass = new (name: string, args: object, opts: pulumi.CustomResourceOptions) => pulumi.CustomResource;

leavePromisesUntraced();

/** Declares what a file lists. */
export function declare(file: string): void {
  const { hosts, offline, resources } = JSON.parse(readFileSync(file, "utf8")) as Declared;
  const provider = new Provider("hosts", { hosts, offline });
  const made = new Map<string, pulumi.CustomResource>();

  for (const { type, name, args, after = [], secrets = [], import: id, ...more } of resources) {
    const properties = Object.fromEntries(
      Object.entries(args).map(([key, value]) => [key, secrets.includes(key) ? pulumi.secret(value) : value]),
    );
    const dependsOn = after.map((other) => made.get(other)).filter((other) => other !== undefined);
    made.set(name, new (classOf(type))(name, properties, { provider, dependsOn, import: id, ...more }));
  }
}

/** `groundwork:posix:File` is `File`; where a noun alone says too little the family comes first: `PostgresRole`. */
function classOf(type: string): AnyClass {
  const [, family = "", noun = ""] = type.split(":");
  const named = classes as unknown as Record<string, AnyClass>;
  const found = named[`${family.charAt(0).toUpperCase()}${family.slice(1)}${noun}`] ?? named[noun];
  if (!found) throw new Error(`src/components/resources.ts has no class for ${type}`);
  return found;
}
