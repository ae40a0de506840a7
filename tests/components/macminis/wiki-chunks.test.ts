// The column of vectors, on a real PostgreSQL with pgvector.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { droppedColumn } from "../../../src/components/macminis/dropped-vectors.ts";
import { vectorsIn } from "../../../src/components/macminis/wiki-chunks.ts";
import script from "../../../src/provider/resources/postgres-script.ts";
import type { Values } from "../../../src/provider/values.ts";
import { postgresScriptSchema } from "../../../src/schemas/postgres-script.ts";
import { template } from "../../../stacks/macminis/template.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type PostgresHost, postgresHost } from "../../support/postgres.ts";

const nomic = { model: "nomic-embed-text", prefix: "search_document: " };

describe.skipIf(!canRunLab)(`the column of vectors ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let postgres: PostgresHost;

  beforeAll(async () => {
    postgres = await postgresHost();
    await postgres.sql("CREATE ROLE owner; CREATE DATABASE wiki OWNER owner");
    await postgres.sql("CREATE EXTENSION vector", "wiki");
  }, 180_000);
  afterAll(() => postgres?.close());

  const table = (dimension: number, made = nomic, column = "embedding"): Values =>
    postgresScriptSchema.inputs.parse({
      host: "storage",
      database: "wiki",
      name: "wiki-chunks",
      role: "owner",
      ...vectorsIn(column, dimension, made, template("postgres/wiki_chunks.sql")),
    });
  const apply = async (desired: Values) => script.apply(await postgres.connected(), desired);
  /** What ends a preview. */
  const refused = async (desired: Values) =>
    ((await script.examine?.(await postgres.connected(), desired)) ?? [])
      .filter(({ severity }) => severity === "error")
      .map(({ said }) => said);
  const columns = () =>
    postgres.sql(
      "SELECT attname, atttypmod, col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'wiki_chunks'::regclass AND attname LIKE 'embedding%'",
      "wiki",
    );
  const whatNomicMade = '{"model":"nomic-embed-text","prefix":"search_document: "}';

  beforeEach(() => postgres.sql("DROP TABLE IF EXISTS wiki_chunks", "wiki"));

  test("is made with its length, and says what makes its vectors", async () => {
    expect(await refused(table(3))).toEqual([]);
    await apply(table(3));
    expect(await columns()).toBe(`embedding|3|${whatNomicMade}`);
    expect(await refused(table(3))).toEqual([]);
  });

  test("one of another length ends the preview and the update, empty or not, and stays as it is", async () => {
    await postgres.sql("SET ROLE owner; CREATE TABLE wiki_chunks (id bigint, body text, embedding vector(4))", "wiki");
    const why =
      /^column embedding of public\.wiki_chunks has vectors of 4 numbers made by nobody knows what, and wanted are 3 made by .*nomic-embed-text.* raise groundwork:services\.postgres\.generation$/;
    expect(await refused(table(3))).toEqual([expect.stringMatching(why)]);
    await expect(apply(table(3))).rejects.toThrow(/column embedding of public\.wiki_chunks has vectors of 4 numbers/);
    expect(await columns()).toBe("embedding|4|");
  });

  test("vectors of another model are refused, whatever their length; none of them, and the column is taken", async () => {
    await apply(table(3));
    const other = table(3, { model: "other-embed", prefix: "" });
    await postgres.sql("INSERT INTO wiki_chunks (body) VALUES ('not embedded yet')", "wiki");
    expect(await refused(other)).toEqual([]);
    await postgres.sql("INSERT INTO wiki_chunks (body, embedding) VALUES ('text', '[1,2,3]')", "wiki");
    expect(await refused(other)).toEqual([
      expect.stringMatching(/3 numbers made by .*nomic.*, and wanted are 3 made by .*other/),
    ]);
    await expect(apply(other)).rejects.toThrow("raise groundwork:services.postgres.generation");
    expect(await columns()).toBe(`embedding|3|${whatNomicMade}`);

    const next = table(4, { model: "other-embed", prefix: "" }, "embedding_2");
    expect(await refused(next)).toEqual([]);
    await apply(next);
    expect(await columns()).toBe(`embedding|3|${whatNomicMade}\nembedding_2|4|{"model":"other-embed","prefix":""}`);
  });

  test("a dropped column goes with its index, and nothing else does", async () => {
    await apply(table(3));
    await apply(table(4, nomic, "embedding_2"));
    await postgres.sql(
      "INSERT INTO wiki_chunks (body, embedding, embedding_2) VALUES ('text', '[1,2,3]', '[1,2,3,4]'); CREATE INDEX of_first ON wiki_chunks USING hnsw (embedding vector_cosine_ops)",
      "wiki",
    );
    const dropped = postgresScriptSchema.inputs.parse({
      host: "storage",
      database: "wiki",
      name: "drop-vectors-1",
      role: "owner",
      ...droppedColumn("embedding"),
    }) as Values;
    const isDropped = async () => (await script.read(await postgres.connected(), dropped)) !== undefined;
    expect(await isDropped()).toBe(false);
    await apply(dropped);
    expect(await isDropped()).toBe(true);
    expect(await columns()).toBe(`embedding_2|4|${whatNomicMade}`);
    expect(await postgres.sql("SELECT body, embedding_2 FROM wiki_chunks", "wiki")).toBe("text|[1,2,3,4]");
    expect(await postgres.sql("SELECT to_regclass('of_first') IS NULL", "wiki")).toBe("t");
  });

  test("what somebody made of the table, a preview does not run as the superuser", async () => {
    const asked =
      "CREATE FUNCTION asked() RETURNS vector LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% asked', current_user; END $$";
    await postgres.sql(
      `SET ROLE owner; ${asked}; CREATE VIEW wiki_chunks AS SELECT 1 AS id, asked()::vector(3) AS embedding`,
      "wiki",
    );
    await postgres.sql("COMMENT ON COLUMN wiki_chunks.embedding IS 'another'", "wiki");
    await expect(refused(table(3))).rejects.toThrow("owner asked");
    await postgres.sql("DROP VIEW wiki_chunks", "wiki");
  });
});
