import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { drift, type Resource } from "../../../src/provider/resource.ts";
import database from "../../../src/provider/resources/postgres-database.ts";
import extension from "../../../src/provider/resources/postgres-extension.ts";
import type { Values } from "../../../src/provider/values.ts";
import { postgresDatabaseSchema } from "../../../src/schemas/postgres-database.ts";
import { postgresExtensionSchema } from "../../../src/schemas/postgres-extension.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type PostgresHost, postgresHost } from "../../support/postgres.ts";

const aDatabase = (values: Values): Values => postgresDatabaseSchema.inputs.parse({ host: "storage", ...values });
const anExtension = (values: Values): Values => postgresExtensionSchema.inputs.parse({ host: "storage", ...values });
const sot = aDatabase({ name: "projectsot", owner: "sot", locale: "C.UTF-8" });
const vector = anExtension({ database: "projectsot", name: "vector" });

describe.skipIf(!canRunLab)(`PostgreSQL on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let postgres: PostgresHost;

  beforeAll(async () => {
    postgres = await postgresHost();
    await postgres.sql("CREATE ROLE sot LOGIN; CREATE ROLE other;");
  }, 180_000);
  afterAll(() => postgres?.close());

  /** What a preview would show. */
  const drifted = async (resource: Resource, desired: Values): Promise<string[] | "gone"> => {
    const state = await resource.read(await postgres.connected(), desired);
    return state ? drift(resource.schema, state, desired).map(({ path }) => path.join(".")) : "gone";
  };
  const apply = async (resource: Resource, desired: Values): Promise<Values> =>
    resource.apply(await postgres.connected(), desired);
  const remove = async (resource: Resource, recorded: Values): Promise<void> =>
    resource.remove(await postgres.connected(), recorded);

  describe("PostgresDatabase", () => {
    const seen =
      "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datconnlimit FROM pg_database";

    test("is made as declared, and then there is no drift", async () => {
      expect(await drifted(database, sot)).toBe("gone");
      expect(await apply(database, sot)).toEqual(sot);
      expect(await drifted(database, sot)).toEqual([]);
      expect(await postgres.sql(`${seen} WHERE datname = 'projectsot'`)).toBe("sot|UTF8|C.UTF-8|-1");
    });

    test.each([
      ["another owner", "ALTER DATABASE projectsot OWNER TO other", ["owner"]],
      ["another connection limit", "ALTER DATABASE projectsot CONNECTION LIMIT 2", ["connectionLimit"]],
    ])("%s is drift, and repaired", async (_, change, expected) => {
      await postgres.sql(change);
      expect(await drifted(database, sot)).toEqual(expected);
      await apply(database, sot);
      expect(await drifted(database, sot)).toEqual([]);
    });

    test("one that exists with another encoding or locale is refused, and stays as it is", async () => {
      await postgres.sql("CREATE DATABASE old OWNER other TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
      await expect(apply(database, aDatabase({ name: "old", owner: "sot" }))).rejects.toThrow(
        "storage: database old exists with encoding LATIN1, not UTF8, and PostgreSQL fixes that at creation; nothing was changed",
      );
      await expect(apply(database, aDatabase({ name: "old", encoding: "LATIN1", locale: "C.UTF-8" }))).rejects.toThrow(
        "exists with locale C, not C.UTF-8",
      );
      expect(await postgres.sql(`${seen} WHERE datname = 'old'`)).toBe("other|LATIN1|C|-1");
    });

    test("a locale is of the provider that it names", async () => {
      const german = aDatabase({ name: "german", locale: "icu:de-DE" });
      expect(await apply(database, german)).toEqual(german);
      expect(await drifted(database, german)).toEqual([]);
      const sorts = "SELECT datlocprovider FROM pg_database WHERE datname = 'german'";
      expect(await postgres.sql(sorts)).toBe("i");
      await expect(apply(database, aDatabase({ name: "german", locale: "C.UTF-8" }))).rejects.toThrow(
        "exists with locale icu:de-DE, not C.UTF-8",
      );
      await postgres.sql("DROP DATABASE german");
    });

    test("a locale of the C library is it in a cluster of ICU, too", async () => {
      await postgres.shell(
        "pg_createcluster --port=5444 --start 17 sorted -- --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US",
      );
      await apply(database, aDatabase({ name: "plain", locale: "C.UTF-8", port: 5444 }));
      const sorts = "SELECT datname, datlocprovider FROM pg_database WHERE datname IN ('plain', 'postgres') ORDER BY 1";
      const asked = `runuser -u postgres -- psql -At -p 5444 -c "${sorts}"`;
      expect((await postgres.shell(asked)).trim()).toBe("plain|c\npostgres|i");
      await postgres.shell("pg_dropcluster --stop 17 sorted");
    });

    test("an owner, locale or encoding that does not exist is one clear error", async () => {
      await expect(apply(database, aDatabase({ name: "new", owner: "nobody" }))).rejects.toThrow(
        'storage: PostgreSQL did not create database new: role "nobody" does not exist. Declare the owner as a PostgresRole',
      );
      await expect(apply(database, aDatabase({ name: "new", locale: "xx_YY.UTF-8" }))).rejects.toThrow(
        /did not create database new: invalid LC_COLLATE locale name: "xx_YY.UTF-8"/,
      );
      expect(await drifted(database, aDatabase({ name: "new" }))).toBe("gone");
    });

    test("an ID is enough to import", async () => {
      const identified = { host: "storage", ...database.identify("projectsot") };
      const { template, destroyOnDelete, ...visible } = sot;
      expect(await database.read(await postgres.connected(), identified, true)).toEqual(visible);
      expect(await database.list?.(await postgres.connected())).toEqual(["old", "postgres", "projectsot"]);
    });
  });

  describe("PostgresExtension", () => {
    const version = "SELECT extversion FROM pg_extension WHERE extname = 'vector'";

    test("is made as declared, and works", async () => {
      expect(await drifted(extension, vector)).toBe("gone");
      expect(await apply(extension, vector)).toEqual(vector);
      expect(await drifted(extension, vector)).toEqual([]);
      expect(await postgres.sql("SELECT '[3,4]'::vector <-> '[0,0]'::vector", "projectsot")).toBe("5");
    });

    test("dropped by hand is drift, and repaired", async () => {
      await postgres.sql("DROP EXTENSION vector", "projectsot");
      expect(await drifted(extension, vector)).toBe("gone");
      await apply(extension, vector);
      expect(await drifted(extension, vector)).toEqual([]);
    });

    test("an older version is updated, another schema is corrected", async () => {
      await postgres.sql("CREATE SCHEMA extensions; CREATE EXTENSION hstore VERSION '1.7'", "projectsot");
      const hstore = anExtension({ database: "projectsot", name: "hstore" });
      const exact = { ...hstore, version: "1.8", schema: "extensions" };
      expect(await drifted(extension, hstore)).toEqual([]);
      expect(await drifted(extension, exact)).toEqual(["version", "schema"]);
      await apply(extension, exact);
      expect(await drifted(extension, exact)).toEqual([]);
      const seen = "SELECT extversion, extnamespace::regnamespace FROM pg_extension WHERE extname = 'hstore'";
      expect(await postgres.sql(seen, "projectsot")).toBe("1.8|extensions");
      await apply(extension, { ...vector, schema: "extensions" });
    });

    test("one that the server does not have names the package to install", async () => {
      await expect(apply(extension, anExtension({ database: "projectsot", name: "postgis" }))).rejects.toThrow(
        /did not create extension postgis in database projectsot: extension "postgis" is not available.*postgresql-17-postgis-3/,
      );
    });

    test("a version, schema or database that does not exist is one clear error", async () => {
      await expect(apply(extension, { ...vector, version: "9.9" })).rejects.toThrow(
        /has no .*update path .*pg_available_extension_versions/,
      );
      await expect(apply(extension, { ...vector, schema: "nowhere" })).rejects.toThrow(
        'schema "nowhere" does not exist',
      );
      await expect(apply(extension, { ...vector, database: "missing" })).rejects.toThrow(
        /database "missing" does not exist.*Declare it as a PostgresDatabase/,
      );
      expect(await drifted(extension, { ...vector, database: "missing" })).toBe("gone");
    });

    test("an ID is enough to import", async () => {
      const identified = { host: "storage", ...extension.identify("projectsot/vector") };
      const state = await extension.read(await postgres.connected(), identified, true);
      expect(state).toMatchObject({ database: "projectsot", name: "vector", version: "0.8.0", schema: "extensions" });
      expect(await extension.list?.(await postgres.connected())).toContain("projectsot/vector");
      expect(() => extension.identify("vector")).toThrow("not a name of the form database/extension");
    });

    test("a delete forgets it; with destroyOnDelete it drops it, but never a column with it", async () => {
      await postgres.sql("CREATE TABLE kept (v extensions.vector(2)); INSERT INTO kept VALUES ('[1,2]')", "projectsot");
      await remove(extension, vector);
      await expect(remove(extension, { ...vector, destroyOnDelete: true })).rejects.toThrow(
        /did not drop extension vector from database projectsot: .*depend on it \(column v of table kept.*Nothing was dropped/,
      );
      expect(await postgres.sql("SELECT v FROM kept", "projectsot")).toBe("[1,2]");
      await postgres.sql("DROP TABLE kept", "projectsot");
      await remove(extension, { ...vector, destroyOnDelete: true });
      expect(await postgres.sql(version, "projectsot")).toBe("");
      await remove(extension, { ...vector, destroyOnDelete: true });
    });
  });

  describe("a delete of a database", () => {
    test("forgets it", async () => {
      await remove(database, sot);
      expect(await drifted(database, sot)).toEqual([]);
    });

    test("26: with destroyOnDelete it is refused while somebody is connected", async () => {
      const session = postgres.sql("SELECT pg_sleep(8)", "projectsot");
      await postgres.shell(
        "cd /; until runuser -u postgres -- psql -At -c \"SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(8)%' AND datname = 'projectsot'\" | grep -q 1; do sleep 0.1; done",
      );
      await expect(remove(database, { ...sot, destroyOnDelete: true })).rejects.toThrow(
        /did not drop database projectsot: .*being accessed by other users \(There is 1 other session.*Stop what is connected/,
      );
      await session;
    });

    test("with destroyOnDelete it drops it, and doing so again is success", async () => {
      await remove(database, { ...sot, destroyOnDelete: true });
      expect(await drifted(database, sot)).toBe("gone");
      await remove(database, { ...sot, destroyOnDelete: true });
      await remove(extension, { ...vector, destroyOnDelete: true });
    });
  });
});
