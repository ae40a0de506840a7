// The node of the Decentralized Data Cluster as a container: what its daemon runs, and what must be there before.
import type * as pulumi from "@pulumi/pulumi";

import type { DdcContainer } from "../../schemas/macminis/ddc.ts";
import type { LimitedArgs } from "../endpoint.ts";
import { containerEngineOn } from "../key-software.ts";
import { Exec, PackageSet } from "../resources.ts";
import type { Software } from "../software.ts";

export interface ContainerArgs extends LimitedArgs {
  /** Image, and what it gets. */
  container: DdcContainer;
  /** Account that its program has, and the folder that becomes its `dataDir`. */
  software: Pick<Software, "daemon" | "user" | "state">;
  /** Variables besides those of `container`, and LISTEN_ADDRESS and DATA_DIR. */
  environment: Record<string, string>;
}

/** The client in the foreground: it ends when the container does, and its daemon tells. */
export function contained(
  name: string,
  { endpoint: { host, platform, address, port }, memoryMiB, container, software, environment }: ContainerArgs,
  opts: pulumi.CustomResourceOptions,
) {
  const { packages, program: docker, units } = containerEngineOn(platform);
  const { image, args, env, dataDir, engine } = container;
  const where: Record<string, string> = engine === undefined ? {} : { DOCKER_HOST: engine };
  const asked = ["env", ...Object.entries(where).map(([key, value]) => `${key}=${value}`), docker];
  const installed = new PackageSet(`${name}-engine`, { host, name: `${name}-engine`, packages }, opts);
  const pulled = new Exec(
    `${name}-image`,
    {
      host,
      name: `${name}-image`,
      check: ["sh", "-c", HAS_IMAGE, image, ...asked],
      command: [...asked, "pull", "--quiet", image],
    },
    { ...opts, dependsOn: [installed] },
  );
  // On Linux a published port would pass by the packet filter; on macOS the engine has a network of its own.
  const shared = platform !== "darwin";
  const variables = { ...environment, LISTEN_ADDRESS: shared ? address : "0.0.0.0", DATA_DIR: dataDir, ...env };
  const options = [
    ...["--pull=never", shared ? "--network=host" : `--publish=${port}:${port}`, `--memory=${memoryMiB}m`],
    ...["--cap-drop=ALL", "--security-opt=no-new-privileges", `--volume=${software.state}:${dataDir}`],
    ...Object.entries(variables).map(([key, value]) => `--env=${key}=${value}`),
  ];
  return {
    job: {
      program: "/bin/sh",
      arguments: ["-c", RUN, software.daemon, software.user, docker, ...options, image, ...args],
      environment: where,
      after: units,
      requires: units,
    },
    parts: [installed, pulled],
  };
}

/** 1 where the image is not there, 2 where the engine does not answer. */
const HAS_IMAGE = `
"$@" version >/dev/null || exit 2
"$@" image inspect "$0" >/dev/null 2>&1 || exit 1`;

/** A container whose client was killed would keep its name. */
const RUN = `
user=$1 docker=$2
shift 2
"$docker" rm --force "$0" >/dev/null 2>&1
exec "$docker" run --rm --name "$0" --user "$(id -u "$user"):$(id -g "$user")" "$@"`;
