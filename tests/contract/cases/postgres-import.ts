import { fileURLToPath } from "node:url";

import type { ContractCase, Place } from "../contract-case.ts";
import { postgresOf } from "../postgres.ts";

const source = fileURLToPath(new URL("../../fixtures/contract/rows.sql", import.meta.url));

export default ({ platform }: Place): ContractCase => {
  const { install, sql } = postgresOf(platform);
  return {
    before: install,
    after: ["postgres-database"],
    args: { database: "projects", table: "rows", source, expectedRows: 3 },
    right: { script: sql("SELECT count(*), sum(id) FROM rows", "projects"), answer: "3|6" },
    change: { script: sql("DROP TABLE rows", "projects"), shows: "gone" },
    // The rows stay, and go with their database.
    deleted: {
      script: `found=$( ${sql("SELECT count(*) FROM pg_database WHERE datname = $$projects$$")}) || exit
      case $found in 0) echo kept ;; *) ${sql("SELECT CASE count(*) WHEN 3 THEN $$kept$$ END FROM rows", "projects")} ;; esac`,
      answer: "kept",
    },
    cleared: sql("DROP TABLE IF EXISTS rows; DROP SCHEMA IF EXISTS groundwork CASCADE", "projects"),
    wrong: { source: { source: "/tmp/rows.xlsx" }, expectedRows: { expectedRows: -1 }, table: { table: "a.b.c" } },
    untold: ["source"],
  };
};
