// Ollama's HTTP API, asked by curl on the server's own host.
import { z } from "zod";

import type { Answer, Command, Fact } from "../../host.ts";

const tags = z.object({
  models: z.array(z.object({ name: z.string(), digest: z.string(), size: z.int() })),
});
const loaded = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      digest: z.string(),
      expires_at: z.iso.datetime({ offset: true }),
      size: z.int(),
      size_vram: z.int(), // what the GPU has of it
    }),
  ),
});
const version = z.object({ version: z.string() });
const embedded = z.object({ embeddings: z.array(z.array(z.number())).length(1) });

/** A model in its memory. */
export type LoadedModel = z.output<typeof loaded>["models"][number];

/** What the server told, or why there is no server to tell anything. */
export type Told<Contents> = { readonly contents: Contents } | { readonly unavailable: string };

/** The only key of these facts: each answers everything at once. */
export const everything = "all";

export const taggedModels = (server: string) => fact("tags", server, "/api/tags", tags);
export const loadedModels = (server: string) => fact("loaded", server, "/api/ps", loaded);
export const serverVersion = (server: string) => fact("version", server, "/api/version", version);

/** A real embedding of a few words; loads the model where it is not loaded. */
export const embed = (server: string, model: string): Command =>
  request(server, "POST", "/api/embed", { model, input: "search_query: does it embed?" }, loadSec);

/** What `embed` answered. Throws where that is no vector. */
export const embedding = (answer: Answer, server: string) => tell(answer, server, embedded);

/** Loads a model and keeps it. To embed nothing does it for every kind of model. */
export const keepLoaded = (server: string, model: string): Command =>
  request(server, "POST", "/api/embed", { model, input: [], keep_alive: -1 }, loadSec);

export const unload = (server: string, model: string): Command =>
  request(server, "POST", "/api/generate", { model, keep_alive: 0 });

export const removeModel = (server: string, model: string): Command =>
  request(server, "DELETE", "/api/delete", { model });

/** Its lines say how far it is. 74: not pulled, standard error says why. */
export const pull = (server: string, model: string, { insecure }: { insecure: boolean }): Command => ({
  argv: ["gw_ollama_pull", server],
  stdin: JSON.stringify({ model, insecure }),
  exitCodes: [0, 74],
  long: true,
});

/** A keep-alive without end shows as a time centuries away. */
export const staysLoaded = ({ expires_at }: LoadedModel, now: number): boolean =>
  Date.parse(expires_at) - now > 10 * 365 * 86_400_000;

/** Seconds that loading may take: 45 GB from a slow disk. */
const loadSec = 900;

/** Ends with the HTTP status on a line of its own. */
function request(server: string, method: string, path: string, body?: object, maxSec = 20): Command {
  const data = body === undefined ? [] : ["--data-binary", "@-"];
  const time = ["--connect-timeout", "10", "--max-time", String(maxSec)];
  const argv = ["curl", "-sS", "--noproxy", "*", ...time, "-w", "\\n%{http_code}", "-X", method, ...data];
  return {
    argv: [...argv, `${server}${path}`],
    ...(body !== undefined && { stdin: JSON.stringify(body) }),
    exitCodes: [0, ...Object.keys(silence).map(Number)],
  };
}

function fact<Schema extends z.ZodType>(
  name: string,
  server: string,
  path: string,
  schema: Schema,
): Fact<Told<z.output<Schema>>> {
  return {
    name: `ollama-${name}-${server}`,
    command: () => request(server, "GET", path),
    parse: (answer, keys) => {
      const told = tell(answer, server, schema);
      return new Map(keys.map((key) => [key, told]));
    },
  };
}

/** curl's exit codes where no server answered, and the shell's where there is no curl. */
const silence: Readonly<Record<number, string>> = {
  6: "its name is not known",
  7: "the connection is refused",
  28: "it did not answer in time",
  52: "it hung up",
  56: "it hung up",
  127: "the host has no curl to ask it with; install that (Debian: package curl)",
};

/** What an answer holds. Throws where the server refused, or is not understood. */
function tell<Schema extends z.ZodType>(answer: Answer, server: string, schema: Schema): Told<z.output<Schema>> {
  const silent = unavailable(answer, server);
  if (silent) return { unavailable: silent };
  const { status, body } = split(answer);
  if (status !== 200) throw new Error(`Ollama at ${server} answered ${status}: ${errorIn(body)}`);
  const parsed = schema.safeParse(json(body));
  if (parsed.success) return { contents: parsed.data };
  const issue = parsed.error.issues[0];
  const where = `Ollama at ${server} gave an answer that is not understood`;
  throw new Error(`${where}: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** Why there is no server to talk to, or `undefined` where one answered. */
export function unavailable({ exitCode }: Answer, server: string): string | undefined {
  const why = silence[exitCode];
  return why && `no Ollama answers at ${server}: ${why}; start it, or correct \`server\``;
}

/** HTTP status and body. */
export function split({ stdout }: Answer): { status: number; body: string } {
  const text = stdout.toString("utf8");
  const end = text.lastIndexOf("\n");
  return { status: Number(text.slice(end + 1)), body: text.slice(0, Math.max(end, 0)) };
}

/** What the server says is wrong: `{"error": ...}`, or whatever it is. */
export function errorIn(body: string): string {
  const said = z.object({ error: z.string() }).safeParse(json(body));
  return said.success ? said.data.error : body.trim().slice(0, 300);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
