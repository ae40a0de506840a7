import { execa } from "execa";

import { missingPackages } from "../../../tools/lab/requirements.ts";
import { freshBundle } from "../../../tools/toolchain/bundle.mjs";
import {
  cliOrigin,
  languageHostOrigin,
  type Origin,
  pluginNames,
  pluginOrigin,
  root,
  versions,
} from "../../../tools/toolchain/places.ts";
import type { Finding } from "./finding.ts";
import { backend, passphrase } from "./pulumi-state.ts";

const SETUP = "npx groundwork setup";
const OLDEST_NODE = 20;

/** Looks at everything groundwork stands on. Contacts nothing outside this machine. */
export async function examine(): Promise<Finding[]> {
  const [npm, go] = await Promise.all([versionOf("npm", ["--version"]), versionOf("go", ["version"])]);
  return [
    node(),
    npm
      ? { part: "npm", status: "ok", found: npm }
      : { part: "npm", status: "missing", found: "not in PATH", todo: "install Node with npm" },
    goTool(go),
    origin(`Pulumi CLI ${versions.pulumi}`, cliOrigin(), "built from its Go module"),
    origin("language host", languageHostOrigin(), "groundwork's own, since the CLI was built"),
    ...pluginNames.map((name) =>
      origin(`${name} plugin ${versions[name]}`, pluginOrigin(name), "groundwork's offline stand-in"),
    ),
    providerBundle(),
    labSystem(),
    labPackages(),
    backend(),
    passphrase(),
  ];
}

function node(): Finding {
  const found = process.version;
  if (Number(process.versions.node.split(".")[0]) >= OLDEST_NODE) return { part: "Node", status: "ok", found };
  return { part: "Node", status: "missing", found, todo: `install Node ${OLDEST_NODE} or newer` };
}

function goTool(version: string | undefined): Finding {
  if (version) return { part: "Go", status: "ok", found: version.split(" ")[2]?.replace("go", "") ?? version };
  const found = "not in PATH; needed only to build the CLI where get.pulumi.com is out of reach";
  return { part: "Go", status: "optional", found };
}

function origin(part: string, from: Origin, ours: string): Finding {
  if (from === "missing") return { part, status: "missing", found: "not installed", todo: SETUP };
  return { part, status: "ok", found: from === "official" ? "official" : ours };
}

function providerBundle(): Finding {
  const part = "groundwork plugin";
  const file = freshBundle({ root, entry: "src/provider/main.ts", name: "provider" });
  return { part, status: "ok", found: file ?? "its sources changed: built anew at its next start" };
}

/** Where a lab cannot be, it is not needed either: groundwork reaches real hosts from any system. */
const labStatus = () => (process.platform === "linux" ? "missing" : "optional");

function labSystem(): Finding {
  const part = "lab: Linux and root";
  if (process.platform !== "linux") {
    return { part, status: labStatus(), found: process.platform, todo: "use a Linux machine or VM for the lab" };
  }
  if (process.getuid?.() === 0) return { part, status: "ok", found: "root on Linux" };
  return { part, status: labStatus(), found: `user ${process.getuid?.()}`, todo: "run the lab's commands as root" };
}

function labPackages(): Finding {
  const part = "lab: Debian packages";
  const missing = missingPackages();
  if (missing.length === 0) return { part, status: "ok", found: "all installed" };
  const todo = `apt-get update && apt-get install -y ${missing.join(" ")}`;
  return { part, status: labStatus(), found: `${missing.join(", ")} not installed`, todo };
}

async function versionOf(program: string, args: string[]): Promise<string | undefined> {
  const { failed, stdout } = await execa(program, args, { reject: false });
  return failed ? undefined : stdout.trim();
}
