import type * as pulumi from "@pulumi/pulumi";

import type { PlatformName } from "../schemas/host.ts";
import { PackageSet } from "./resources.ts";

/** curl for a program of a host, as a set of packages of that name; macOS has it. */
export const curlFor = (
  program: string,
  { host, platform }: { host: string; platform: PlatformName },
  name: string,
  opts: pulumi.CustomResourceOptions,
): PackageSet[] =>
  platform === "debian" ? [new PackageSet(name, { host, name: program, packages: { curl: "*" } }, opts)] : [];
