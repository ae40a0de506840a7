import type * as pulumi from "@pulumi/pulumi";

import { Directory, Exec, File } from "./resources.ts";
import { sha256 } from "./sha256.ts";

export interface PythonEnvironment {
  /** Another one for other requirements: what runs in the previous one goes on. */
  readonly folder: string;
  /** All is installed. */
  readonly installed: pulumi.Resource;
  /** Removes the previous ones, once what runs in this one is healthy. */
  replacesOthers(after: pulumi.Resource): void;
}

/**
 * A Python environment below /opt, which belongs to root and which everybody may read. A version of Python that is new on
 * the machine installs it anew. Root runs nothing of it: only wheels are installed, which bring no program that builds them.
 *
 * @param requirements text of requirements.txt; pip looks for nothing else, so that it names all. Where it has digests, pip
 *   refuses what has another; where it has none, what the package index gives is trusted
 * @param python absolute path
 */
export function pythonEnvironment(
  name: string,
  { host, program, requirements, python }: { host: string; program: string; requirements: string; python: string },
  { parent, dependsOn }: { parent: pulumi.Resource; dependsOn: pulumi.Resource[] },
): PythonEnvironment {
  const home = `/opt/${program}`;
  const folder = `${home}/${sha256(requirements).slice(0, 12)}`;
  const directory = new Directory(`${name}-home`, { host, path: home }, { parent });
  const wanted = new File(
    `${name}-requirements`,
    { host, path: `${home}/requirements.txt`, content: requirements },
    { parent, dependsOn: directory },
  );
  const installed = new Exec(
    `${name}-python`,
    {
      host,
      name: `${program}-python`,
      check: ["sh", "-c", isInstalled, folder, wanted.path, python],
      command: ["sh", "-c", install, folder, wanted.path, python],
      undo: ["sh", "-c", 'rm -rf "$0"/*/', home],
    },
    { parent, dependsOn: [...dependsOn, wanted] },
  );
  const replacesOthers = (after: pulumi.Resource) => {
    new Exec(
      `${name}-replaced`,
      {
        host,
        name: `${program}-replaced`,
        check: ["sh", "-c", `${others} exit 1; done`, folder],
        command: ["sh", "-c", `${others} rm -rf "$other"; done`, folder],
      },
      { parent, dependsOn: after },
    );
  };
  return { folder, installed, replacesOthers };
}

/** What root compiled there, Homebrew could not remove with its Python. */
const environment = "export PYTHONDONTWRITEBYTECODE=1";

/**
 * Stands beside the packages of the Python that they were installed for, a copy of what was asked for. The environment's own
 * python would run what its packages have run at each start.
 */
const installedFor = `marker=$("$2" -IS -c 'import sys, sysconfig
print(sysconfig.get_path("purelib", "venv", {"base": sys.argv[1]}))' "$0")/requirements.txt`;

/** $0 ENVIRONMENT, REQUIREMENTS, PYTHON: ends with 1 where not all of it is there, or for another Python. */
const isInstalled = `${environment}
[ -x "$0/bin/python" ] && ${installedFor} && cmp -s "$1" "$marker" || exit 1`;

/** $0 ENVIRONMENT, REQUIREMENTS, PYTHON. */
const install = `set -e
umask 022
${environment}
"$2" -m venv --clear "$0"
"$0/bin/pip" install --no-cache-dir --no-deps --only-binary :all: --progress-bar off -r "$1"
${installedFor}
cp "$1" "$marker"`;

/** $0 ENVIRONMENT: for each other one. */
const others = `for other in "\${0%/*}"/*/; do [ -d "$other" ] && [ "$other" != "$0/" ] || continue;`;
