// What the PostgreSQL cases share: scripts for sh on the host.
import { started } from "../support/started.ts";
import type { ContractPlatform } from "./contract-case.ts";

const debian = {
  /** A PostgreSQL 17 with pgvector, once. */
  install:
    "command -v pg_ctlcluster >/dev/null || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql-17 postgresql-17-pgvector; } >/dev/null 2>&1; systemctl start postgresql@17-main",
  psql: "psql",
  as: "runuser -u postgres --",
};

const postgres = "/opt/homebrew/opt/postgresql@17/bin";
const cluster = "/opt/homebrew/var/postgresql@17";

const darwin: typeof debian = {
  install: `export HOMEBREW_NO_AUTO_UPDATE=1
    [ -x ${postgres}/psql ] || sudo -n -H -u operator /opt/homebrew/bin/brew install postgresql@17 pgvector >/dev/null 2>&1
    ${started("launchd", "contract-postgres", [`${postgres}/postgres`, "-D", cluster], { user: "operator" })}
    until ${postgres}/pg_isready -q; do sleep 0.2; done`,
  psql: `${postgres}/psql`,
  as: "sudo -n -u operator --",
};

export function postgresOf(platform: ContractPlatform) {
  const { install, psql, as } = { debian, darwin }[platform];
  return {
    install,
    /** Asks as the superuser; `$$text$$` for texts. */
    sql: (query: string, database = "postgres"): string =>
      `(cd / && ${as} ${psql} -X -At -q -v ON_ERROR_STOP=1 -d ${database} -c '${query}')`,
    /** Logs in with a password and says as whom. */
    login: (role: string, password: string): string =>
      `PGPASSWORD="${password}" ${psql} -X -At -h 127.0.0.1 -U ${role} -d postgres -c "SELECT current_user"`,
  };
}
