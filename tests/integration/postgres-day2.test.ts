// Day 2 of the database on a lab: another port, a new password, a dump and its way back, texts of the system before.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";

import { labFiles, labNamed } from "../../tools/lab/place.ts";
import { prepareStack, stackName } from "../../tools/lab/stack.ts";
import { cliFolder, cliPath, root } from "../../tools/toolchain/places.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";

const name = "test-postgres-day2";
const unit = "postgres";

describe.skipIf(!canRunLab)(`day 2 of PostgreSQL ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  const place = labNamed(name);

  const run = async (program: string, args: readonly string[]) => {
    const env = { ...lab.env, PATH: `${cliFolder()}:${process.env["PATH"]}` };
    const { exitCode, all } = await execa(program, args, { cwd: root, env, all: true, reject: false });
    expect(exitCode, all).toBe(0);
    return all;
  };
  const up = () =>
    run(cliPath(), ["up", "--yes", "--skip-preview", "--stack", stackName, "--non-interactive", "--color=never"]);
  /** What a user changes in the configuration. */
  const configure = async (change: (config: Record<string, Record<string, unknown>>) => void) => {
    const file = labFiles(place).config;
    const document = parse(await readFile(file, "utf8")) as { config: Record<string, Record<string, unknown>> };
    change(document.config);
    await writeFile(file, stringify(document));
  };
  const ssh = async (host: string, script: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await lab.ssh(host, ["sh", "-se"], { input: script });
    expect(exitCode, `${script}: ${stderr}`).toBe(0);
    return stdout.trim();
  };
  const sql = (query: string, port = 5433) =>
    ssh(
      "storage",
      `cd /; runuser -u postgres -- psql -X -At -v ON_ERROR_STOP=1 -p ${port} -d projectsot -f - <<'SQL'\n${query}\nSQL\n`,
    );
  const mainPid = (host: string, of: string) => ssh(host, `systemctl show --property=MainPID --value ${of}`);

  /** Seconds that the API, asked ten times a second, was away at most while something went on. */
  const away = async (work: () => Promise<unknown>): Promise<number> => {
    let longest = 0;
    let answered = performance.now();
    let over = false;
    const asking = (async () => {
      while (!over) {
        const answer = await fetch(`http://${lab.address("control")}/health`, {
          signal: AbortSignal.timeout(1000),
        }).catch(() => undefined);
        longest = Math.max(longest, performance.now() - answered);
        if (answer?.ok) answered = performance.now();
        await setTimeout(100);
      }
    })();
    await work();
    await setTimeout(500);
    over = true;
    await asking;
    return longest / 1000;
  };

  beforeAll(async () => {
    lab = await startLab(name);
    await prepareStack(place);
    await up();
  });
  afterAll(async () => lab?.stop());

  test("the port changes by one line: the server and those who use it follow, nothing else restarts", async () => {
    const nginx = await mainPid("control", "nginx");
    const server = await mainPid("storage", unit);
    await configure((config) => {
      config["groundwork:services"]!["postgres"] = {
        ...(config["groundwork:services"]!["postgres"] as object),
        port: 5433,
      };
    });
    const seconds = await away(up);
    expect(await mainPid("storage", unit)).not.toBe(server);
    expect(await mainPid("control", "nginx")).toBe(nginx);
    expect(await sql("SHOW port")).toBe("5433");
    expect(seconds).toBeLessThan(5);
  });

  test("a rotation exchanges the login: the API goes on, the one before is refused", async () => {
    const login = (user: string) =>
      ssh(
        "storage",
        `cd /; runuser -u postgres -- psql -X -At -p 5433 -c "SELECT count(*) FROM pg_roles WHERE rolname = '${user}'"`,
      );
    const url = await ssh("control", "grep -ho 'postgres://[^\"]*' /etc/groundwork/jobs/sot-api*.env");
    const before = url.split("?")[0];
    expect(await ssh("control", `psql '${before}?sslmode=require' -Atc 'SELECT current_user'`)).toBe("sot_app_1");

    const seconds = await away(() =>
      run("bin/groundwork", ["rotate", "postgresApplication", "--stack", stackName, "--yes"]),
    );
    const { exitCode, stderr } = await lab.ssh("control", ["psql", `${before}?sslmode=require`, "-Atc", "SELECT 1"]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/authentication failed|no pg_hba.conf entry|does not exist/),
    ]);
    expect(await login("sot_app_1")).toBe("0");
    expect(await login("sot_app_2")).toBe("1");
    expect(seconds).toBeLessThan(5);
  });

  test("a connection that is not encrypted is refused", async () => {
    const url = await ssh("control", "grep -ho 'postgres://[^\"]*' /etc/groundwork/jobs/sot-api*.env");
    const { exitCode, stderr } = await lab.ssh("control", [
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
    expect(await ssh("control", "cat /var/lib/prometheus/node-exporter/groundwork-backup.prom")).toMatch(
      /^groundwork_backup_timestamp_seconds\{database="projectsot"\} \d{10}$/m,
    );
    expect(await ssh("control", "stat -c '%U %a' /var/backups/postgres/*.dump")).toBe("root 600");

    await sql("DELETE FROM notes WHERE id > 3");
    const said = await run("bin/groundwork", ["restore", "--stack", stackName]);
    expect(said).toContain("public.notes 500");
    expect(await sql("SELECT count(*) FROM notes")).toBe("500");
    const [, kept] = /the database of before is (\S+)/.exec(said) ?? [];
    expect(await sql(`\\c ${kept}\nSELECT count(*) FROM notes`)).toMatch(/3$/);
    expect((await fetch(`http://${lab.address("control")}/health`)).status).toBe(200);
  });

  test("as many dumps are kept as are asked for", async () => {
    await ssh(
      "control",
      'cd /var/backups/postgres; for day in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15; do touch projectsot-202001"$day"T030000Z.dump; done; systemctl start postgres-backup; ls | grep -c dump$',
    );
    const dumps = await run("bin/groundwork", ["restore", "--stack", stackName, "--list"]);
    expect(dumps.split("\n").filter((line) => line.endsWith(".dump"))).toHaveLength(14);
    expect(dumps).not.toContain("projectsot-20200101");
  });

  test("texts of the system before are loaded without their vectors; the index follows when all are embedded", async () => {
    const rows = Array.from({ length: 40 }, (_, id) => `${id + 1}\ttext ${id + 1}\t[1,2,3]\t{"page": ${id}}`);
    const dump = `SET standard_conforming_strings = on;\nCOPY public.wiki_chunks (id, body, embedding, metadata) FROM stdin;\n${rows.join("\n")}\n\\.\n`;
    const source = join(lab.folder, "wiki_chunks.sql");
    await writeFile(source, dump);
    const sha256 = createHash("sha256").update(dump).digest("hex");
    await configure((config) => {
      config["groundwork:import"] = {
        reembed: true,
        auth: "none",
        dimension: 3,
        tables: { wiki_chunks: { source, sha256, rows: 40 } },
      };
    });
    // The table was indexed while it was empty.
    await sql("DROP INDEX IF EXISTS wiki_chunks_embedding");
    expect(await up()).toContain("MM-07 the vectors of 40 rows of public.wiki_chunks are left behind");
    expect(await sql("SELECT count(*), count(embedding), count(metadata -> 'page') FROM wiki_chunks")).toBe("40|0|40");
    const indexes = "SELECT indexdef FROM pg_indexes WHERE indexname = 'wiki_chunks_embedding'";
    expect(await sql(indexes)).toBe("");

    await sql("UPDATE wiki_chunks SET embedding = array_fill(id::real, ARRAY[768])::vector");
    await up();
    expect(await sql(indexes)).toMatch(
      /USING hnsw \(embedding vector_cosine_ops\) WITH \(m='16', ef_construction='64'\)/,
    );
  });
});
