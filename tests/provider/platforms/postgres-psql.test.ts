import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { clusterFact, databaseFact, everything } from "../../../src/provider/platforms/posix/postgres-facts.ts";
import { failureOf, noSuchDatabase, psql, unavailable } from "../../../src/provider/platforms/posix/postgres-psql.ts";

const at = { port: 5432, administrator: "postgres" };
const answer = (exitCode: number, stderr: string, stdout = "") => ({ exitCode, stderr, stdout: Buffer.from(stdout) });
const socket = 'psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: ';

describe("psql", () => {
  test("the script goes over standard input, never in the arguments", () => {
    const command = psql("debian", at, "SELECT 'secret';", { database: "db" });
    const argv = "runuser -u postgres -- psql -X -q -At -v ON_ERROR_STOP=1 -p 5432 -d db -f -";
    expect(command.argv.join(" ")).toBe(argv);
    expect(command.stdin?.toString()).toContain("SELECT 'secret';");
  });

  test("psql may lie outside of PATH", () => {
    const programs = "/opt/homebrew/opt/postgresql@16/bin";
    expect(psql("darwin", { ...at, programs }, "").argv[2]).toBe(`${programs}/psql`);
  });

  describe("the port and the folder of the socket may be read from the cluster's folder", () => {
    let data: string;
    beforeAll(() => {
      data = mkdtempSync(join(tmpdir(), "groundwork-psql-"));
      writeFileSync(join(data, "psql"), '#!/bin/sh\necho "$PGHOST $PGPORT"\n', { mode: 0o755 });
    });
    afterAll(() => rmSync(data, { recursive: true }));

    const asked = () => {
      const { argv } = psql("debian", { ...at, programs: data, data }, "");
      expect(argv).not.toContain("5432");
      const { status, stdout, stderr } = spawnSync(argv[4]!, argv.slice(5), { encoding: "utf8" });
      return { exitCode: status ?? -1, stdout, stderr };
    };

    test("of a server that runs", () => {
      writeFileSync(join(data, "postmaster.pid"), `12\n${data}\n1700000000\n5433\n/srv/sockets\n127.0.0.1\n`);
      expect(asked().stdout).toBe("/srv/sockets 5433\n");
    });

    test.each([
      ["starts", `12\n/srv/wiki\n1700000000\n5433\n`],
      ["has no socket", `12\n/srv/wiki\n1700000000\n5433\n\n127.0.0.1\n`],
      ["is stopped", undefined],
    ])("of one that %s: nobody is asked in its place", (_, file) => {
      const path = join(data, "postmaster.pid");
      if (file === undefined) rmSync(path, { force: true });
      else writeFileSync(path, file);
      const { exitCode, stdout, stderr } = asked();
      expect(stdout).toBe("");
      expect(unavailable(answer(exitCode, stderr), { ...at, data })?.reason).toMatch(
        /^no PostgreSQL answers on the local socket of .*: start it .* \(\/.*\/postmaster\.pid names no socket\)$/,
      );
    });
  });

  test("where nobody is named, Debian's postgres and the owner of Homebrew are asked", () => {
    expect(psql("debian", { port: 5432 }, "").argv.slice(0, 4)).toEqual(["runuser", "-u", "postgres", "--"]);
    expect(psql("darwin", { port: 5432 }, "").argv.slice(0, 3)).toEqual(["gw_psql", "", "-X"]);
    expect(psql("darwin", { port: 5432, programs: "/bin" }, "").argv.slice(0, 3)).toEqual([
      "gw_as_owner",
      "",
      "/bin/psql",
    ]);
  });

  test("macOS has no runuser", () => {
    expect(psql("darwin", at, "").argv.slice(0, 3)).toEqual(["gw_psql", "postgres", "-X"]);
  });

  // As PostgreSQL 17 and Debian 13 answer.
  test.each([
    ["no psql", 1, "runuser: failed to execute psql: No such file or directory\n", "install PostgreSQL", false],
    ["no psql in its folder, dash", 127, "psql: 1: exec: /opt/bin/psql: not found\n", "install PostgreSQL", false],
    [
      "no psql in its folder, bash",
      127,
      "psql: line 1: /opt/homebrew/opt/postgresql@17/bin/psql: No such file or directory\n",
      "install PostgreSQL",
      false,
    ],
    [
      "psql that may not run",
      126,
      "psql: line 1: exec: /opt/bin/psql: Permission denied\n",
      "install PostgreSQL",
      false,
    ],
    [
      "no user",
      1,
      "runuser: user postgres does not exist or the user entry does not contain all the required fields\n",
      "install PostgreSQL",
      false,
    ],
    [
      "stopped",
      2,
      `${socket}No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n`,
      "systemctl start postgresql",
      false,
    ],
    ["starting", 2, `${socket}FATAL:  the database system is starting up\n`, "is starting or stopping", true],
    ["stopping", 2, `${socket}FATAL:  the database system is shutting down\n`, "is starting or stopping", true],
    ["full", 2, `${socket}FATAL:  sorry, too many clients already\n`, "takes no connection", true],
    ["not let in", 2, `${socket}FATAL:  Peer authentication failed for user "postgres"\n`, "pg_hba.conf", false],
  ])("%s: unavailable", (_, exitCode, stderr, reason, passing) => {
    expect(unavailable(answer(exitCode, stderr), at)).toEqual({ reason: expect.stringContaining(reason), passing });
  });

  test("a connection cut in the middle is a failure, not a server to wait for", () => {
    const cut = answer(2, "psql:<stdin>:4: FATAL:  terminating connection due to administrator command\n");
    expect(unavailable(cut, at)).toBeUndefined();
    expect(failureOf(cut).message).toBe("terminating connection due to administrator command");
  });

  test("a database that does not exist is told from a server that does not answer", () => {
    const missing = answer(2, `${socket}FATAL:  database "nope" does not exist\n`);
    expect(noSuchDatabase(missing)).toBe(true);
    expect(unavailable(missing, at)).toBeUndefined();
  });

  test("a failure is message, detail and hint, without the statement", () => {
    const said =
      "psql:<stdin>:9: ERROR:  role \"owner\" cannot be dropped because some objects depend on it\nDETAIL:  owner of database a\n2 objects in database b\nHINT:  Try again.\nLINE 1: ALTER ROLE x PASSWORD 'SCRAM-SHA-256$4096:...'\n";
    expect(failureOf(answer(3, said))).toEqual({
      message: 'role "owner" cannot be dropped because some objects depend on it',
      detail: "owner of database a; 2 objects in database b",
      hint: "Try again.",
    });
  });
});

describe("facts", () => {
  const role = {
    name: "app",
    login: true,
    superuser: false,
    createdb: false,
    createrole: false,
    replication: false,
    bypassrls: false,
    connectionLimit: -1,
    validUntil: "infinity",
    verifier: "SCRAM-SHA-256$secret",
    memberOf: [],
  };
  const contents = { major: 17, administrator: "postgres", replica: false, roles: [role], databases: [] };
  const fact = clusterFact("debian", at);
  const parse = (stdout: string) => fact.parse(answer(0, "", stdout), [everything]).get(everything);

  test("one command for all roles and databases of a cluster", () => {
    expect(parse(JSON.stringify(contents))).toEqual({ contents });
  });

  test.each([
    ["cut", JSON.stringify(contents).slice(0, -3)],
    ["nothing", ""],
    ["of another shape", JSON.stringify({ ...contents, roles: [{ ...role, login: "t" }] })],
  ])("an answer that is %s throws, without what it holds", (_, stdout) => {
    expect(() => parse(stdout)).toThrow("not understood");
    expect(() => parse(stdout)).not.toThrow("secret");
  });

  test("a query that the server refuses throws", () => {
    const refused = answer(3, "psql:<stdin>:4: ERROR:  permission denied for table pg_authid\n");
    expect(() => fact.parse(refused, [everything])).toThrow("permission denied for table pg_authid");
  });

  test("of a database that does not exist there are no contents", () => {
    const missing = answer(2, `${socket}FATAL:  database "nope" does not exist\n`);
    const told = databaseFact("debian", at, "nope").parse(missing, [everything]).get(everything);
    expect(told).toEqual({ contents: undefined });
  });
});
