import type { Database } from "../../checks/model.ts";
import type { PlatformName } from "../../schemas/host.ts";
import type { MacminisConfig } from "../../schemas/macminis/index.ts";
import { postgresPlatforms } from "../postgres-software.ts";

/** What checks need to know of the database. */
export function databaseOf({ services, hosts, import: imported }: MacminisConfig): Database {
  const { host, version, pgvector, backup } = services.postgres;
  const platform = offered(hosts[host]?.platform);
  const chosen = version ?? platform.versions[0] ?? 0;
  return {
    host,
    version: chosen,
    offered: platform.versions,
    vector: pgvector ? "source" : platform.vectorVersions.includes(chosen) ? "package" : "none",
    dimension: services.ollama.dimension,
    ...(backup && { backup: { host: backup.host } }),
    ...(imported && { import: imported }),
  };
}

/** Nothing on a host that does not exist, which another check tells. */
const offered = (
  platform: PlatformName | undefined,
): { versions: readonly number[]; vectorVersions: readonly number[] } =>
  platform ? postgresPlatforms[platform] : { versions: [], vectorVersions: [] };
