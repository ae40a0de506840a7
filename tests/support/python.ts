import { preparedBase } from "./prepared.ts";

/** Root of a host that has Python, with venv, and curl. */
export const pythonBase = (): Promise<string> =>
  preparedBase({
    name: "python",
    host: "inference",
    script: `export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq python3-venv curl >/dev/null 2>&1`,
  });
