import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { ensureServices } from "../../tools/lab/services.ts";
import { ensureLanguageHost } from "../../tools/language-host/install.ts";
import { ensurePlugins, forgetPlugins } from "../../tools/offline-plugins/install.ts";
import { ensureCli, forgetCli } from "../../tools/pulumi-cli/install.ts";
import { bundle } from "../../tools/toolchain/bundle.mjs";
import { ensureDebianPackages } from "../../tools/toolchain/debian-packages.ts";
import {
  cliOrigin,
  languageHostOrigin,
  type Origin,
  pluginNames,
  pluginOrigin,
  root,
  versions,
} from "../../tools/toolchain/places.ts";
import { together } from "../../tools/toolchain/together.ts";
import type { Command } from "./command.ts";

export const setup: Command = {
  summary: "make `npx pulumi` work on this machine",
  usage: `groundwork setup [--fresh] [--packages] [--services]

Takes Pulumi's own CLI, language host and plugins where get.pulumi.com is in reach;
elsewhere builds the CLI from its Go module and adds groundwork's stand-ins for the others.
What is there already stays.

  --fresh      remove what is there and start again
  --packages   install the Debian packages that the lab needs, too, where this is Debian and root
  --services   get what the lab runs and Debian has no package of: Ollama, KES, a model registry, tiny models
               (5 to 7 minutes where they must be built)`,

  async run(argv) {
    const flag = { type: "boolean" } as const;
    const options = { fresh: flag, packages: flag, services: flag };
    const { fresh, packages, services } = parseArgs({ args: [...argv], options }).values;
    if (packages) await ensureDebianPackages();
    if (fresh) {
      await forgetCli();
      await forgetPlugins();
    }
    // What must be built leaves processors idle now and then.
    await together([ensureTools(), ...(services ? [ensureServices()] : [])]);
    console.log(report());
    return 0;
  },
};

async function ensureTools(): Promise<void> {
  await ensureCli();
  await ensureLanguageHost();
  await ensurePlugins();
  await buildProvider();
}

/** So that the first run of the engine does not wait for it. */
async function buildProvider(): Promise<void> {
  const entry = "src/provider/main.ts";
  if (existsSync(path.join(root, entry))) await bundle({ root, entry, name: "provider" });
}

function report(): string {
  const from: Record<Origin, string> = { official: "official", ours: "groundwork's", missing: "missing" };
  return [
    `Pulumi CLI ${versions.pulumi} (${cliOrigin() === "ours" ? "built from its Go module" : "official"})`,
    `language host (${from[languageHostOrigin()]})`,
    ...pluginNames.map((name) => `${name} plugin ${versions[name]} (${from[pluginOrigin(name)]})`),
  ].join(", ");
}
