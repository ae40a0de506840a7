import type { Host } from "../../src/provider/host.ts";
import { HostPool } from "../../src/provider/host-pool.ts";
import { connect } from "../../src/provider/transports/connect.ts";
import { providerConfig } from "../../src/schemas/host.ts";
import { startLab, type TestLab } from "./lab.ts";
import { preparedBase } from "./prepared.ts";
import { script } from "./script.ts";

/** A lab host with an empty PostgreSQL 17 and pgvector. */
export interface PostgresHost {
  readonly lab: TestLab;
  /** As a new run of the provider sees it: what it knew is forgotten. */
  connected(): Promise<Host>;
  /** The host's own psql as the superuser. */
  sql(query: string, database?: string): Promise<string>;
  /** A script for sh on the host; must succeed. */
  shell(script: string): Promise<string>;
  close(): Promise<void>;
}

const name = "storage";

/** A root with PostgreSQL 17 and pgvector. */
export const postgresBase = (): Promise<string> =>
  preparedBase({
    name: "postgres",
    host: name,
    script: `set -e
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql-17 postgresql-17-pgvector`,
  });

/** The same host for all test files, with a new cluster for each. */
export async function postgresHost(): Promise<PostgresHost> {
  const lab = await startLab("test-postgres", { hosts: [name], base: await postgresBase() });
  const hosts = { [name]: { platform: "debian", address: name, user: "root", sshConfig: lab.sshConfig } };
  const pool = new HostPool(providerConfig.parse({ hosts }), connect);

  const shell = (text: string) => script(lab.run, name, text);
  const fresh = `
    pg_dropcluster --stop 17 main || :
    pg_createcluster -o fsync=off 17 main
    systemctl restart postgresql@17-main`;
  await script(lab.ssh, name, fresh);

  return {
    lab,
    shell,
    async connected() {
      const host = await pool.host(name, () => undefined);
      await host.run({ argv: ["true"] }); // after a write, nothing is remembered
      return host;
    },
    async sql(query, database = "postgres") {
      const asked = `runuser -u postgres -- psql -X -At -v ON_ERROR_STOP=1 -d ${database} -f - <<'SQL'\n${query}\nSQL\n`;
      return shell(`cd /\n${asked}`);
    },
    close: () => pool.close(),
  };
}
