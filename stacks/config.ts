// Reads the configuration of the stack, once; nothing else does.
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

import type { Verdict } from "../src/checks/judge.ts";
import { checked, givenValue, told } from "../src/schemas/checked-config.ts";
import type { ConfigFault, GivenConfig } from "../src/schemas/config-fault.ts";
import { fileFault } from "./local-files.ts";

const namespace = "groundwork:";

/** All keys of the namespace `groundwork`. */
export function givenConfig(): GivenConfig {
  const ours = (keys: string[]) => keys.filter((key) => key.startsWith(namespace));
  const config = pulumi.runtime.allConfig();
  const secretKeys: string[] = JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] || "[]");
  return {
    stack: pulumi.getStack(),
    values: Object.fromEntries(
      ours(Object.keys(config)).map((key) => [key.slice(namespace.length), givenValue(config[key] as string)]),
    ),
    secretKeys: new Set(ours(secretKeys).map((key) => key.slice(namespace.length))),
  };
}

/** Offline no host is reached, and none is sent a file. @throws RunError with every fault at once */
export function checkedConfig<Schema extends z.ZodObject>(schema: Schema, given: GivenConfig): z.output<Schema> {
  const offline = given.values["offline"] === true;
  const { config, faults } = checked(schema, given, {
    environment: offline ? undefined : process.env,
    fileFault: (path, use) => (offline && use === "sent" ? undefined : fileFault(path)),
  });
  if (faults) throw faulty(given.stack, faults);
  return config;
}

/** A RunError ends the program at once and without a stack trace. */
export const faulty = (stack: string, faults: readonly ConfigFault[]): pulumi.RunError =>
  new pulumi.RunError(told(stack, faults));

/** Shows in one list what checks found. @throws RunError with all of it where anything fails */
export function refuseBroken({ errors, warnings, notes }: Verdict): void {
  const list = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? [title, ...lines.map((said) => `  ${said}`)] : [];
  const lesser = [...list("these checks warn:", warnings), ...list("notes:", notes)];
  if (errors.length > 0) throw new pulumi.RunError([...list("these checks fail:", errors), ...lesser].join("\n"));
  if (warnings.length > 0) void pulumi.log.warn(lesser.join("\n"));
  else if (notes.length > 0) void pulumi.log.info(lesser.join("\n"));
}
