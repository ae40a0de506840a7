// What the Ollama resources share: asking a server, and telling it something.
import { ollamaServer } from "../../schemas/ollama.ts";
import { HostError, Unobservable } from "../errors.ts";
import type { Command, Fact, Host } from "../host.ts";
import { embed, embedding, errorIn, everything, split, type Told, unavailable } from "../platforms/posix/ollama.ts";

/** What an import knows of the server. */
export const defaultServer = ollamaServer.server.parse(undefined);

/** Throws `Unobservable` where no server answers. */
export async function told<Contents>(host: Host, fact: Fact<Told<Contents>>): Promise<Contents> {
  return contentsOf(host, await host.read(fact, everything));
}

/** The same, whatever it told a moment ago. */
export async function toldAnew<Contents>(host: Host, fact: Fact<Told<Contents>>): Promise<Contents> {
  const answer = fact.parse(await host.ask(fact.command([everything])), [everything]).get(everything);
  return contentsOf(host, answer ?? { unavailable: "no answer" });
}

/** Has the server do something. @param what for messages: "load tiny:latest" */
export async function tellServer(host: Host, server: string, command: Command, what: string): Promise<void> {
  const answer = await host.run(command);
  const silent = unavailable(answer, server);
  if (silent) throw new Unobservable(host.name, silent);
  const { status, body } = split(answer);
  if (status !== 200) throw new HostError(host.name, `Ollama did not ${what}: ${errorIn(body)}`);
}

/** Length of a vector that the model really makes. */
export async function dimensionOf(host: Host, server: string, model: string): Promise<number> {
  const answer = await host.ask(embed(server, model));
  try {
    return contentsOf(host, embedding(answer, server)).embeddings[0]?.length ?? 0;
  } catch (error) {
    if (error instanceof HostError || !(error instanceof Error)) throw error;
    throw new HostError(host.name, `${model} makes no embedding: ${error.message}`);
  }
}

function contentsOf<Contents>(host: Host, answer: Told<Contents>): Contents {
  if ("unavailable" in answer) throw new Unobservable(host.name, answer.unavailable);
  return answer.contents;
}
