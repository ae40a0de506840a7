// What the Ollama resources share.
import { z } from "zod";

import { hostName } from "./host.ts";

/** How a server is reached: from its own host, with curl. None of it names a thing in it. */
export const ollamaServer = {
  host: hostName.describe("Host that Ollama runs on."),
  server: z
    .string()
    .regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+$/, "give scheme, address and port alone, such as http://127.0.0.1:11434")
    .default("http://127.0.0.1:11434")
    .describe("Where Ollama answers, as its own host sees it."),
};

const part = "[A-Za-z0-9_][A-Za-z0-9_.-]*";
const nameShape = new RegExp(`^((([A-Za-z0-9_][A-Za-z0-9_.:-]*)/)?([A-Za-z0-9_][A-Za-z0-9_-]*)/)?${part}(:${part})?$`);

/** A model as `ollama list` spells it, whatever short form was given. */
export const modelName = z
  .string()
  .regex(
    nameShape,
    "give name:tag, such as llama3.3:70b-instruct-q4_K_M, with its registry where that is another: host:port/namespace/name:tag",
  )
  .overwrite(canonicalModelName);

/** What a tag names. */
export const modelDigest = z
  .string()
  .regex(/^[0-9a-f]{12,64}$/, "must be 12 to 64 lower-case hexadecimal digits, as `ollama list` shows them");

/** `nomic-embed-text` is `nomic-embed-text:latest`, and so is `registry.ollama.ai/library/nomic-embed-text`. */
function canonicalModelName(name: string): string {
  const short = name.replace(/^registry\.ollama\.ai\/(?=[^/]+\/)/, "").replace(/^library\/(?=[^/]+$)/, "");
  return /:[^/]*$/.test(short) ? short : `${short}:latest`;
}
