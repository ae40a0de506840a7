import { setTimeout } from "node:timers/promises";

import { kesKeySchema } from "../../schemas/kes-key.ts";
import { HostError, Unobservable } from "../errors.ts";
import type { Answer, Command, Host } from "../host.ts";
import {
  createKey,
  deleteKey,
  description,
  keysFact,
  listing,
  listKeys,
  messageOf,
  NO_KES,
  type Reply,
  repliesOf,
} from "../platforms/posix/kes.ts";
import { defineResource } from "../resource.ts";

/** How long a server that starts is waited for. */
const patienceMs = 30_000;
const pauseMs = 500;

/** What an import knows of the client. */
const defaultClient = kesKeySchema.inputs.shape.client.parse(undefined);

/** Holds a key in KES: that it exists, never what it is. */
export default defineResource(kesKeySchema, {
  name: ({ name }) => name,
  holds: ({ name, client }) => [`key ${name} of the KES of ${client}`],
  identify: (name) => ({ name, client: defaultClient }),

  async observe(host, { name, client }) {
    const told = await host.read(keysFact(client), name);
    if ("unavailable" in told) throw new Unobservable(host.name, `KES does not answer: ${told.unavailable}`);
    const { reply } = told;
    if (reply.status === 404) return undefined;
    const { algorithm, created_at, created_by } = description.parse(granted(host, `describe key ${name}`, reply));
    return { host: host.name, name, algorithm, createdAt: created_at, createdBy: created_by };
  },

  async reconcile(host, { name, client, material }, observed) {
    if (!observed) granted(host, `create key ${name}`, await ask(host, createKey(client, name, material)));
    host.remember(keysFact(client), name);
  },

  async remove(host, { name, client, destroyOnDelete }) {
    if (destroyOnDelete) {
      const reply = await ask(host, deleteKey(client, name));
      if (reply.status !== 404) granted(host, `delete key ${name}`, reply);
    }
    host.forget(keysFact(client), name);
  },

  async list(host) {
    const reply = said(host, await host.ask(listKeys(defaultClient)));
    return listing.parse(granted(host, "list keys", reply)).names ?? [];
  },
});

/** Waits for a server that starts. */
async function ask(host: Host, command: Command): Promise<Reply> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const answer = await host.run(command);
    if (answer.exitCode !== NO_KES || Date.now() >= until) return said(host, answer);
    host.progress("waiting for KES");
    await setTimeout(pauseMs);
  }
}

function said(host: Host, answer: Answer): Reply {
  if (answer.exitCode === NO_KES) throw new Unobservable(host.name, `KES does not answer: ${answer.stderr.trim()}`);
  const [reply] = repliesOf(answer);
  if (!reply) throw new HostError(host.name, "KES gave no answer");
  return reply;
}

function granted(host: Host, what: string, reply: Reply): unknown {
  if (reply.status === 200) return reply.body;
  const advice =
    reply.status === 403 ? ". Use the client of the server's admin, or allow it in this client's policy" : "";
  throw new HostError(host.name, `KES did not ${what}: ${messageOf(reply)}${advice}`);
}
