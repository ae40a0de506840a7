// How psql is reached on a host, and what its failures mean.
import type { reach } from "../../../schemas/postgres.ts";
import type { postgresDatabaseSchema } from "../../../schemas/postgres-database.ts";
import type { Desired } from "../../../schemas/resource-schema.ts";
import type { Answer, Command } from "../../host.ts";
import type { Platform } from "../platform.ts";
import { become } from "./become.ts";
import { noProgram } from "./no-program.ts";

/** A cluster of a host, as its resources name it. */
export type Cluster = Pick<Desired<typeof postgresDatabaseSchema>, (typeof reach)[number]>;

/** For messages. */
export const placeOf = ({ port, data }: Pick<Cluster, "port" | "data">): string =>
  data ? `of ${data}` : `on port ${port}`;

/** What holds for all that is sent: texts are UTF-8, notices are not answers. */
export const session = `SET client_encoding TO 'UTF8';
SET client_min_messages TO warning;
SET standard_conforming_strings TO on;
`;

/** Runs a script as the cluster's superuser over the local socket; the script goes over standard input only. */
export function psql(
  platform: Platform["name"],
  cluster: Cluster,
  script: string | Uint8Array,
  { database = "postgres", long = false } = {},
): Command {
  return {
    argv: [
      ...psqlAs(platform, cluster),
      ...["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1"],
      ...(cluster.data ? [] : ["-p", `${cluster.port}`]),
      ...["-d", database, "-f", "-"],
    ],
    stdin: Buffer.concat([Buffer.from(session), Buffer.from(script)]),
    exitCodes: [0, 1, 2, 3, ...noProgram],
    ...(long && { long }),
  };
}

/** psql as the administrator; macOS has Homebrew's psql on no path, so that it is looked for. */
function psqlAs(platform: Platform["name"], { administrator, programs, data }: Cluster): string[] {
  const program = programs ? `${programs}/psql` : "psql";
  const as =
    platform === "darwin" ? ["gw_as_owner", administrator ?? ""] : become(platform, administrator ?? "postgres");
  if (data) return [...as, "sh", "-c", atItsSocket, "psql", data, program];
  return programs || platform !== "darwin" ? [...as, program] : ["gw_psql", administrator ?? ""];
}

/**
 * Lines of this file are the port of the running server and the folder of its socket. Elsewhere, as in /tmp, which psql would
 * try, anybody may answer in its place.
 */
const atItsSocket = `
PGPORT=$(sed -n 4p "$1/postmaster.pid" 2>/dev/null) PGHOST=$(sed -n 5p "$1/postmaster.pid" 2>/dev/null)
[ -n "$PGHOST" ] || { echo "$1/postmaster.pid names no socket" >&2; echo "Is the server running?" >&2; exit 2; }
export PGPORT PGHOST; shift; exec "$@"`;

/** Why PostgreSQL gave no answer at all. */
export interface Unavailable {
  readonly reason: string;
  /** It is starting, stopping or full: worth asking again in a moment. */
  readonly passing: boolean;
}

/** Why there is no server to talk to, or `undefined` where it did answer. */
export function unavailable(answer: Answer, cluster: Cluster): Unavailable | undefined {
  if (answer.exitCode === 0 || answer.exitCode === 3) return undefined; // 3: a statement failed
  const said = saidBy(answer);
  if (said.includes("psql:<stdin>")) return undefined; // it was connected: how far it came is not known
  const found = noProgram.includes(answer.exitCode) ? absent : reasons.find(({ pattern }) => pattern.test(said));
  if (!found) return undefined;
  return { reason: `${found.reason(cluster)} (${lastLine(said)})`, passing: found.passing ?? false };
}

/** psql says so when the database of its connection does not exist. */
export const noSuchDatabase = (answer: Answer): boolean =>
  answer.exitCode === 2 && /FATAL: {2}database ".*" does not exist/.test(saidBy(answer));

interface Reason {
  readonly pattern: RegExp;
  readonly passing?: boolean;
  readonly reason: (cluster: Cluster) => string;
}

const absent: Reason = {
  pattern:
    /user .* does not exist|unknown user|sudo: .*unknown|failed to execute \S*psql|psql: (command )?not found|must install at least one/,
  reason: ({ administrator = "postgres" }) =>
    `there is no psql or no system user ${administrator}: install PostgreSQL first (Debian: package postgresql-17; macOS: formula postgresql@17)`,
};

const reasons: readonly Reason[] = [
  absent,
  {
    pattern: /database system is (starting up|shutting down|not (yet )?accepting)|in recovery mode/,
    passing: true,
    reason: (cluster) => `PostgreSQL ${placeOf(cluster)} is starting or stopping: run again when it is up`,
  },
  {
    pattern: /too many clients already|connection slots are reserved/,
    passing: true,
    reason: (cluster) => `PostgreSQL ${placeOf(cluster)} takes no connection now: run again, or raise max_connections`,
  },
  {
    pattern: /Is the server running|Connection refused/,
    reason: ({ port, data }) =>
      `no PostgreSQL answers on the local socket ${data ? placeOf({ port, data }) : `of port ${port}`}: start it (Debian: systemctl start postgresql; macOS: its Daemon), or correct \`port\``,
  },
  {
    pattern: /FATAL: {2}(role ".*" does not exist|Peer authentication failed|no pg_hba.conf entry)/,
    reason: ({ administrator = "that owns the cluster" }) =>
      `PostgreSQL does not let the system user ${administrator} in over its local socket: pg_hba.conf needs \`local all USER peer\`, and a superuser of that name must exist`,
  },
];

/** A statement's failure, taken apart. */
export interface Failure {
  readonly message: string;
  readonly detail: string;
  readonly hint: string;
}

/** What the server said of a failed statement; without the statement, which may hold a verifier. */
export function failureOf(answer: Answer): Failure {
  const said = saidBy(answer);
  const message = /(?:ERROR|FATAL|PANIC): {2}(.*)/.exec(said)?.[1] ?? lastLine(said);
  return { message, detail: section(said, "DETAIL"), hint: section(said, "HINT") };
}

/** A field of a message with its further lines. */
const section = (said: string, name: string): string =>
  new RegExp(`^${name}: {2}((?:.*)(?:\\n(?![A-Z]+: {2}|LINE \\d|psql:).+)*)`, "m")
    .exec(said)?.[1]
    ?.replaceAll("\n", "; ") ?? "";

/** On a terminal both streams are one. */
const saidBy = ({ stdout, stderr }: Answer): string => stderr.trim() || stdout.toString("utf8").trim();

const lastLine = (text: string): string =>
  text
    .split("\n")
    .filter((line) => line.trim() && !line.includes("Is the server running"))
    .at(-1)
    ?.replace(/^psql: error: /, "")
    .trim() || "it said nothing";
