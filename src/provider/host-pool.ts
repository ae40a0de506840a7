// One connection per host and process, opened when the first resource asks.
import { hostname, userInfo } from "node:os";

import type { ProviderConfig } from "../schemas/host.ts";
import { HostError, NoSuchHost } from "./errors.ts";
import type { Host } from "./host.ts";
import { HostSession, LiveHost } from "./live-host.ts";
import { platformOf } from "./platforms/index.ts";
import type { Connect } from "./transports/runner.ts";

export class HostPool {
  readonly #config: ProviderConfig;
  readonly #connect: Connect;
  readonly #sessions = new Map<string, Promise<HostSession>>();
  #cancelled = false;

  constructor(config: ProviderConfig, connect: Connect) {
    this.#config = config;
    this.#connect = connect;
  }

  get offline(): boolean {
    return this.#config.offline;
  }

  get names(): string[] {
    return Object.keys(this.#config.hosts);
  }

  /** What is wrong with a name that no host has; offline, none is asked for. */
  missing(name: string): NoSuchHost | undefined {
    if (this.offline || Object.hasOwn(this.#config.hosts, name)) return undefined;
    const there = this.names.join(", ") || "none";
    return new NoSuchHost(name, `no such host in the provider's \`hosts\`; there are: ${there}`);
  }

  /** A failed connection is not tried again in this process: the others that need the host fail at once. */
  async host(name: string, progress: Host["progress"], isHeld?: Host["isHeld"]): Promise<Host> {
    if (this.offline) {
      throw new HostError(name, "`offline` is set: no host is contacted, so nothing is read or changed there");
    }
    let session = this.#sessions.get(name);
    if (!session) {
      session = this.#open(name);
      this.#sessions.set(name, session);
    }
    return new LiveHost(await session, progress, isHeld);
  }

  cancel(): void {
    this.#cancelled = true;
    for (const session of this.#sessions.values()) {
      session.then(
        (open) => open.cancel(),
        () => undefined, // not connected: nothing to cancel
      );
    }
  }

  async close(): Promise<void> {
    const sessions = await Promise.allSettled(this.#sessions.values());
    this.#sessions.clear();
    await Promise.allSettled(sessions.map((session) => session.status === "fulfilled" && session.value.close()));
  }

  async #open(name: string): Promise<HostSession> {
    const connection = this.#config.hosts[name];
    const missing = this.missing(name);
    if (missing || !connection) throw missing;
    if (this.#cancelled) throw new HostError(name, "cancelled before it was connected");
    const runner = await this.#connect(name, connection);
    const platform = platformOf(connection.platform);
    const owner = `groundwork of ${userInfo().username}@${hostname()}, process ${process.pid}`;
    const { serialNumber } = connection;
    const session = new HostSession(name, platform, runner, owner, serialNumber);
    try {
      await session.read(platform.identity, "");
      if (serialNumber !== undefined) await requireSerial(session, serialNumber);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }
}

/** Before anything else is asked or changed there. */
async function requireSerial(session: HostSession, wanted: string): Promise<void> {
  const { serialNumber } = await session.read(session.platform.machine, "/");
  if (serialNumber === wanted) return;
  const found = serialNumber === undefined ? "it reports no serial number" : `its serial number is ${serialNumber}`;
  throw new HostError(
    session.name,
    `is not the machine that its connection names: ${found}, but ${wanted} is wanted; correct \`serialNumber\` or the address`,
  );
}
