import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Unobservable } from "../../../src/provider/errors.ts";
import { drift } from "../../../src/provider/resource.ts";
import role from "../../../src/provider/resources/postgres-role.ts";
import type { Values } from "../../../src/provider/values.ts";
import { postgresRoleSchema } from "../../../src/schemas/postgres-role.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type PostgresHost, postgresHost } from "../../support/postgres.ts";

const password = "canary it's \\ $1 schön";
const named = (values: Values): Values => postgresRoleSchema.inputs.parse({ host: "storage", ...values });
const app = named({ name: "app", password, createdb: true, connectionLimit: 7, memberOf: ["readers", "editors"] });

describe.skipIf(!canRunLab)(`PostgresRole on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let postgres: PostgresHost;

  beforeAll(async () => {
    postgres = await postgresHost();
    await postgres.sql("CREATE ROLE readers; CREATE ROLE editors; CREATE ROLE strangers;");
  }, 180_000);
  afterAll(() => postgres?.close());

  /** What a preview would show. */
  const drifted = async (desired: Values): Promise<string[] | "gone"> => {
    const state = await role.read(await postgres.connected(), desired);
    return state ? drift(postgresRoleSchema, state, desired).map(({ path }) => path.join(".")) : "gone";
  };
  const apply = async (desired: Values): Promise<Values> => role.apply(await postgres.connected(), desired);
  const login = async (name: string, secret: string): Promise<string> => {
    const escaped = secret.replaceAll("'", "'\\''");
    const query = `psql -X -At -h 127.0.0.1 -U ${name} -d postgres -c 'SELECT current_user' 2>&1 || :`;
    return (await postgres.shell(`PGPASSWORD='${escaped}' ${query}\n`)).trim();
  };

  test("is made as declared, and then there is no drift", async () => {
    expect(await drifted(app)).toBe("gone");
    expect(await apply(app)).toEqual(app);
    expect(await drifted(app)).toEqual([]);
    const seen = "SELECT rolcanlogin, rolcreatedb, rolsuper, rolconnlimit, left(rolpassword, 19) FROM pg_authid";
    expect(await postgres.sql(`${seen} WHERE rolname = 'app'`)).toBe("t|t|f|7|SCRAM-SHA-256$4096:");
  });

  test("logs in over TCP with the password, and with no other", async () => {
    expect(await login("app", password)).toBe("app");
    expect(await login("app", "another")).toContain("password authentication failed");
  });

  test("its password expires when it is told to", async () => {
    await apply({ ...app, validUntil: "2020-01-31T12:00:00Z" });
    expect(await drifted({ ...app, validUntil: "2020-01-31T12:00:00Z" })).toEqual([]);
    expect(await login("app", password)).toContain("password authentication failed");
    await apply(app);
    expect(await login("app", password)).toBe("app");
  });

  test("the superuser that groundwork works as stays one", async () => {
    await expect(apply(named({ name: "postgres", password }))).rejects.toThrow(
      "storage: groundwork works as role postgres, which could not get that right back: nothing was changed; declare `superuser: true` for it",
    );
    expect(await postgres.sql("SELECT rolsuper FROM pg_roles WHERE rolname = 'postgres'")).toBe("t");
  });

  test("neither password nor verifier is in any argument, environment or server log", async () => {
    await postgres.shell("rm -f /tmp/stop; : >/tmp/seen");
    await postgres.sql("ALTER SYSTEM SET log_statement = 'all'; SELECT pg_reload_conf();");
    const sampling = postgres.shell(
      "while [ ! -e /tmp/stop ]; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' >>/tmp/seen || :; done",
    );
    for (let turn = 0; turn < 5; turn++) await apply({ ...app, password: `${password}${turn}` });
    await postgres.shell("touch /tmp/stop");
    await sampling;

    const seen = await postgres.shell("cat /tmp/seen /var/log/postgresql/*.log");
    expect(seen).toContain("ON_ERROR_STOP=1");
    expect(seen).toContain("pg_is_in_recovery()");
    expect(seen).not.toContain("canary");
    expect(seen).not.toContain("SCRAM-SHA-256$");
    expect(await login("app", `${password}4`)).toBe("app");
    await postgres.sql("ALTER SYSTEM RESET log_statement; SELECT pg_reload_conf();");
    await apply(app);
  });

  test.each([
    ["another password", "ALTER ROLE app PASSWORD 'changed'", ["password"]],
    ["no password", "ALTER ROLE app PASSWORD NULL", ["password"]],
    ["an md5 password", "SET password_encryption = 'md5'; ALTER ROLE app PASSWORD 'x'", ["password"]],
    [
      "other attributes",
      "ALTER ROLE app SUPERUSER NOLOGIN CONNECTION LIMIT 3",
      ["login", "superuser", "connectionLimit"],
    ],
    ["an expiry", "ALTER ROLE app VALID UNTIL '2020-01-31 12:00:00+00'", ["validUntil"]],
    ["a membership more", "GRANT strangers TO app", ["memberOf"]],
    ["a membership less", "REVOKE readers FROM app", ["memberOf"]],
    ["being dropped", "DROP ROLE app", "gone"],
  ])("%s is drift, and repaired", async (_, change, expected) => {
    await postgres.sql(change);
    expect(await drifted(app)).toEqual(expected);
    await apply(app);
    expect(await drifted(app)).toEqual([]);
    expect(await login("app", password)).toBe("app");
  });

  test("a membership that somebody else granted is revoked too", async () => {
    await postgres.sql(
      "CREATE ROLE boss LOGIN; GRANT strangers TO boss WITH ADMIN OPTION; SET ROLE boss; GRANT strangers TO app;",
    );
    expect(await drifted(app)).toEqual(["memberOf"]);
    await apply(app);
    expect(await drifted(app)).toEqual([]);
  });

  test("what is not declared is left alone", async () => {
    await postgres.sql("GRANT strangers TO app; ALTER ROLE app PASSWORD 'by hand'");
    const { password: _, memberOf, ...rest } = app;
    expect(await drifted(rest)).toEqual([]);
    await apply({ ...rest, createrole: true });
    expect(await postgres.sql("SELECT pg_has_role('app', 'strangers', 'member')")).toBe("t");
    expect(await login("app", "by hand")).toBe("app");
    await apply(app);
  });

  test("what stands for another password never becomes one", async () => {
    await expect(apply(named({ name: "ignored", password: "(differs)" }))).rejects.toThrow(
      /role ignored was left as it is: the password given for it only records that another was set/,
    );
    expect(await postgres.sql("SELECT count(*) FROM pg_roles WHERE rolname = 'ignored'")).toBe("0");
  });

  test("an ID is enough to import, without a password: what stood for it would become the password", async () => {
    const identified = { host: "storage", ...role.identify("app") };
    const state = await role.read(await postgres.connected(), identified, true);
    const { password: _, ...known } = app;
    expect(state).toEqual(known);
    expect(await role.list?.(await postgres.connected())).toContain("app");
  });

  test("many roles are read in one round trip", async () => {
    const host = await postgres.connected();
    const many = Array.from({ length: 50 }, (_, at) => named({ name: `many${at}` }));
    const commands = await postgres.shell("grep -c 'connection authorized' /var/log/postgresql/*.log || :");
    await postgres.sql("ALTER SYSTEM SET log_connections = on; SELECT pg_reload_conf();");
    await Promise.all(many.map((one) => role.read(host, one)));
    await postgres.sql("ALTER SYSTEM RESET log_connections; SELECT pg_reload_conf();");
    const after = await postgres.shell("grep -c 'connection authorized' /var/log/postgresql/*.log || :");
    expect(Number(after) - Number(commands)).toBe(2); // ours, and the one that ends the log
  });

  test("a role that still owns something is kept, and its databases are named", async () => {
    await postgres.sql("CREATE DATABASE kept OWNER app");
    const removal = role.remove(await postgres.connected(), app);
    await expect(removal).rejects.toThrow(
      /^storage: PostgreSQL did not drop role app: .*depend on it \(owner of database kept\)\. Nothing was dropped/,
    );
    await postgres.sql("DROP DATABASE kept");
  });

  test("is dropped, and dropping it again is success", async () => {
    await role.remove(await postgres.connected(), app);
    expect(await postgres.sql("SELECT count(*) FROM pg_roles WHERE rolname = 'app'")).toBe("0");
    await role.remove(await postgres.connected(), app);
  });

  test("a delete leaves a role that was there before", async () => {
    await postgres.sql("CREATE ROLE theirs LOGIN");
    await apply(named({ name: "theirs", createdb: true }));
    await role.remove(await postgres.connected(), named({ name: "theirs" }));
    expect(await postgres.sql("SELECT rolcreatedb FROM pg_roles WHERE rolname = 'theirs'")).toBe("t");
  });

  test("a role that could not be made, and was then made by hand, is not ours to drop", async () => {
    const late = named({ name: "late" });
    await expect(apply({ ...late, memberOf: ["nobody"] })).rejects.toThrow("PostgreSQL did not create role late");
    await postgres.sql("CREATE ROLE late LOGIN");
    await apply(late);
    await role.remove(await postgres.connected(), late);
    expect(await postgres.sql("SELECT count(*) FROM pg_roles WHERE rolname = 'late'")).toBe("1");
  });

  test("a group that does not exist is one clear error, and nothing is made", async () => {
    await expect(apply({ ...app, memberOf: ["nobody"] })).rejects.toThrow(
      'storage: PostgreSQL did not create role app: role "nobody" does not exist',
    );
    expect(await drifted(app)).toBe("gone");
  });

  test("26: while it starts it is waited for", async () => {
    const signal = "/var/lib/postgresql/17/main/standby.signal";
    const restart = "systemctl restart postgresql@17-main";
    await postgres.shell(`cd /; pg_conftool 17 main set hot_standby off; touch ${signal}; ${restart}`);
    const refused = await postgres.sql("SELECT 1").catch((error: Error) => error.message);
    expect(refused).toContain("the database system is not accepting connections");

    const applied = apply(app);
    await postgres.shell(`sleep 1; cd /; pg_conftool 17 main remove hot_standby; rm ${signal}; ${restart}`);
    expect(await applied).toEqual(app);
    expect(await drifted(app)).toEqual([]);
  });

  test("26: a read-only replica is refused", async () => {
    await postgres.shell("touch /var/lib/postgresql/17/main/standby.signal; systemctl restart postgresql@17-main");
    expect(await drifted(app)).toEqual([]);
    await expect(apply({ ...app, createrole: true })).rejects.toThrow(
      /^storage: PostgreSQL on port 5432 is a read-only replica/,
    );
    await postgres.shell("rm /var/lib/postgresql/17/main/standby.signal; systemctl restart postgresql@17-main");
  });

  test("stopped, or on another port: unknown, neither gone nor unchanged", async () => {
    const elsewhere = role.read(await postgres.connected(), { ...app, port: 5499 });
    await expect(elsewhere).rejects.toThrow("no PostgreSQL answers on the local socket of port 5499");
    await postgres.shell("systemctl stop postgresql@17-main");
    await expect(drifted(app)).rejects.toThrow(Unobservable);
    await expect(apply(app)).rejects.toThrow("systemctl start postgresql");
    await postgres.shell("systemctl start postgresql@17-main");
    expect(await drifted(app)).toEqual([]);
  });
});
