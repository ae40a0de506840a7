import { describe, expect, test } from "vitest";

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

  test("the port may be read from the cluster's folder", () => {
    const { argv } = psql("debian", { ...at, programs: "/bin", data: "/srv/wiki" }, "");
    expect(argv.slice(4, 6)).toEqual(["sh", "-c"]);
    expect(argv.slice(7, 10)).toEqual(["psql", "/srv/wiki", "/bin/psql"]);
    expect(argv).not.toContain("5432");
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
