// Files of the machine that runs Pulumi, by their paths in a configuration.
import { z } from "zod";

import {
  type ConfigFault,
  configKey,
  type GivenConfig,
  metaOf,
  type Path,
  schemaBelow,
  setCommand,
  shown,
  unwrap,
} from "./config-fault.ts";

/** `read`: the program needs what it says, at every run. `sent`: it goes to a host as it is. */
export type FileUse = "read" | "sent";

/** Path of such a file; one that is relative begins at the folder of the project. */
export const localFile = (use: FileUse) => z.string().min(1).meta({ localFile: use });

/** What keeps a file from being read; `undefined`: nothing. */
export type FileFault = (path: string, use: FileUse) => string | undefined;

/** Every file that cannot be read, but those of what is not enabled. */
export function fileFaults(schema: z.ZodType, config: GivenConfig, faultOf: FileFault): ConfigFault[] {
  const within = (at: z.ZodType | undefined, value: unknown, path: Path): ConfigFault[] => {
    const use = metaOf(at)["localFile"] as FileUse | undefined;
    if (typeof value === "string" && use) {
      const fault = faultOf(value, use);
      if (!fault) return [];
      const said = `is ${shown(config, path, value)}; ${fault}`;
      return [{ key: configKey(path), said, mend: setCommand(config.stack, path, "FILE") }];
    }
    if (typeof value !== "object" || value === null || isOff(at, value)) return [];
    return Object.entries(value).flatMap(([key, item]) => within(schemaBelow(at, key), item, [...path, key]));
  };
  return within(schema, config.values, []);
}

function isOff(schema: z.ZodType | undefined, value: object): boolean {
  const object = unwrap(schema);
  const canBe = object instanceof z.ZodObject && "enabled" in object.shape;
  return canBe && !("enabled" in value && value.enabled === true);
}
