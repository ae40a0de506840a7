import { postgresImportSchema } from "../../schemas/postgres-import.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import type { ImportState } from "../platforms/posix/postgres-facts.ts";
import { loadScript, setTableOwner } from "../platforms/posix/postgres-import.ts";
import type { Cluster, Failure } from "../platforms/posix/postgres-psql.ts";
import { defineResource } from "../resource.ts";
import { clusterContents, databaseContents, defaultCluster, inCluster, twoParts, write } from "./postgres-access.ts";
import { contentOf } from "./postgres-import-source.ts";
import { digestOf } from "./source.ts";

type Import = Desired<typeof postgresImportSchema>;

/** Holds that a file was loaded into a table once; what happens to the rows later is nobody's drift. */
export default defineResource(postgresImportSchema, {
  name: ({ database, table }) => `${database}/${table}`,
  holds: (desired) => [inCluster(desired, `import of ${desired.table} in ${desired.database}`)],
  identify: (name) => {
    const [database, table] = twoParts(name, "database/schema.table");
    return { ...defaultCluster, database, table: table.includes(".") ? table : `public.${table}` };
  },

  async observe(host, desired) {
    const { database, table } = desired;
    const loaded = await remembered(host, desired, desired);
    if (!loaded) return undefined;
    const { sha256, rows, loadedAt, owner } = loaded;
    const source = await sourceOf(host, desired, sha256);
    return { database, table, source, sha256, expectedRows: rows, owner, rows, loadedAt };
  },

  async reconcile(host, desired, observed) {
    const loaded = observed && (await remembered(host, desired, desired));
    if (!loaded || (await isOther(host, desired, loaded))) return load(host, desired, loaded);

    const { database, table, owner, expectedRows } = desired;
    if (expectedRows !== undefined && expectedRows !== loaded.rows) {
      const counted = `${loaded.rows} rows were loaded into ${database}/${table} at ${loaded.loadedAt}, not ${expectedRows}`;
      throw new HostError(
        host.name,
        `${counted}; correct \`expectedRows\`, or give the right file with \`reload: true\``,
      );
    }
    if (owner !== undefined && owner !== loaded.owner) {
      await write(host, desired, {
        what: `give table ${table} to ${owner}`,
        database,
        script: setTableOwner(table, owner),
      });
    }
  },

  /** The rows are data: they stay, and so does what is remembered of them. */
  async remove() {},

  async list(host) {
    const { databases } = await clusterContents(host, defaultCluster);
    const names = databases.filter(({ isTemplate }) => !isTemplate).map(({ name }) => name);
    const contents = await Promise.all(names.map((name) => databaseContents(host, defaultCluster, name)));
    return names.flatMap((database, at) => contents[at]?.imports.map(({ table }) => `${database}/${table}`) ?? []);
  },
});

/** What the database remembers of a load, as long as the table is there. */
async function remembered(host: Host, at: Cluster, { database, table }: Import): Promise<ImportState | undefined> {
  const contents = await databaseContents(host, at, database);
  return contents?.imports.find((loaded) => loaded.table === table && loaded.owner !== null);
}

/** The file was read once and may be gone since; only one that holds something else is a difference. */
async function sourceOf(host: Host, { table, source }: Import, sha256: string): Promise<string | undefined> {
  const digest = source === undefined ? undefined : await digestOf(host, table, source);
  return digest === undefined || digest === sha256 ? source : `(other contents: sha256 ${sha256})`;
}

async function isOther(host: Host, { table, source, sha256 }: Import, loaded: ImportState): Promise<boolean> {
  const wanted = sha256 ?? (await digestOf(host, table, source));
  return wanted !== undefined && wanted !== loaded.sha256;
}

async function load(host: Host, desired: Import, loaded: ImportState | undefined): Promise<void> {
  const { database, table, source, expectedRows, omit, owner, reload, adopt } = desired;
  if (loaded && !reload) {
    const before = `${database}/${table} was loaded from other contents (sha256 ${loaded.sha256}) at ${loaded.loadedAt}`;
    const after = "a new load deletes all its rows first, so nothing was changed";
    throw new HostError(host.name, `${before}; ${after}. Set \`reload: true\` if that is wanted`);
  }
  const { sha256, body } = await contentOf(host, source, table, omit);
  if (desired.sha256 !== undefined && desired.sha256 !== sha256) {
    throw new HostError(
      host.name,
      `${source} has sha256 ${sha256}, not ${desired.sha256}: it is another file; nothing was loaded`,
    );
  }
  const megabytes = Math.ceil(body.length / 1e6);
  if (!adopt) host.progress(`loading ${megabytes} MB into ${database}/${table}`);
  await write(host, desired, {
    what: `${adopt ? "adopt the rows of" : `load ${source} into`} ${database}/${table}`,
    database,
    long: true,
    script: loadScript({ table, sha256, expectedRows, owner, reload: loaded && reload, ...(!adopt && { body }) }),
    advise,
  });
}

function advise({ message }: Failure): string {
  const known = advice.find(({ pattern }) => pattern.test(message));
  return `Nothing was loaded.${known ? ` ${known.advice}` : ""}`;
}

const advice = [
  {
    pattern: /holds rows that no import remembers/,
    advice: "Empty it, or set `adopt: true` to take its rows as those of this file",
  },
  { pattern: /relation ".*" does not exist/, advice: "Make the table first: these contents only fill it" },
  { pattern: /would hold .* rows/, advice: "Give the whole file, or correct `expectedRows`" },
  { pattern: /is not a table/, advice: "Name a table" },
  {
    pattern: /Peer authentication failed|no pg_hba.conf entry|not permitted to log in/,
    advice:
      "The owner loads, over the local socket: let the role log in, and the system user that is the administrator in as it (pg_hba.conf: `local DATABASE OWNER peer map=owner`, before other `local` lines; pg_ident.conf: `owner ADMINISTRATOR OWNER`)",
  },
  { pattern: /there is no table/, advice: "Name the table that the dump makes, or make it first" },
  { pattern: /relation ".*" already exists/, advice: "The table is there already: dump with --data-only" },
  {
    pattern: /role ".*" does not exist/,
    advice: "Dump with --no-owner --no-privileges, and declare `owner` as a PostgresRole",
  },
  {
    pattern: /(schema|type) ".*" does not exist/,
    advice: "Declare what the dump needs (a PostgresExtension with its `schema`) and let this depend on it",
  },
  {
    pattern: /unrecognized configuration parameter/,
    advice: "The dump is from a newer pg_dump than this server: dump with that of its version, or take that line out",
  },
];
