// The environment contract of the API.
const faults = [];

function setting(name, fallback) {
  const value = process.env[name] || fallback;
  if (value === undefined) faults.push(name);
  return value;
}

export const settings = {
  host: setting("HOST", "127.0.0.1"),
  port: Number(setting("PORT", "3000")),
  publicUrl: setting("PUBLIC_URL", ""), // where users reach the site
  databaseUrl: setting("DATABASE_URL"),
  redisUrl: setting("REDIS_URL"),
  ollamaUrl: setting("OLLAMA_BASE_URL"),
  model: setting("LLM_MODEL"),
  fallbackModel: setting("LLM_FALLBACK_MODEL", ""),
  embedModel: setting("EMBED_MODEL"),
  dimension: Number(setting("EMBED_DIM")),
  embedColumn: setting("EMBED_COLUMN", "embedding"),
  // A change of either makes stored vectors and questions incomparable (MM-08).
  documentPrefix: setting("EMBED_DOCUMENT_PREFIX", ""),
  queryPrefix: setting("EMBED_QUERY_PREFIX", ""),
  rerankUrl: setting("RERANK_URL", ""),
  rerankKey: setting("INFINITY_API_KEY", ""),
  notionToken: setting("NOTION_TOKEN", ""),
  ddc: setting("DDC_ENABLED", "false") === "true",
  kesUrl: setting("KES_URL", ""),
  logLevel: setting("LOG_LEVEL", "info"),
};

if (faults.length > 0) throw new Error(`the environment has no ${faults.join(", ")}`);
