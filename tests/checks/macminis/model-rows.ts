import { artefact, type Row, sha256 } from "./rows.ts";

const imported = {
  from: "aws-0-eu-central-1.pooler.supabase.com",
  sourceVersion: 15,
  dimension: 768,
  reembed: true,
  auth: "none",
  tables: { wiki_chunks: { source: "wiki_chunks.sql.gz", sha256, rows: 3 } },
};
const llama = "services.ollama.models.generation";
const backup = "services.ollama.models.backup";
const rerank = { model: "mxbai-rerank-base", use: "rerank", memoryMiB: 477, diskMiB: 382 };

/** What models and data need. */
export const modelRows: Row[] = [
  {
    id: "MM-02",
    what: "resident models, caches, services and system beyond the memory",
    passes: { "services.ollama.models.backup": undefined },
    fails: { "services.ollama.models.backup.resident": "always", "services.ollama.maxLoadedModels": 3 },
    says: [
      /^error: mac-mini-2 has 65536 MiB and needs \d+ \(.*ollama 512 \+ .*llama3.3:70b-instruct-q4_K_M 44196 \+ .*qwen2.5:32b-instruct-q4_K_M 23913 \+ system 8192\); keep fewer models resident/,
    ],
  },
  {
    id: "MM-02",
    what: "an on-demand model that fits beside the residents, as a note",
    passes: { "services.ollama.models.backup": undefined },
    fails: { "services.ollama.maxLoadedModels": 3, [`${backup}.memoryMiB`]: 4096 },
    says: ["note: loaded on demand only: qwen2.5:32b-instruct-q4_K_M (5120 MiB)"],
  },
  {
    id: "MM-02",
    what: "an on-demand model that does not",
    passes: { "services.ollama.models.backup": undefined },
    fails: { "services.ollama.maxLoadedModels": 3 },
    says: [
      /^warning: qwen2\.5:32b-instruct-q4_K_M \(23913 MiB\) does not fit beside llama3\.3:70b-instruct-q4_K_M and nomic-embed-text:?\S* on mac-mini-2 \(\d+ MiB are free\): a request for it first unloads /,
    ],
  },
  {
    id: "MM-02",
    what: "an on-demand model beyond the number that Ollama keeps",
    passes: { "services.ollama.models.backup": undefined },
    fails: { [`${backup}.memoryMiB`]: 4096 },
    says: [/^warning: qwen2\.5.* does not fit beside .* on mac-mini-2 \(it keeps 2 models\)/],
  },
  {
    id: "MM-02",
    what: "an on-demand model that never fits",
    passes: { "services.ollama.models.backup": undefined },
    fails: { [`${backup}.memoryMiB`]: 60_000 },
    says: [/^warning: qwen2\.5.* \(61024 MiB\) does not fit mac-mini-2 even alone/],
  },
  {
    id: "MM-02",
    what: "more residents than Ollama keeps",
    passes: { "services.ollama.models.backup": undefined },
    fails: { "services.ollama.models.backup": undefined, "services.ollama.maxLoadedModels": 1 },
    says: [/^error: 2 models should stay loaded on mac-mini-2, but Ollama keeps 1: .*maxLoadedModels' 2$/],
  },
  {
    id: "MM-02",
    what: "a host without models that is too small for its services",
    passes: { "services.ollama.models.backup": undefined },
    fails: { "services.ollama.models.backup": undefined, "services.postgres.memoryMiB": 30_000 },
    says: [/^error: mac-mini-3 has 32768 MiB and needs .*postgres 30000 .*; lower a memoryMiB of groundwork:services/],
  },
  {
    id: "MM-03",
    what: "more than macOS lets the GPU wire, and no limit set",
    passes: { "services.ollama.gpuWiredLimitMiB": undefined },
    fails: { "services.ollama.gpuWiredLimitMiB": undefined, "services.ollama.contextLength": 65_536 },
    says: [
      /^warning: .* need 54\.\d GiB, and macOS lets the GPU of mac-mini-2 wire 48 GiB: .*gpuWiredLimitMiB' 57344$/,
    ],
  },
  {
    id: "MM-03",
    what: "what the rerank server takes of the same GPU",
    passes: { "services.ollama.gpuWiredLimitMiB": undefined, "services.reranker": undefined },
    fails: { "services.ollama.gpuWiredLimitMiB": undefined, "services.reranker.memoryMiB": 4096 },
    says: [/^warning: .* need 48\.1 GiB, and macOS lets the GPU of mac-mini-2 wire 48 GiB/],
  },
  {
    id: "MM-03",
    what: "a limit that leaves the system less than 6 GiB",
    passes: { "services.ollama.gpuWiredLimitMiB": 65_536 - 6 * 1024 },
    fails: { "services.ollama.gpuWiredLimitMiB": 65_536 - 6 * 1024 + 1 },
    says: [/^error: the GPU of mac-mini-2 may wire 59393 of 65536 MiB, .*gpuWiredLimitMiB' 59392$/],
  },
  {
    id: "MM-04",
    what: "a context that is not pinned where memory is large",
    fails: { "services.ollama.contextLength": undefined, "services.ollama.gpuWiredLimitMiB": undefined },
    says: [
      /^error: the context is not pinned: Ollama on mac-mini-2 would choose 262144 tokens, .*contextLength' 8192$/,
    ],
  },
  {
    id: "MM-04",
    what: "a context that is not pinned beside a GPU that nobody knows",
    passes: { "hosts.mac-mini-2.platform": "debian" },
    fails: { "hosts.mac-mini-2.platform": "debian", "services.ollama.contextLength": undefined },
    says: [
      /^error: the context is not pinned: Ollama on mac-mini-2 takes 4096 tokens where its GPU has less than 24 GiB, 32768 below 48 GiB, else 262144, .*contextLength' 8192$/,
    ],
  },
  {
    id: "MM-04",
    what: "a cache that nobody counts",
    fails: { [`${llama}.kvCache`]: undefined },
    says: [
      /^warning: the cache of llama3\.3:70b-instruct-q4_K_M is not counted: give services\.ollama\.models\.generation\.kvCache/,
    ],
  },
  {
    id: "MM-04",
    what: "weights and cache beyond the limit",
    fails: { "services.ollama.contextLength": 131_072 },
    says: [
      /^error: resident models and the rerank server need 64\.\d GiB \(20 GiB of it cache\), and the GPU of mac-mini-2 may wire 56 GiB/,
    ],
  },
  {
    id: "MM-04",
    what: "requests at a time, which multiply the cache",
    fails: { "services.ollama.contextLength": 32_768, "services.ollama.parallel": 4 },
    says: [/^error: resident models and the rerank server need/],
  },
  {
    id: "MM-05",
    what: "a reranker that Ollama is to run",
    fails: { "services.reranker.runtime": "ollama" },
    says: [/^error: reranker has runtime ollama, .*; use runtime infinity: .*reranker.runtime' infinity$/],
  },
  {
    id: "MM-05",
    what: "a reranker among the models of Ollama",
    passes: {
      "services.ollama.models.rerank": { ...rerank, runtime: "infinity" },
    },
    fails: {
      "services.ollama.models.rerank": rerank,
    },
    says: [/^error: reranker has runtime ollama, whose library has no mxbai-rerank-base\S*; use runtime infinity/],
  },
  {
    id: "MM-05",
    what: "a model that reranks, and no server that runs it",
    fails: {
      "services.reranker": undefined,
      "services.ollama.models.rerank": { ...rerank, runtime: "infinity" },
    },
    says: [/^error: nothing runs mxbai-rerank-base\S*: without a rerank server .*reranker.host' mac-mini-2$/],
  },
  {
    id: "MM-06",
    what: "a model whose name has a dot",
    fails: {
      'services.ollama.models["llama3.2"]': {
        model: "llama3.2",
        use: "generation",
        memoryMiB: 1,
        diskMiB: 1,
        pull: false,
      },
    },
    says: [/^warning: model llama3\.2:?\S* is declared but not pulled: .*ollama\.models\["llama3\.2"\]\.pull' true$/],
  },
  {
    id: "MM-06",
    what: "a fallback that nobody pulls",
    fails: { "services.ollama.models.backup.pull": false },
    says: [
      /^warning: model qwen2\.5:32b-instruct-q4_K_M is declared but not pulled: .* 18\.5 GiB; .*models\.backup\.pull' true$/,
    ],
  },
  {
    id: "MM-07",
    what: "an import that keeps the vectors of another model",
    passes: { import: imported },
    fails: { import: { ...imported, reembed: false } },
    says: [/^error: the import keeps vectors of another model, .*import.reembed' true$/],
  },
  {
    id: "MM-07",
    what: "kept vectors of another length",
    passes: { import: { ...imported, dimension: 3072 } },
    fails: { import: { ...imported, dimension: 3072, reembed: false } },
    says: [/^error: the import keeps vectors of another/, /^error: .* vectors of 3072 numbers, .* model makes 768/],
  },
  {
    id: "MM-08",
    what: "nomic-embed-text without its prefixes",
    fails: { "services.api.embedPrefixes": undefined },
    says: [
      /^warning: nomic-embed-text\S* ranks worse .*embedPrefixes.document' 'search_document: ' && .*'search_query: '$/,
    ],
  },
  {
    id: "MM-08",
    what: "prefixes that are not its own",
    passes: { "services.ollama.models.embedding.model": "mxbai-embed-large", "services.api.embedPrefixes": undefined },
    fails: { "services.api.embedPrefixes": { document: "passage: ", query: "query: " } },
    says: [/^warning: nomic-embed-text\S* ranks worse/],
  },
  {
    id: "MM-09",
    what: "an API of one's own, as a note",
    fails: { "services.api.artefact": artefact },
    says: [/^note: tests ask Ollama at \/api\/embed with `input`/],
  },
  {
    id: "MM-10",
    what: "a dump of a newer server than the client programs",
    passes: { import: { ...imported, sourceVersion: 16 } },
    fails: { import: { ...imported, sourceVersion: 17 } },
    says: [
      /^error: the import comes from PostgreSQL 17, which pg_dump 16 refuses; dump with pg_dump 17, and say so: .*clientVersion' 17$/,
    ],
  },
  {
    id: "MM-10",
    what: "a dump by another pg_dump than the server's",
    passes: { import: { ...imported, sourceVersion: 17, clientVersion: 18 } },
    fails: { import: { ...imported, sourceVersion: 17, clientVersion: 15 } },
    says: [/^error: the import comes from PostgreSQL 17, which pg_dump 15 refuses/],
  },
  {
    id: "MM-11",
    what: "a placeholder as the source",
    passes: { import: imported },
    fails: { import: { ...imported, from: "db.xxx.supabase.co" } },
    says: [/^error: the import comes from db\.xxx\.supabase\.co, a placeholder; give .*session pooler/],
  },
  {
    id: "MM-12",
    what: "an import, and no word on who signs in",
    passes: { import: imported },
    fails: { import: { ...imported, auth: undefined } },
    says: [/^warning: no replacement for Supabase Auth is declared; .*import.auth' none$/],
  },
  {
    id: "MM-13",
    what: "pgvector of Homebrew for an older PostgreSQL",
    passes: { "services.postgres.pgvector": undefined, "services.postgres.version": 17 },
    fails: { "services.postgres.pgvector": undefined },
    says: [
      /^error: pgvector from Homebrew does not support postgresql@16; give its source as services\.postgres\.pgvector/,
    ],
  },
  {
    id: "MM-21",
    what: "a model that cannot answer in time",
    passes: { [`${llama}.model`]: "qwen2.5:32b-instruct-q4_K_M", [`${llama}.diskMiB`]: 18_979 },
    fails: {},
    says: [
      /^warning: llama3\.3:70b\S+ makes at most 6\.4 tokens\/s on an M4 Pro \(273 GB\/s\): that is 32 tokens in 5 s;/,
    ],
  },
  {
    id: "MM-22",
    what: "64 GB with the plain M4",
    fails: { "hosts.mac-mini-2.chip": "M4" },
    says: [/^warning: mac-mini-2: a Mac mini with 64 GiB exists only as M4 Pro; .*mac-mini-2.chip' 'M4 Pro'$/],
  },
  {
    id: "MM-22",
    what: "64 GB, and no word on the chip",
    fails: { "hosts.mac-mini-2.chip": undefined },
    says: [/^warning: mac-mini-2: a Mac mini with 64 GiB exists only as M4 Pro/],
  },
  {
    id: "MM-22",
    what: "a Mac mini that nobody makes",
    passes: { "hosts.mac-mini-2.memoryGiB": 48 },
    fails: { "hosts.mac-mini-2.memoryGiB": 128 },
    says: ["warning: there is no Mac mini with 128 GiB: correct groundwork:hosts.mac-mini-2.memoryGiB"],
  },
];
