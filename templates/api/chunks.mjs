// The knowledge: texts with their embeddings in PostgreSQL (pgvector).
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";

import { hop } from "./faults.mjs";
import { settings } from "./settings.mjs";

const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 10, connectionTimeoutMillis: 3000 });
pool.on("error", (error) => console.error(`PostgreSQL: ${error.message}`));

/** A request waits out a restart of the database. */
const patienceMs = 5000;
const restarting = new Set(["ECONNREFUSED", "ECONNRESET", "57P03"]);

async function connected(until = Date.now() + patienceMs) {
  try {
    return await pool.connect();
  } catch (error) {
    if (!restarting.has(error.code) || Date.now() > until) throw error;
    await pause(100);
    return connected(until);
  }
}

const withClient = (work) =>
  hop("postgres", async () => {
    const client = await connected();
    let failure;
    try {
      return await work(client);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      client.release(failure);
    }
  });

const query = (text, values) => withClient(async (client) => (await client.query(text, values)).rows);

/** Each model and prefix has a column of its own: the vectors of others cannot be compared with them. */
const column = pg.escapeIdentifier(settings.embedColumn);

const insert = `INSERT INTO wiki_chunks (body, metadata, ${column})
  SELECT body, metadata, embedding::vector
  FROM jsonb_to_recordset($1) AS given (body text, metadata jsonb, embedding text) RETURNING id::int`;

/** Stores them all or none; `dryRun` takes them back at once. Answers their ids. */
export function store(chunks, { dryRun }) {
  const rows = chunks.map(({ embedding, ...chunk }) => ({ ...chunk, embedding: JSON.stringify(embedding) }));
  return withClient(async (client) => {
    await client.query("BEGIN");
    const stored = await client.query(insert, [JSON.stringify(rows)]);
    await client.query(dryRun ? "ROLLBACK" : "COMMIT");
    return stored.rows.map(({ id }) => id);
  });
}

export const nearest = (embedding, limit) =>
  query(
    `SELECT id::int, body, metadata, ${column} <=> $1::vector AS distance FROM wiki_chunks
     WHERE ${column} IS NOT NULL ORDER BY distance LIMIT $2`,
    [JSON.stringify(embedding), limit],
  );

export async function count() {
  const [{ chunks }] = await query("SELECT count(*)::int AS chunks FROM wiki_chunks");
  return chunks;
}

export const close = () => pool.end();
