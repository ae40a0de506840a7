import type { ContractCase, Place } from "../contract-case.ts";
import { postgresOf } from "../postgres.ts";

export default ({ platform }: Place): ContractCase => {
  const { install, login, sql } = postgresOf(platform);
  return {
    before: install,
    args: { name: "app", password: "one of a role's", createdb: true, connectionLimit: 5 },
    secrets: ["password"],
    right: {
      script: `${sql("SELECT rolcanlogin, rolcreatedb, rolconnlimit, left(rolpassword, 14) FROM pg_authid WHERE rolname = $$app$$")}; ${login("app", "one of a role's")}`,
      answer: "t|t|5|SCRAM-SHA-256$\napp",
    },
    change: { script: sql("ALTER ROLE app NOCREATEDB PASSWORD $$another$$"), shows: ["createdb", "password"] },
    deleted: { script: sql("SELECT count(*) FROM pg_roles WHERE rolname = $$app$$"), answer: "0" },
    wrong: { name: { name: "pg_app" }, connectionLimit: { connectionLimit: -2 }, port: { port: 70000 } },
    randomInput: true,
    untold: ["password"],
  };
};
