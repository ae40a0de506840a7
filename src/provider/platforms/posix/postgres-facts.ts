// What a cluster and its databases hold: one query each, whoever asks.
import { z } from "zod";

import type { Answer, Fact } from "../../host.ts";
import type { Platform } from "../platform.ts";
import {
  type Cluster,
  failureOf,
  noSuchDatabase,
  placeOf,
  psql,
  type Unavailable,
  unavailable,
} from "./postgres-psql.ts";

const role = z.object({
  name: z.string(),
  login: z.boolean(),
  superuser: z.boolean(),
  createdb: z.boolean(),
  createrole: z.boolean(),
  replication: z.boolean(),
  bypassrls: z.boolean(),
  connectionLimit: z.int(),
  validUntil: z.string(),
  /** As in pg_authid: SCRAM verifier, md5 hash, or none. */
  verifier: z.string().nullable(),
  memberOf: z.array(z.object({ role: z.string(), grantor: z.string() })),
});

const database = z.object({
  name: z.string(),
  owner: z.string(),
  encoding: z.string(),
  /** That of another provider than libc with its name: `icu:en-US`. */
  locale: z.string(),
  connectionLimit: z.int(),
  isTemplate: z.boolean(),
});

const clusterContents = z.object({
  /** Major version: 17. */
  major: z.int(),
  /** Role that groundwork works as. */
  administrator: z.string(),
  /** Read-only replica of another server. */
  replica: z.boolean(),
  roles: z.array(role),
  databases: z.array(database),
});

const databaseContents = z.object({
  extensions: z.array(z.object({ name: z.string(), version: z.string(), schema: z.string() })),
  imports: z.array(
    z.object({
      table: z.string(),
      sha256: z.string(),
      rows: z.int(),
      loadedAt: z.string(),
      /** Owner of the table; `null` where it is gone. */
      owner: z.string().nullable(),
    }),
  ),
});

export type RoleState = z.output<typeof role>;
export type ClusterContents = z.output<typeof clusterContents>;
export type DatabaseContents = z.output<typeof databaseContents>;
export type ImportState = DatabaseContents["imports"][number];

/** What the server told, or why it told nothing. */
export type Told<Contents> = { readonly contents: Contents } | { readonly unavailable: Unavailable };

/** The only key of these facts: each answers everything at once. */
export const everything = "all";

const clusterName = ({ port, administrator = "postgres", data }: Cluster): string =>
  `postgres-${data?.replaceAll("/", "_") ?? port}-${administrator}`;

/** Roles and databases of a cluster. */
export const clusterFact = (platform: Platform["name"], at: Cluster): Fact<Told<ClusterContents>> => ({
  name: clusterName(at),
  command: () => psql(platform, at, clusterQuery),
  parse: (answer, keys) => {
    const told = parseAnswer(answer, at) ?? { contents: understand(clusterContents, answer) };
    return new Map(keys.map((key) => [key, told]));
  },
});

/** Extensions and remembered imports of a database; no contents where there is no such database. */
export const databaseFact = (
  platform: Platform["name"],
  at: Cluster,
  name: string,
): Fact<Told<DatabaseContents | undefined>> => ({
  name: `${clusterName(at)}-${name}`,
  command: () => psql(platform, at, databaseQuery, { database: name }),
  parse: (answer, keys) => {
    const told = noSuchDatabase(answer)
      ? { contents: undefined }
      : (parseAnswer(answer, at) ?? { contents: understand(databaseContents, answer) });
    return new Map(keys.map((key) => [key, told]));
  },
});

function parseAnswer(answer: Answer, at: Cluster): { unavailable: Unavailable } | undefined {
  const reason = unavailable(answer, at);
  if (reason) return { unavailable: reason };
  if (answer.exitCode === 0) return undefined;
  throw new Error(`psql ${placeOf(at)} ended with exit code ${answer.exitCode} and said: ${failureOf(answer).message}`);
}

/** One JSON value; the answer itself stays out of messages, since it holds verifiers. */
function understand<Schema extends z.ZodType>(schema: Schema, { stdout }: Answer): z.output<Schema> {
  const notUnderstood = (why: string) => new Error(`psql gave an answer that is not understood: ${why}`);
  let value: unknown;
  try {
    value = JSON.parse(stdout.toString("utf8"));
  } catch {
    throw notUnderstood("it is not one JSON value");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw notUnderstood(`${issue?.path.join(".")}: ${issue?.message}`);
}

const utc = `'YYYY-MM-DD"T"HH24:MI:SS"Z"'`;

const clusterQuery = `SELECT json_build_object(
  'major', current_setting('server_version_num')::int / 10000,
  'administrator', current_user,
  'replica', pg_is_in_recovery(),
  'roles', (SELECT json_agg(json_build_object(
      'name', rolname, 'login', rolcanlogin, 'superuser', rolsuper, 'createdb', rolcreatedb,
      'createrole', rolcreaterole, 'replication', rolreplication, 'bypassrls', rolbypassrls,
      'connectionLimit', rolconnlimit, 'verifier', rolpassword,
      'validUntil', CASE WHEN isfinite(rolvaliduntil) THEN to_char(rolvaliduntil AT TIME ZONE 'UTC', ${utc})
        ELSE coalesce(rolvaliduntil::text, 'infinity') END,
      'memberOf', (SELECT coalesce(json_agg(json_build_object(
          'role', pg_get_userbyid(m.roleid), 'grantor', pg_get_userbyid(m.grantor))), '[]')
        FROM pg_auth_members m WHERE m.member = r.oid)) ORDER BY rolname)
    FROM pg_authid r WHERE rolname !~ '^pg_'),
  'databases', (SELECT json_agg(json_build_object(
      'name', datname, 'owner', pg_get_userbyid(datdba), 'encoding', pg_encoding_to_char(encoding),
      'locale', CASE
        WHEN to_jsonb(d)->>'datlocprovider' = 'i' THEN
          'icu:' || coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale')
        WHEN to_jsonb(d)->>'datlocprovider' = 'b' THEN 'builtin:' || (to_jsonb(d)->>'datlocale')
        WHEN datcollate = datctype THEN datcollate ELSE datcollate || ' / ' || datctype END,
      'connectionLimit', datconnlimit, 'isTemplate', datistemplate) ORDER BY datname)
    FROM pg_database d));
`;

/** psql itself asks whether there is a table of imports: a query that names a missing table is an error. */
const databaseQuery = `SELECT (to_regclass('groundwork.import') IS NOT NULL)::text AS marked \\gset
\\if :marked
  SELECT coalesce(json_agg(json_build_object(
      'table', i.table_name, 'sha256', i.sha256, 'rows', i.rows,
      'loadedAt', to_char(i.loaded_at AT TIME ZONE 'UTC', ${utc}),
      'owner', (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = to_regclass(
        quote_ident(split_part(i.table_name, '.', 1)) || '.' || quote_ident(split_part(i.table_name, '.', 2)))))), '[]')
    AS imports FROM groundwork.import i \\gset
\\else
  \\set imports []
\\endif
SELECT json_build_object(
  'extensions', (SELECT coalesce(json_agg(json_build_object(
      'name', extname, 'version', extversion, 'schema', nspname)), '[]')
    FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace),
  'imports', :'imports'::json);
`;
