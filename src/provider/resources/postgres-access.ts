// What the PostgreSQL resources share: asking a cluster, waiting for it, and writing to it.
import { setTimeout } from "node:timers/promises";

import { cluster } from "../../schemas/postgres.ts";
import { HostError, Unobservable } from "../errors.ts";
import type { Fact, Host } from "../host.ts";
import {
  type ClusterContents,
  clusterFact,
  type DatabaseContents,
  databaseFact,
  everything,
  type Told,
} from "../platforms/posix/postgres-facts.ts";
import {
  type Cluster,
  type Failure,
  failureOf,
  noSuchDatabase,
  placeOf,
  psql,
  unavailable,
} from "../platforms/posix/postgres-psql.ts";

/** How long a server that is starting, or that vanished before a write, is waited for. */
const patienceMs = 30_000;
const pauseMs = 500;

/** What an import knows of the cluster. */
export const defaultCluster: Cluster = { port: cluster.port.parse(undefined) };

/** A thing in a cluster: a host may have several of them. */
export const inCluster = ({ data, port }: Cluster, what: string): string =>
  `${what} of the PostgreSQL at ${String(data ?? port)}`;

/** That the server did not do what it was asked, why, and what to do. */
export function refusalOf({ message, detail, hint }: Failure, asked: string, advice = hint): string {
  return `PostgreSQL did not ${asked}: ${message}${detail && ` (${detail})`}${advice && `. ${advice}`}`;
}

/** Roles and databases. Throws `Unobservable` where no server answers. */
export const clusterContents = (host: Host, at: Cluster): Promise<ClusterContents> =>
  told(host, clusterFact(host.platform.name, at));

/** Extensions and imports of a database, `undefined` where it does not exist. Throws `Unobservable` where no server answers. */
export const databaseContents = (host: Host, at: Cluster, database: string): Promise<DatabaseContents | undefined> =>
  told(host, databaseFact(host.platform.name, at, database));

async function told<Contents>(host: Host, fact: Fact<Told<Contents>>): Promise<Contents> {
  let answer = await host.read(fact, everything).catch((error: Error) => {
    throw error instanceof HostError ? error : new HostError(host.name, error.message);
  });
  const until = Date.now() + ("unavailable" in answer && answer.unavailable.passing ? patienceMs : 0);
  while ("unavailable" in answer) {
    if (Date.now() >= until) throw new Unobservable(host.name, answer.unavailable.reason);
    host.progress("waiting for PostgreSQL");
    await setTimeout(pauseMs);
    answer = fact.parse(await host.ask(fact.command([everything])), [everything]).get(everything) ?? answer; // past the cache
  }
  return answer.contents;
}

export interface Write {
  /** What the script does, for messages: "create role app". */
  readonly what: string;
  readonly script: string | Uint8Array;
  readonly database?: string;
  /** On a channel of its own. */
  readonly long?: boolean;
  /** What to do about a failure, where more is known than the server says. */
  readonly advise?: (failure: Failure) => string | undefined;
}

/** Runs a script that changes something. Waits for a server that restarts; refuses a replica. */
export async function write(host: Host, at: Cluster, { what, script, database, long, advise }: Write): Promise<void> {
  const { replica } = await clusterContents(host, at);
  if (replica) {
    const where = `PostgreSQL ${placeOf(at)} is a read-only replica`;
    throw new HostError(host.name, `${where}, so it cannot ${what}: declare this on the host of its primary`);
  }
  const command = psql(host.platform.name, at, script, { database, long });
  const until = Date.now() + patienceMs;
  for (;;) {
    const answer = await host.run(command);
    if (answer.exitCode === 0) return;
    const reason = unavailable(answer, at);
    if (!reason) {
      const failure = noSuchDatabase(answer) ? { ...failureOf(answer), hint: declareDatabase } : failureOf(answer);
      throw new HostError(host.name, refusalOf(failure, what, advise?.(failure)));
    }
    if (Date.now() >= until) throw new Unobservable(host.name, reason.reason);
    host.progress(`waiting for PostgreSQL ${placeOf(at)}`);
    await setTimeout(pauseMs);
  }
}

const declareDatabase = "Declare it as a PostgresDatabase that this depends on, or correct `database`";

/** Parts of a name such as `projectsot/vector`. */
export function twoParts(name: string, shape: string): [string, string] {
  const [first, second, ...more] = name.split("/");
  if (!first || !second || more.length > 0) throw new Error(`\`${name}\` is not a name of the form ${shape}`);
  return [first, second];
}
