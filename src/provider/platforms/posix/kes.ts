// KES' HTTP API, as commands of the helper's library.
import { z } from "zod";

import type { Answer, Command, Fact } from "../../host.ts";
import { linesIn } from "../../lines.ts";

/** Exit code where no server answers, or where the client's files are not there yet. */
export const NO_KES = 69;

export interface Reply {
  /** HTTP. */
  readonly status: number;
  readonly body: unknown;
}

const ask = (client: string, method: string, paths: readonly string[], body?: string): Command => ({
  argv: ["gw_kes", client, method, ...paths],
  exitCodes: [0, 1, NO_KES],
  ...(body !== undefined && { stdin: body }),
});

export const listKeys = (client: string): Command => ask(client, "GET", ["/v1/key/list/*"]);
export const deleteKey = (client: string, name: string): Command => ask(client, "DELETE", [`/v1/key/delete/${name}`]);
/** From material in base64, which then travels on standard input; otherwise KES makes the key. */
export const createKey = (client: string, name: string, material?: string): Command =>
  material === undefined
    ? ask(client, "PUT", [`/v1/key/create/${name}`], "")
    : ask(client, "PUT", [`/v1/key/import/${name}`], JSON.stringify({ key: material, cipher: "AES256" }));

/** Replies by name of the key, or why KES gave none. */
export type Told = { readonly reply: Reply } | { readonly unavailable: string };

/** Of one client, since what a client may see is its server's and its policy's matter. */
export const keysFact = (client: string): Fact<Told> => ({
  name: `kes-keys-${client.replaceAll("/", "-")}`,
  manifest: true,
  command: (names) =>
    ask(
      client,
      "GET",
      names.map((name) => `/v1/key/describe/${name}`),
    ),
  parse(answer, names) {
    if (answer.exitCode === NO_KES) return new Map(names.map((name) => [name, { unavailable: answer.stderr.trim() }]));
    const replies = repliesOf(answer);
    if (replies.length !== names.length) throw new Error(`KES gave ${replies.length} answers for ${names.length} keys`);
    return new Map(names.map((name, index) => [name, { reply: replies[index] as Reply }]));
  },
});

/** @throws Error where curl did not get through to an answer */
export function repliesOf({ exitCode, stdout, stderr }: Answer): Reply[] {
  if (exitCode !== 0) throw new Error(`KES cannot be asked: ${stderr.trim()}`);
  const replies: Reply[] = [];
  let body = ""; // may span lines
  for (const line of linesIn(stdout)) {
    if (/^\d{3}$/.test(line)) {
      replies.push({ status: Number(line), body: json(body) });
      body = "";
    } else {
      body += line;
    }
  }
  return replies;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const description = z.object({
  name: z.string(),
  algorithm: z.string(),
  created_at: z.string(),
  created_by: z.string(),
});

export const listing = z.object({ names: z.array(z.string()).nullable() });

const failure = z.object({ message: z.string() });

/** What KES says of a request that it did not grant. */
export const messageOf = ({ status, body }: Reply): string =>
  `${failure.safeParse(body).data?.message ?? (body || "nothing")} (status ${status})`;
