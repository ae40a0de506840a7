// Models of our own making, in GGUF, of one layer. They stand in for real ones in the lab, where those are too big. One that
// embeds has random weights; one that generates says `saying` and stops, whatever it is asked.

export interface TinyModel {
  readonly name: string;
  readonly kind: "generation" | "embedding";
  /** Also the length of its embeddings; a multiple of 8. */
  readonly width: number;
  /** Another seed, other weights. */
  readonly seed: number;
}

/** GGUF value types. */
const U32 = 4;
const I32 = 5;
const F32 = 6;
const STRING = 8;
const ARRAY = 9;
type Scalar = typeof U32 | typeof I32 | typeof F32 | typeof STRING;

/** Every offset of a tensor is a multiple of it. */
const ALIGNMENT = 32;
/** So many that each is a multiple of 32 numbers wide, the block of a q8_0 cache. */
const HEADS = 2;
const FEED_FORWARD = 64;
const CONTEXT = 256;
/** What makes it an embedding model for Ollama: one vector a text, the mean of all tokens'. */
const MEAN_POOLING = 1;

/** Token types. */
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;

/** Each token once: the next one follows from the last. */
const saying = [..."▁yes."];

const tokens: [text: string, type: number][] = [
  ["<unk>", UNKNOWN],
  ["<s>", CONTROL],
  ["</s>", CONTROL],
  ...Array.from({ length: 256 }, (_, byte): [string, number] => [`<0x${hex(byte)}>`, BYTE]),
  ...[..."▁abcdefghijklmnopqrstuvwxyz."].map((letter): [string, number] => [letter, NORMAL]),
];

/** The bytes of a `.gguf` file: a llama model of one layer. */
export function tinyModel(model: TinyModel): Buffer {
  const next = random(model.seed);
  const tensors = Object.entries(shapes(model.width)).map(([tensor, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const numbers = Float32Array.from({ length }, next);
    if (model.kind === "generation") makeSay(tensor, numbers, model.width);
    return { tensor, shape, data: Buffer.from(numbers.buffer) }; // a multiple of ALIGNMENT: width is one of 8
  });
  let offset = 0;
  const infos = tensors.map(({ tensor, shape, data }) => {
    const info = Buffer.concat([string(tensor), u32(shape.length), ...shape.map(u64), u32(0), u64(offset)]);
    offset += data.length;
    return info;
  });
  const metadata = describe(model);
  const counts = [u32(3), u64(infos.length), u64(metadata.length)];
  const header = Buffer.concat([Buffer.from("GGUF"), ...counts, ...metadata, ...infos]);
  const padding = Buffer.alloc((ALIGNMENT - (header.length % ALIGNMENT)) % ALIGNMENT);
  return Buffer.concat([header, padding, ...tensors.map(({ data }) => data)]);
}

function describe({ name, kind, width }: TinyModel): Buffer[] {
  return [
    entry("general.architecture", STRING, "llama"),
    entry("general.name", STRING, name),
    entry("general.file_type", U32, 0),
    entry("llama.block_count", U32, 1),
    entry("llama.context_length", U32, CONTEXT),
    entry("llama.embedding_length", U32, width),
    entry("llama.feed_forward_length", U32, FEED_FORWARD),
    entry("llama.attention.head_count", U32, HEADS),
    entry("llama.attention.head_count_kv", U32, HEADS),
    entry("llama.attention.layer_norm_rms_epsilon", F32, 1e-5),
    entry("llama.rope.dimension_count", U32, width / HEADS),
    entry("llama.vocab_size", U32, tokens.length),
    ...(kind === "embedding" ? [entry("llama.pooling_type", U32, MEAN_POOLING)] : []),
    entry("tokenizer.ggml.model", STRING, "llama"),
    list(
      "tokenizer.ggml.tokens",
      STRING,
      tokens.map(([text]) => text),
    ),
    list(
      "tokenizer.ggml.scores",
      F32,
      tokens.map((_, index) => -index),
    ),
    list(
      "tokenizer.ggml.token_type",
      I32,
      tokens.map(([, type]) => type),
    ),
    entry("tokenizer.ggml.unknown_token_id", U32, 0),
    entry("tokenizer.ggml.bos_token_id", U32, 1),
    entry("tokenizer.ggml.eos_token_id", U32, 2),
  ];
}

const shapes = (width: number): Record<string, number[]> => ({
  "token_embd.weight": [width, tokens.length],
  "output_norm.weight": [width],
  "output.weight": [width, tokens.length],
  "blk.0.attn_norm.weight": [width],
  "blk.0.attn_q.weight": [width, width],
  "blk.0.attn_k.weight": [width, width],
  "blk.0.attn_v.weight": [width, width],
  "blk.0.attn_output.weight": [width, width],
  "blk.0.ffn_norm.weight": [width],
  "blk.0.ffn_gate.weight": [width, FEED_FORWARD],
  "blk.0.ffn_up.weight": [width, FEED_FORWARD],
  "blk.0.ffn_down.weight": [FEED_FORWARD, width],
});

/**
 * Attention and feed-forward add nothing, so that what leaves the layer is the embedding of the last token: which one of
 * `saying` it is, or none. Of that the output makes the next.
 */
function makeSay(tensor: string, numbers: Float32Array, width: number): void {
  const texts = tokens.map(([text]) => text);
  if (tensor.endsWith("norm.weight")) numbers.fill(1);
  if (/attn_output|ffn_down/.test(tensor)) numbers.fill(0);
  if (tensor === "token_embd.weight") {
    numbers.fill(0);
    for (const [token, text] of texts.entries()) numbers[token * width + saying.indexOf(text) + 1] = 1;
  }
  if (tensor === "output.weight") {
    numbers.fill(0);
    for (const [said, text] of [...saying, "</s>"].entries()) numbers[texts.indexOf(text) * width + said] = SURE;
  }
}

/** With the root of the width it gives a logit of 16 beside zeros. */
const SURE = 2;

/** The same numbers for the same seed, between -0.1 and 0.1 (Lehmer's generator). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state / 2_147_483_647 - 0.5) * 0.2;
  };
}

type Value = string | number;
const scalars: Record<Scalar, (value: never) => Buffer> = { [U32]: u32, [I32]: u32, [F32]: f32, [STRING]: string };
const scalar = (type: Scalar, value: Value): Buffer => scalars[type](value as never);
const entry = (key: string, type: Scalar, value: Value): Buffer =>
  Buffer.concat([string(key), u32(type), scalar(type, value)]);
const list = (key: string, type: Scalar, values: readonly Value[]): Buffer =>
  Buffer.concat([
    string(key),
    u32(ARRAY),
    u32(type),
    u64(values.length),
    ...values.map((value) => scalar(type, value)),
  ]);

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
function string(value: string): Buffer {
  return Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
}
function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
