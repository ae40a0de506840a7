import type * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { PlatformName } from "../../schemas/host.ts";
import type { PostgresSoftware } from "../postgres-software.ts";
import { Exec, PackageSet } from "../resources.ts";
import { unpacked } from "../unpacked.ts";

/** The marker lies beside the library, so that it goes with it when an upgrade replaces the folder. */
const built = `marker=$("$1/pg_config" --pkglibdir)/vector.groundwork
wanted="$("$1/pg_config" --version) $2"`;

const check = `${built}
[ "$(cat "$marker" 2>/dev/null)" = "$wanted" ]`;

/**
 * The SDK that PostgreSQL was built with may not be the one that is there. What Homebrew cannot remove with the server,
 * because it is root's, is its owner's. Nothing that was built stays in the archive's directory, which would step aside with it.
 */
const build = `set -e
umask 022
${built}
cd "$3"
sdk=$(xcrun --sdk macosx --show-sdk-path 2>/dev/null) || sdk=
for goal in clean all install clean; do make -s "$goal" PG_CONFIG="$1/pg_config" \${sdk:+PG_SYSROOT="$sdk"}; done
owner=$(ls -ldL "$1" | awk '{ print $3 }')
[ "$owner" = root ] || for kind in pkglibdir sharedir includedir-server; do chown -R "$owner" "$("$1/pg_config" "--$kind")"; done
printf '%s\\n' "$wanted" >"$marker"`;

/** What builds a source that lies in a folder, and tells whether it is built for the server of now. */
export const vectorBuild = (programs: string, sha256: string, folder: string) => ({
  check: ["sh", "-c", check, "check", programs, sha256],
  command: ["sh", "-c", build, "build", programs, sha256, folder],
});

/**
 * Builds pgvector's source against a server, and again when the server's version changes: Homebrew's package serves the
 * newest major versions only (MM-13).
 */
export function builtVector(
  name: string,
  { host, platform }: { host: string; platform: PlatformName },
  { programs, exact, buildPackages }: PostgresSoftware,
  source: Artefact,
  opts: { parent: pulumi.Resource; dependsOn: pulumi.Resource[] },
): pulumi.Resource {
  const tools = Object.keys(buildPackages).length > 0;
  const packages = tools ? [new PackageSet(`${name}-tools`, { host, name, packages: buildPackages }, opts)] : [];
  const { folder, archive } = unpacked(name, { host, platform }, source, { parent: opts.parent });
  return new Exec(
    `${name}-build`,
    { host, name, ...vectorBuild(programs, source.sha256, folder), triggers: exact },
    { parent: opts.parent, dependsOn: [...opts.dependsOn, ...packages, archive] },
  );
}
