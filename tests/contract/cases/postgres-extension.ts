import type { ContractCase, Place } from "../contract-case.ts";
import { postgresOf } from "../postgres.ts";

export default ({ platform }: Place): ContractCase => {
  const { install, sql } = postgresOf(platform);
  return {
    before: install,
    after: ["postgres-database"],
    args: { database: "projects", name: "vector", destroyOnDelete: true },
    right: { script: sql("SELECT $$[3,4]$$::vector <-> $$[0,0]$$::vector", "projects"), answer: "5" },
    change: { script: sql("DROP EXTENSION vector", "projects"), shows: "gone" },
    deleted: {
      script: `${sql("SELECT 1 FROM pg_extension WHERE extname = $$vector$$", "projects")} 2>/dev/null || :`,
      answer: "",
    },
    wrong: { name: { name: "" }, version: { version: "a b" } },
  };
};
