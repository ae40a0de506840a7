import type { ContractCase, Place } from "../contract-case.ts";
import { postgresOf } from "../postgres.ts";

export default ({ platform }: Place): ContractCase => {
  const { install, sql } = postgresOf(platform);
  return {
    before: install,
    after: ["postgres-role"],
    args: { name: "projects", owner: "app", connectionLimit: 9, destroyOnDelete: true },
    right: {
      script: sql(
        "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datconnlimit FROM pg_database WHERE datname = $$projects$$",
      ),
      answer: "app|UTF8|9",
    },
    change: {
      script: `${sql("ALTER DATABASE projects OWNER TO CURRENT_USER")}; ${sql("ALTER DATABASE projects CONNECTION LIMIT 1")}`,
      shows: ["owner", "connectionLimit"],
    },
    deleted: { script: sql("SELECT count(*) FROM pg_database WHERE datname = $$projects$$"), answer: "0" },
    wrong: { name: { name: "two words" }, encoding: { encoding: "utf-8" } },
  };
};
