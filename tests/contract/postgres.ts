// What the PostgreSQL cases share: scripts for sh on the host.

/** A PostgreSQL 17 with pgvector, once. */
export const install =
  "command -v pg_ctlcluster >/dev/null || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql-17 postgresql-17-pgvector; } >/dev/null 2>&1; systemctl start postgresql@17-main";

/** Asks as the superuser; `$$text$$` for texts. */
export const sql = (query: string, database = "postgres"): string =>
  `(cd / && runuser -u postgres -- psql -X -At -q -v ON_ERROR_STOP=1 -d ${database} -c '${query}')`;

/** Logs in with a password and says as whom. */
export const login = (role: string, password: string): string =>
  `PGPASSWORD="${password}" psql -X -At -h 127.0.0.1 -U ${role} -d postgres -c "SELECT current_user"`;
