import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Unobservable } from "../../../src/provider/errors.ts";
import script from "../../../src/provider/resources/postgres-script.ts";
import type { Values } from "../../../src/provider/values.ts";
import { postgresScriptSchema } from "../../../src/schemas/postgres-script.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type PostgresHost, postgresHost } from "../../support/postgres.ts";

const notes = (values: Values = {}): Values =>
  postgresScriptSchema.inputs.parse({
    host: "storage",
    database: "wiki",
    name: "notes",
    check: "SELECT to_regclass('notes') IS NOT NULL",
    script: "CREATE TABLE IF NOT EXISTS notes (text text); INSERT INTO notes VALUES (:'word');",
    variables: { word: "it's \\ a word" },
    role: "app",
    ...values,
  });

describe.skipIf(!canRunLab)(`PostgresScript on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let postgres: PostgresHost;

  beforeAll(async () => {
    postgres = await postgresHost();
  }, 180_000);
  afterAll(() => postgres?.close());

  const read = async (desired: Values) => script.read(await postgres.connected(), desired);
  const apply = async (desired: Values, recorded?: Values) =>
    script.apply(await postgres.connected(), desired, recorded);

  test("without its database it is not in place", async () => {
    expect(await read(notes())).toBeUndefined();
    await expect(apply(notes())).rejects.toThrow(
      /did not run the script notes in database wiki: database "wiki" does not exist\. Declare it as a PostgresDatabase/,
    );
  });

  test("runs once, as its role, with its variables; again when it changes", async () => {
    await postgres.sql("CREATE ROLE app; CREATE DATABASE wiki OWNER app;");
    const state = await apply(notes());
    await apply(notes(), state);
    expect(await postgres.sql("SELECT * FROM notes", "wiki")).toBe("it's \\ a word");
    expect(await postgres.sql("SELECT tableowner FROM pg_tables WHERE tablename = 'notes'", "wiki")).toBe("app");
    await apply(notes({ variables: { word: "another" } }), state);
    expect(await postgres.sql("SELECT count(*) FROM notes", "wiki")).toBe("2");
  });

  test("one that fails leaves nothing of what it did", async () => {
    const broken = notes({
      script: "CREATE TABLE half (); SELECT 1 / 0",
      check: "SELECT to_regclass('half') IS NOT NULL",
    });
    await expect(apply(broken)).rejects.toThrow(
      "storage: PostgreSQL did not run the script notes in database wiki: division by zero",
    );
    expect(await postgres.sql("SELECT to_regclass('half') IS NULL", "wiki")).toBe("t");
  });

  test("a check that fails, or is neither yes nor no, is unknown, never a no", async () => {
    await expect(read(notes({ check: "SELECT nothing" }))).rejects.toThrow(Unobservable);
    await expect(read(notes({ check: "SELECT 7" }))).rejects.toThrow(Unobservable);
    await expect(read(notes({ check: "SELECT nothing" }))).rejects.toThrow('column "nothing" does not exist');
    await expect(read(notes({ check: "SELECT 7" }))).rejects.toThrow("answered neither true nor false: 7");
  });

  test("a delete leaves what it made", async () => {
    await script.remove(await postgres.connected(), notes());
    expect(await read(notes())).toMatchObject({ name: "notes" });
  });
});
