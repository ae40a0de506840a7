import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { stackName } from "../../../tools/lab/stack.ts";
import { awayAtMost, type Deployed } from "../../support/deployed.ts";
import { targets } from "./prometheus.ts";

/** Day 2 of the database: another port, a new password, a dump and its way back, texts of the previous system. */
export function database(system: () => Deployed): void {
  const ssh = (host: string, script: string) => system().sh(host, script);
  const sql = (query: string) =>
    ssh(
      "storage",
      `cd /; runuser -u postgres -- psql -X -At -v ON_ERROR_STOP=1 -p 5433 -d projectsot -f - <<'SQL'\n${query}\nSQL\n`,
    );
  const dumpOf = async (table: string, dump: string) => {
    const source = join(system().lab.folder, `${table}.sql`);
    await writeFile(source, dump);
    return { source, sha256: createHash("sha256").update(dump).digest("hex") };
  };
  const command = (name: string, ...words: string[]) =>
    system().run("bin/groundwork", name, "--stack", stackName, ...words);

  test("the port changes by one line: the server and those who use it follow, nothing else restarts", async () => {
    const { away, configure, daemons, up } = system();
    const before = await daemons();
    await configure({ "services.postgres.port": 5433 });
    let said = "";
    const seconds = await away(async () => {
      said = await up();
    });
    const after = await daemons();
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(Object.keys(after).filter((daemon) => after[daemon] !== before[daemon])).toEqual([
      "control sot-api-3100",
      "storage postgres",
      "storage prometheus-postgres-exporter",
    ]);
    expect(Object.keys(after)).toEqual(
      expect.arrayContaining([
        "control nginx",
        "control redis-server",
        "inference ollama",
        "inference kes",
        "storage prometheus",
      ]),
    );
    expect(await sql("SHOW port")).toBe("5433");
    for (const name of ["embeddings", "import", "evaluate", "score"]) {
      expect(said).toContain(`command:local:Command smoke-${name} replaced`);
    }
    expect(await ssh("storage", `curl -fsS http://${system().lab.address("storage")}:9187/metrics`)).toMatch(
      /^pg_up 1$/m,
    );
    const changed = Date.now();
    const scraped = async () => {
      const target = (await targets(system())).find(({ labels }) => labels["job"] === "postgres");
      return target && Date.parse(target.lastScrape) > changed ? target.health : "not asked yet";
    };
    await expect.poll(scraped, { timeout: 60_000, interval: 1000 }).toBe("up");
    expect(seconds).toBeLessThan(awayAtMost);
  });

  test("a rotation exchanges the login: the API goes on, the previous one is refused", async () => {
    const login = (user: string) =>
      ssh(
        "storage",
        `cd /; runuser -u postgres -- psql -X -At -p 5433 -c "SELECT count(*) FROM pg_roles WHERE rolname = '${user}'"`,
      );
    const url = await ssh("control", "grep -ho 'postgres://[^\"]*' /etc/groundwork/jobs/sot-api*.env");
    const before = url.split("?")[0];
    expect(await ssh("control", `psql '${before}?sslmode=require' -Atc 'SELECT current_user'`)).toBe("sot_app_1");

    const rotate = () => command("rotate", "postgresApplication", "--yes");
    const seconds = await system().away(rotate);
    const { exitCode, stderr } = await system().lab.run("control", [
      "psql",
      `${before}?sslmode=require`,
      "-Atc",
      "SELECT 1",
    ]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/authentication failed|no pg_hba.conf entry|does not exist/),
    ]);
    expect(await login("sot_app_1")).toBe("0");
    expect(await login("sot_app_2")).toBe("1");
    expect(seconds).toBeLessThan(awayAtMost);
  });

  test("a connection that is not encrypted is refused", async () => {
    const url = await ssh("control", "grep -ho 'postgres://[^\"]*' /etc/groundwork/jobs/sot-api*.env");
    const { exitCode, stderr } = await system().lab.run("control", [
      "psql",
      `${url.split("?")[0]}?sslmode=disable`,
      "-Atc",
      "SELECT 1",
    ]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("no encryption")]);
  });

  test("a dump is fetched by the other host, told to its metrics, and restored without loss", async () => {
    await sql("SET ROLE sot_migrate; CREATE TABLE notes AS SELECT generate_series(1, 500) AS id;");
    await ssh("control", "systemctl start postgres-backup");
    expect(await ssh("control", "cat /var/lib/groundwork-metrics/groundwork-backup.prom")).toMatch(
      /^groundwork_backup_timestamp_seconds\{database="projectsot"\} \d{10}$/m,
    );
    expect(await ssh("control", "stat -c '%U %a' /var/backups/postgres/*.dump | sort -u")).toBe("root 600"); // at three the timer makes one, too

    await sql("DELETE FROM notes WHERE id > 3");
    const said = await command("restore");
    expect(said).toContain("public.notes 500");
    expect(await sql("SELECT count(*) FROM notes")).toBe("500");
    const [, kept] = /the previous database is (\S+)/.exec(said) ?? [];
    expect(await sql(`\\c ${kept}\nSELECT count(*) FROM notes`)).toMatch(/3$/);
    expect((await fetch(`${system().site()}/health`)).status).toBe(200);
  });

  test("as many dumps are kept as are asked for", async () => {
    await ssh(
      "control",
      'cd /var/backups/postgres; for day in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15; do touch projectsot-202001"$day"T030000Z.dump; done; systemctl start postgres-backup; ls | grep -c dump$',
    );
    const dumps = await command("restore", "--list");
    expect(dumps.split("\n").filter((line) => line.endsWith(".dump"))).toHaveLength(14);
    expect(dumps).not.toContain("projectsot-20200101");
  });

  test("texts of the previous system are loaded without their vectors, embedded anew, and indexed after that", async () => {
    const rows = Array.from({ length: 40 }, (_, id) => `${id + 1}\ttext ${id + 1}\t[1,2,3]\t{"page": ${id}}`);
    rows.push('41\t\t[1,2,3]\t{"page": 40}'); // nothing to embed
    const dump = `SET standard_conforming_strings = on;\nCOPY public.wiki_chunks (id, body, embedding, metadata) FROM stdin;\n${rows.join("\n")}\n\\.\n`;
    const chunks = await dumpOf("wiki_chunks", dump);
    const tables = { wiki_chunks: { ...chunks, rows: 41 } };
    await system().configure({ import: { reembed: true, auth: "none", dimension: 3, tables } });
    // The table was indexed while it was empty.
    await sql("DROP INDEX IF EXISTS wiki_chunks_embedding; DELETE FROM wiki_chunks");
    expect(await system().up()).toContain("MM-07 the vectors of 41 rows of public.wiki_chunks are left behind");
    expect(await sql("SELECT count(*), count(embedding), count(metadata -> 'page') FROM wiki_chunks")).toBe("41|40|41");
    expect(await sql("SELECT count(DISTINCT embedding::text) FROM wiki_chunks")).toBe("40");
    expect(await sql("SELECT indexdef FROM pg_indexes WHERE indexname = 'wiki_chunks_embedding'")).toMatch(
      /USING hnsw \(embedding vector_cosine_ops\) WITH \(m='16', ef_construction='64'\)/,
    );
  });

  test("a table more is loaded alone, its rows counted; what was loaded before stays as it is", async () => {
    const written = () => sql("SELECT max(xmin::text::bigint) FROM wiki_chunks");
    const before = await written();
    const pages = await dumpOf("pages", "COPY public.pages (id, title) FROM stdin;\n1\tone\n2\ttwo\n\\.\n");
    const definition = join(system().lab.folder, "pages-table.sql");
    await writeFile(definition, "CREATE TABLE public.pages (id bigint PRIMARY KEY, title text)");
    await system().configure({ "import.tables.pages": { ...pages, definition, rows: 2 } });
    await system().up();
    expect(await sql("SET ROLE sot_app; SELECT count(*) FROM pages")).toMatch(/2$/);
    expect(await written()).toBe(before);
  });

  test("another prefix is refused in place; in a column of its own all is embedded before the API takes it", async () => {
    const embedding = (column: string) =>
      sql(`SELECT count(*), count(${column}), col_description('wiki_chunks'::regclass, max(attnum))
        FROM wiki_chunks, pg_attribute WHERE attrelid = 'wiki_chunks'::regclass AND attname = '${column}'`);
    const unit = `"$(systemctl list-units --plain --no-legend 'sot-api-*' | cut -d ' ' -f 1)"`;
    const asked = () =>
      ssh("control", `tr '\\0' '\\n' </proc/"$(systemctl show -P MainPID ${unit})"/environ | grep ^EMBED_`);
    const before = await asked();
    await system().configure({ "services.api.embedPrefixes.document": "found: " });
    const refused = await system().pulumi(["up", "--yes", "--skip-preview"]);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toContain("raise groundwork:services.postgres.generation");
    expect(await asked()).toBe(before);

    await system().configure({ "services.postgres.generation": 2 });
    const seconds = await system().away(system().up);
    expect(await embedding("embedding_2")).toMatch(/^41\|40\|.*found: /);
    expect(await embedding("embedding")).toMatch(/^41\|40\|.*search_document: /);
    expect(await sql("SELECT count(*) FROM wiki_chunks WHERE embedding = embedding_2")).toBe("0");
    expect(await asked()).toContain("EMBED_COLUMN=embedding_2");
    expect(seconds).toBeLessThan(awayAtMost);
    expect(await sql("SELECT indexdef FROM pg_indexes WHERE indexname = 'wiki_chunks_embedding_2'")).toContain("hnsw");
    await system().unchanged();
  });

  test("the previous column is dropped with its index where one line says so", async () => {
    const vectors = `SELECT string_agg(attname, ' ') FROM pg_attribute
      WHERE attrelid = 'wiki_chunks'::regclass AND attname LIKE 'embedding%' AND NOT attisdropped`;
    expect(await sql(vectors)).toBe("embedding embedding_2");
    await system().configure({ "services.postgres.droppedGenerations": [1] });
    await system().up();
    expect(await sql(vectors)).toBe("embedding_2");
    expect(await sql("SELECT to_regclass('wiki_chunks_embedding') IS NULL")).toBe("t");
    expect(await sql("SELECT count(embedding_2) FROM wiki_chunks")).toBe("40");
    await system().unchanged();
  });
}
