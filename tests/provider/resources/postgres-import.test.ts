import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { drift } from "../../../src/provider/resource.ts";
import imported from "../../../src/provider/resources/postgres-import.ts";
import type { Values } from "../../../src/provider/values.ts";
import { postgresImportSchema } from "../../../src/schemas/postgres-import.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type PostgresHost, postgresHost } from "../../support/postgres.ts";

const digest = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

describe.skipIf(!canRunLab)(`PostgresImport on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let postgres: PostgresHost;
  let folder: string;
  let dump: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "groundwork-import-"));
    postgres = await postgresHost();
    await postgres.sql("CREATE ROLE app LOGIN; CREATE DATABASE wiki OWNER app; CREATE DATABASE source;");
    await postgres.shell(`cd /etc/postgresql/17/main
      sed -i '1i local wiki app peer map=owner' pg_hba.conf
      echo owner postgres app >>pg_ident.conf
      systemctl reload postgresql@17-main`);
    await postgres.sql("CREATE EXTENSION vector", "wiki");
    await postgres.sql(
      `CREATE EXTENSION vector;
       CREATE TABLE wiki_chunks (id bigserial PRIMARY KEY, body text, embedding vector(3));
       INSERT INTO wiki_chunks (body, embedding)
         SELECT format(E'chunk %s with ''quotes'', \\\\ and\\nlines; COMMIT;', n), ARRAY[n, 0, 1]::vector FROM generate_series(1, 1000) n`,
      "source",
    );
    dump = await postgres.shell(
      "cd /; runuser -u postgres -- pg_dump --no-owner --no-privileges --table=wiki_chunks source",
    );
  }, 180_000);
  afterAll(async () => {
    await postgres?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  const file = async (name: string, content: string | Buffer): Promise<string> => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const declare = (values: Values): Values =>
    postgresImportSchema.inputs.parse({ host: "storage", database: "wiki", ...values });
  const apply = async (desired: Values): Promise<Values> => imported.apply(await postgres.connected(), desired);
  const drifted = async (desired: Values): Promise<string[] | "gone"> => {
    const state = await imported.read(await postgres.connected(), desired);
    return state ? drift(postgresImportSchema, state, desired).map(({ path }) => path.join(".")) : "gone";
  };
  const count = (table: string): Promise<string> => postgres.sql(`SELECT count(*) FROM ${table}`, "wiki");
  const exists = (table: string): Promise<string> => postgres.sql(`SELECT to_regclass('${table}') IS NOT NULL`, "wiki");

  describe("a dump", () => {
    let chunks: Values;
    beforeAll(async () => {
      chunks = declare({ table: "wiki_chunks", source: await file("a.sql", dump), expectedRows: 1000, owner: "app" });
    });

    test("with another number of rows than expected is undone, table and all", async () => {
      await expect(apply({ ...chunks, expectedRows: 999 })).rejects.toThrow(
        /^storage: PostgreSQL did not load .*a\.sql into wiki\/public\.wiki_chunks: table public\.wiki_chunks would hold 1000 rows after the load, not 999\. Nothing was loaded\. /,
      );
      expect(await exists("wiki_chunks")).toBe("f");
      expect(await drifted(chunks)).toBe("gone");
    });

    test("cut in the middle leaves nothing", async () => {
      const half = await file("half.sql", dump.slice(0, dump.indexOf("chunk 500")));
      await expect(apply({ ...chunks, source: half })).rejects.toThrow(
        /^storage: .*half\.sql cannot be loaded into public\.wiki_chunks: line \d+, `COPY public\.wiki_chunks.*`, begins rows that have no end/,
      );
      expect(await exists("wiki_chunks")).toBe("f");
    });

    test("that is not the declared file is refused before anything is sent", async () => {
      await expect(apply({ ...chunks, sha256: "0".repeat(64) })).rejects.toThrow(
        "it is another file; nothing was loaded",
      );
      await expect(apply({ ...chunks, source: join(folder, "none.sql") })).rejects.toThrow(
        /^storage: public.wiki_chunks: its source cannot be read .*ENOENT/,
      );
    });

    test("is loaded once, belongs to its owner, and is remembered", async () => {
      const state = await apply(chunks);
      expect(state).toEqual({ ...chunks, rows: 1000, loadedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/) });
      expect(await drifted(chunks)).toEqual([]);
      const sum = "SELECT count(*), sum(id), sum(length(body)), sum(embedding) FROM wiki_chunks";
      expect(await postgres.sql(sum, "wiki")).toBe(await postgres.sql(sum, "source"));
      expect(await postgres.sql("SELECT tableowner FROM pg_tables WHERE tablename = 'wiki_chunks'", "wiki")).toBe(
        "app",
      );
      expect(await postgres.sql("SELECT table_name, sha256, rows FROM groundwork.import", "wiki")).toBe(
        `public.wiki_chunks|${digest(dump)}|1000`,
      );
    });

    test("first ones of a database, all at once, wait for each other", async () => {
      await postgres.sql("CREATE DATABASE busy");
      const tables = Array.from({ length: 6 }, (_, index) => `first${index}`);
      const loads = tables.map(async (table) => {
        const source = await file(`${table}.sql`, `CREATE TABLE ${table} AS SELECT generate_series(1, 10);\n`);
        return apply(declare({ database: "busy", table, source, expectedRows: 10 }));
      });
      const ended = await Promise.allSettled(loads);
      await postgres.sql("DROP DATABASE busy");
      expect(ended.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []))).toEqual([]);
    });

    test("of INSERT statements brings the same", async () => {
      const inserts = await postgres.shell(
        "cd /; runuser -u postgres -- pg_dump --no-owner --no-privileges --inserts --table=wiki_chunks source",
      );
      const source = await file("inserts.sql", inserts.replaceAll("wiki_chunks", "inserted"));
      await apply(declare({ table: "inserted", source, expectedRows: 1000, owner: "app" }));
      const sum = (table: string) => `SELECT count(*), sum(id), md5(string_agg(body, '' ORDER BY id)) FROM ${table}`;
      expect(await postgres.sql(sum("inserted"), "wiki")).toBe(await postgres.sql(sum("wiki_chunks"), "source"));
    });

    test("without its vectors it fills a table that has others", async () => {
      await postgres.sql("CREATE TABLE texts (id bigint PRIMARY KEY, body text, embedding_768 vector(768))", "wiki");
      const source = await file(
        "texts.sql",
        dump.replace(/^(CREATE|ALTER|SELECT) [^;]*;$/gms, "").replaceAll("wiki_chunks", "texts"),
      );
      const texts = declare({ table: "texts", source, expectedRows: 1000, omit: ["embedding"] });
      await apply(texts);
      const sum = (table: string) => `SELECT count(*), sum(id), sum(length(body)) FROM ${table}`;
      expect(await postgres.sql(sum("texts"), "wiki")).toBe(await postgres.sql(sum("wiki_chunks"), "source"));
      await expect(apply(declare({ table: "other", source, omit: ["vector"] }))).rejects.toThrow("without --inserts");
    });

    test("rows that change later, and a file that is gone, are nobody's drift", async () => {
      await postgres.sql("DELETE FROM wiki_chunks WHERE id <= 10", "wiki");
      expect(await drifted({ ...chunks, sha256: digest(dump) })).toEqual([]);
      expect(await drifted({ ...chunks, source: join(folder, "deleted.sql") })).toEqual([]);
      await apply(chunks);
      expect(await count("wiki_chunks")).toBe("990");
    });

    test("another owner is drift, and repaired without a load", async () => {
      await postgres.sql("ALTER TABLE wiki_chunks OWNER TO postgres", "wiki");
      expect(await drifted(chunks)).toEqual(["owner"]);
      await apply(chunks);
      expect(await drifted(chunks)).toEqual([]);
      expect(await count("wiki_chunks")).toBe("990");
    });

    test("with other contents is drift, and refused unless a reload is declared", async () => {
      const rows = "COPY public.wiki_chunks (id, body) FROM stdin;\n1\tone\n2\ttwo\n\\.\n";
      const other = { ...chunks, source: await file("b.sql", rows), expectedRows: 2 };
      expect(await drifted(other)).toEqual(["source", "expectedRows"]);
      await expect(apply(other)).rejects.toThrow(/was loaded from other contents .*Set `reload: true`/);
      expect(await count("wiki_chunks")).toBe("990");
      await apply({ ...other, reload: true });
      expect(await count("wiki_chunks")).toBe("2");
      expect(await drifted({ ...other, reload: true })).toEqual([]);
      await expect(apply({ ...other, expectedRows: 3 })).rejects.toThrow(/2 rows were loaded .*, not 3; correct/);
    });

    test("of a dropped table is loaded again", async () => {
      await postgres.sql("DROP TABLE wiki_chunks", "wiki");
      expect(await drifted(chunks)).toBe("gone");
      await apply(chunks);
      expect(await count("wiki_chunks")).toBe("1000");
    });

    test("an ID is enough to import, and a delete leaves the rows", async () => {
      const identified = { host: "storage", ...imported.identify("wiki/wiki_chunks") };
      const state = await imported.read(await postgres.connected(), identified, true);
      expect(state).toMatchObject({ database: "wiki", table: "public.wiki_chunks", sha256: digest(dump), rows: 1000 });
      const listed = await imported.list?.(await postgres.connected());
      expect(listed?.sort()).toEqual(["wiki/public.inserted", "wiki/public.texts", "wiki/public.wiki_chunks"]);
      await imported.remove(await postgres.connected(), chunks);
      await imported.remove(await postgres.connected(), chunks);
      expect(await count("wiki_chunks")).toBe("1000");
    });
  });

  test("killed in the middle of a load: nothing is there, and the next run converges", async () => {
    const slow = (seconds: number) => `CREATE TABLE y (id int);\nINSERT INTO y SELECT 1 FROM pg_sleep(${seconds});\n`;
    const killed = apply(declare({ table: "y", source: await file("y.sql", slow(8)) })).catch(
      (error: Error) => error.message,
    );
    await postgres.shell(
      "until pgrep -f 'postgres wiki .local. DO'; do sleep 0.2; done; sleep 1; kill -9 $(pgrep -x psql)",
    );
    expect(await killed).toContain("exit code 137");
    expect(await exists("y")).toBe("f");
    await apply(declare({ table: "y", source: await file("y.sql", slow(0)), expectedRows: 1 }));
    expect(await count("y")).toBe("1");
  });

  test("a file that is not what its name says is refused", async () => {
    const source = await file("text.sql.gz", "SELECT 1;");
    await expect(apply(declare({ table: "z", source }))).rejects.toThrow(
      /^storage: .*text\.sql\.gz cannot be loaded into public\.z: /,
    );
  });

  describe("faults of a dump", () => {
    test.each([
      ["MM-11: foreign owner", "ALTER TABLE public.x OWNER TO service_role;", "Dump with --no-owner --no-privileges"],
      ["MM-11: extension in another schema", "ALTER TABLE public.x ADD v extensions.vector(3);", "PostgresExtension"],
      ["MM-10: newer PostgreSQL", "SET transaction_timeout_of_18 = 0;", "is from a newer pg_dump"],
      [
        "MM-07: other dimensions",
        "ALTER TABLE x ADD v vector(3); INSERT INTO x VALUES (1, '[1,2]');",
        "expected 3 dimensions, not 2",
      ],
      [
        "ends the transaction",
        "COMMENT ON TABLE x IS 'a'; COMMIT; BEGIN;",
        "line 2, `COMMIT; BEGIN;`, would end the transaction of the load",
      ],
      ["other table", "ALTER TABLE x RENAME TO another;", "there is no table public.x"],
      ["a command of psql", "-- rows from stdin;\n  \\! touch /tmp/ran", "is a command of psql"],
    ])("%s", async (_, statements, advice) => {
      const source = await file("fault.sql", `CREATE TABLE public.x (id int);\n${statements}\n`);
      await expect(apply(declare({ table: "x", source }))).rejects.toThrow(advice);
      expect(await drifted(declare({ table: "x", source }))).toBe("gone");
      await postgres.sql("DROP TABLE IF EXISTS x", "wiki");
    });
  });

  describe("of a foreign dump", () => {
    const who = "CREATE TABLE public.who (who text);\n";
    const declared = async (said: string, more: Values = {}) =>
      declare({ table: "who", source: await file("who.sql", `${who}${said}\n`), owner: "app", ...more });
    const said = () => postgres.sql("SELECT string_agg(who, ' ') FROM who", "wiki");

    test("nothing runs as a superuser, or leads back to one", async () => {
      await apply(await declared("INSERT INTO public.who VALUES (session_user), (current_user);"));
      expect(await said()).toBe("app app");
      await postgres.sql("DROP TABLE who", "wiki");
      for (const setting of ["role", "session_authorization"]) {
        const back = `INSERT INTO public.who SELECT set_config('${setting}', 'postgres', false);`;
        await expect(apply(await declared(back))).rejects.toThrow(/permission denied to set (role|session)/);
      }
      expect(await exists("who")).toBe("f");
    });

    test("texts are read as they are split, whatever a function set before", async () => {
      const off = "INSERT INTO public.who SELECT set_config('standard_conforming_strings', 'off', false);";
      const hidden = "INSERT INTO public.who SELECT '\\' || '; CREATE VIEW hidden AS SELECT 1; --';";
      await apply(await declared(`${off}\nCOPY public.who (who) FROM stdin;\nrow\n\\.\n${hidden}`));
      expect(await said()).toBe("off row \\; CREATE VIEW hidden AS SELECT 1; --");
      expect(await exists("hidden")).toBe("f");
      await postgres.sql("DROP TABLE who", "wiki");
    });

    test("nothing is loaded by an owner who may not log in; the error says what is needed", async () => {
      await postgres.sql("CREATE ROLE other; GRANT CREATE ON SCHEMA public TO other", "wiki");
      await expect(apply(await declared("", { owner: "other" }))).rejects.toThrow(
        /Peer authentication failed for user "other".*\(pg_hba\.conf: `local DATABASE OWNER peer map=owner`/,
      );
      expect(await exists("who")).toBe("f");
    });
  });

  describe("a CSV file", () => {
    const csv = 'body,id\r\n"a, ""b""\r\nc",1\r\nd,2'; // columns in another order than the table's, no newline at the end
    const pages = async (name: string, more: Values = {}) =>
      declare({ table: "Pages", source: await file(name, name.endsWith(".gz") ? gzipSync(csv) : csv), ...more });

    test("needs its table", async () => {
      await expect(apply(await pages("p.csv"))).rejects.toThrow(
        /relation "public.Pages" does not exist.*Make the table first/,
      );
    });

    test("never goes into a table with rows that no import remembers, unless they are adopted", async () => {
      await postgres.sql(`CREATE TABLE "Pages" (id int, body text); INSERT INTO "Pages" VALUES (7)`, "wiki");
      await expect(apply(await pages("p.csv"))).rejects.toThrow(/holds rows that no import remembers.*`adopt: true`/);
      expect(await count('"Pages"')).toBe("1");
      await expect(apply(await pages("p.csv", { adopt: true, expectedRows: 2 }))).rejects.toThrow("would hold 1 rows");
      await apply(await pages("p.csv", { adopt: true, expectedRows: 1 }));
      expect(await count('"Pages"')).toBe("1");
      expect(await drifted(await pages("p.csv"))).toEqual([]);
    });

    test("is loaded by its header, also from gzip", async () => {
      await postgres.sql("TRUNCATE \"Pages\"; DELETE FROM groundwork.import WHERE table_name = 'public.Pages'", "wiki");
      await apply(await pages("p.csv.gz", { expectedRows: 2 }));
      expect(await postgres.sql('SELECT json_agg(p ORDER BY id) FROM "Pages" p', "wiki")).toBe(
        '[{"id":1,"body":"a, \\"b\\"\\r\\nc"}, \n {"id":2,"body":"d"}]',
      );
    });
  });
});
