import type { ContractCase, Place } from "../contract-case.ts";
import { postgresOf } from "../postgres.ts";

export default ({ platform }: Place): ContractCase => {
  const { install, sql } = postgresOf(platform);
  return {
    before: install,
    after: ["postgres-database"],
    args: {
      database: "projects",
      name: "notes",
      check: "SELECT to_regclass(:'table') IS NOT NULL",
      script: 'CREATE TABLE IF NOT EXISTS :"table" (text text)',
      variables: { table: "notes" },
    },
    right: { script: sql("SELECT count(*) FROM notes", "projects"), answer: "0" },
    change: { script: sql("DROP TABLE notes", "projects"), shows: "gone" },
    // The table stays, and goes with its database.
    deleted: {
      script: `found=$( ${sql("SELECT count(*) FROM pg_database WHERE datname = $$projects$$")}) || exit
      case $found in 0) echo kept ;; *) ${sql("SELECT CASE count(*) WHEN 0 THEN $$kept$$ END FROM notes", "projects")} ;; esac`,
      answer: "kept",
    },
    cleared: sql("DROP TABLE IF EXISTS notes", "projects"),
    wrong: { check: { check: " " }, name: { name: "a b" }, 'variables["a b"]': { variables: { "a b": "c" } } },
    notImported: "only the program knows its check",
  };
};
