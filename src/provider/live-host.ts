// A connected host: questions coalesced and remembered, writes under the host's lock.
import DataLoader from "dataloader";

import { CommandFailed, HostError } from "./errors.ts";
import type { Answer, Command, Fact, Host, Spared } from "./host.ts";
import { linesIn } from "./lines.ts";
import type { Platform } from "./platforms/platform.ts";
import type { Runner } from "./transports/runner.ts";
import { same } from "./values.ts";

/** Milliseconds to wait for others that ask the same fact: the engine's calls arrive one by one. */
const GATHER_MS = 2;

/** Milliseconds to collect what the manifests on the host are to be told: they only speed the next run up. */
const NOTE_MS = 200;

/** Exit code of `gw_lock` while somebody else holds the lock (EX_TEMPFAIL, sysexits.h). */
const LOCKED = 75;

/** Answers of one fact: those that are known, and whoever asks for more. */
interface Facts {
  readonly known: Map<string, Promise<unknown>>;
  readonly loader: DataLoader<string, unknown>;
}

/** What all resources of one host share for the life of the provider process. */
export class HostSession {
  readonly name: string;
  readonly platform: Platform;
  readonly #runner: Runner;
  /** Who holds the host's lock while this process writes: shown to those who wait. */
  readonly #owner: string;
  readonly pinnedSerial: string | undefined;
  #facts = new Map<string, Facts>();
  /** Requests that the helper has not answered yet; it answers one after the other. */
  readonly #asked = new Set<Promise<void>>();
  #notes: { readonly argv: readonly string[]; readonly keys: string[] }[] = [];
  readonly #shared = new Map<() => unknown, unknown>();
  #written = false;
  #lock: Promise<void> | undefined;
  #cancelled = false;

  constructor(name: string, platform: Platform, runner: Runner, owner: string, pinnedSerial?: string) {
    this.name = name;
    this.pinnedSerial = pinnedSerial;
    this.platform = platform;
    this.#runner = runner;
    this.#owner = owner;
  }

  read<Value>(fact: Fact<Value>, key: string): Promise<Value> {
    let facts = this.#facts.get(fact.name);
    if (!facts) {
      facts = this.#loader(fact);
      this.#facts.set(fact.name, facts);
    }
    // DataLoader itself would hold back what is known until its next batch.
    return (facts.known.get(key) ?? facts.loader.load(key)) as Promise<Value>;
  }

  async ask(command: Command, progress: (line: string) => void): Promise<Answer> {
    const answer = await (command.long ? this.#runner.long(command, progress) : this.#request(command));
    return this.#accept(command, answer);
  }

  /** @param begun whether who writes has written before */
  async readyToWrite(begun: boolean): Promise<void> {
    this.#refuseCancelled(begun);
    this.#lock ??= this.#takeLock();
    await this.#lock;
    this.#refuseCancelled(begun); // the lock may have taken its time
  }

  async write(command: Command, progress: (line: string) => void, spared?: Spared): Promise<Answer> {
    try {
      return await this.ask({ ...command, heldBy: this.#owner }, progress);
    } finally {
      this.#written = true;
      this.#forget(spared);
    }
  }

  /** No more than the one request: the lock is ours already, or nobody's. */
  async runAnew(command: Command): Promise<Answer> {
    const runner = await this.#runner.another();
    try {
      return this.#accept(command, await runner.request(command));
    } finally {
      await runner.close();
      this.#forget(undefined);
    }
  }

  shared<Value>(make: () => Value): Value {
    if (!this.#shared.has(make)) this.#shared.set(make, make());
    return this.#shared.get(make) as Value;
  }

  /** Adds to, or drops from, the list of what is managed of a fact. */
  note(change: "add" | "drop", fact: string, key: string): void {
    const argv = [`gw_manifest_${change}`, fact];
    const last = this.#notes.at(-1);
    if (last && same(last.argv, argv)) {
      last.keys.push(key);
      return;
    }
    if (!last) setTimeout(() => this.#sendNotes(), NOTE_MS).unref();
    this.#notes.push({ argv, keys: [key] });
  }

  /** Starts no further write; the one under way finishes. */
  cancel(): void {
    this.#cancelled = true;
  }

  async close(): Promise<void> {
    await this.#sendNotes();
    await this.#runner.close();
  }

  #accept(command: Command, answer: Answer): Answer {
    if (!(command.exitCodes ?? [0]).includes(answer.exitCode)) throw new CommandFailed(this.name, command, answer);
    return answer;
  }

  #request(command: Command): Promise<Answer> {
    const answer = this.#runner.request(command);
    const end = () => void this.#asked.delete(ended);
    const ended: Promise<void> = answer.then(end, end); // whoever asked is told how
    this.#asked.add(ended);
    return answer;
  }

  /** Only speed is lost with a note; the next write or read will say what is wrong with the host. */
  async #sendNotes(): Promise<void> {
    const notes = this.#notes;
    this.#notes = [];
    await Promise.allSettled(notes.map(({ argv, keys }) => this.#request({ argv, stdin: `${keys.join("\n")}\n` })));
  }

  #forget(spared: Spared | undefined): void {
    const kept = (spared?.facts ?? []).flatMap(({ name }) => {
      const facts = this.#facts.get(name);
      facts?.known.delete(spared?.key ?? "");
      return facts ? [[name, facts] as const] : [];
    });
    this.#facts = new Map(kept);
  }

  /** While the helper is busy a question would only wait in line; so it waits for company instead. */
  #gather(send: () => void): void {
    if (this.#asked.size === 0) setTimeout(send, GATHER_MS);
    else void Promise.all(this.#asked).then(send);
  }

  #loader<Value>(fact: Fact<Value>): Facts {
    const known: Facts["known"] = new Map();
    let first = !this.#written; // after a write, only what is asked for is worth the time
    const loader: DataLoader<string, unknown> = new DataLoader(
      async (keys) => {
        const asked = [...keys];
        const managed = first && fact.manifest ? await this.#manifest(fact.name) : [];
        first = false;
        const all = [...new Set([...asked, ...managed])];
        const command = fact.command(all);
        const answer = await this.#request(command);
        const found = this.#understand(fact, answer, all);
        for (const key of managed) if (found.has(key)) loader.prime(key, found.get(key));
        return asked.map((key) => (found.has(key) ? found.get(key) : this.#unknown(fact, key, answer)));
      },
      { batchScheduleFn: (send) => this.#gather(send), cacheMap: known },
    );
    return { known, loader };
  }

  /** What a parser refuses, it says without knowing of which host. */
  #understand<Value>(fact: Fact<Value>, answer: Answer, keys: readonly string[]): ReadonlyMap<string, Value> {
    try {
      return fact.parse(answer, keys);
    } catch (error) {
      if (error instanceof HostError || !(error instanceof Error)) throw error;
      throw new HostError(this.name, error.message);
    }
  }

  /** With what was said of it, else with the first of all that was said. */
  #unknown(fact: Fact<unknown>, key: string, { stderr }: Answer): HostError {
    const lines = linesIn(stderr);
    const about = lines.filter((line) => line.includes(key));
    const said = (about.length > 0 ? about : lines).slice(0, 3).join("; ");
    const asked = `${fact.name} ${key}`;
    return new HostError(
      this.name,
      said ? `${asked} cannot be read: ${said}; mend this, and run again` : `said nothing of ${asked}`,
    );
  }

  async #manifest(fact: string): Promise<string[]> {
    const { stdout } = await this.ask({ argv: ["gw_manifest_list", fact] }, () => undefined);
    return linesIn(stdout);
  }

  #refuseCancelled(begun: boolean): void {
    if (!this.#cancelled) return;
    const when = begun
      ? "between two steps of this change; what is done stays, run again to finish"
      : "before anything was changed; run again to finish";
    throw new HostError(this.name, `cancelled ${when}`);
  }

  async #takeLock(): Promise<void> {
    const command = { argv: ["gw_lock", this.#owner], exitCodes: [0, LOCKED] };
    const answer = await this.#request(command);
    if (answer.exitCode === 0) return;
    if (answer.exitCode !== LOCKED) throw new CommandFailed(this.name, command, answer);
    throw new HostError(this.name, `locked by ${answer.stderr.trim()}; wait for it to end, or end it, and run again`);
  }
}

/** One resource's view of its host: what it does, and where its progress is shown. */
export class LiveHost implements Host {
  readonly name: string;
  readonly platform: Platform;
  readonly pinnedSerial: string | undefined;
  readonly progress: Host["progress"];
  readonly isHeld: Host["isHeld"];
  readonly #session: HostSession;
  #begun = false;

  constructor(session: HostSession, progress: Host["progress"], isHeld: Host["isHeld"] = () => false) {
    this.name = session.name;
    this.platform = session.platform;
    this.pinnedSerial = session.pinnedSerial;
    this.progress = progress;
    this.isHeld = isHeld;
    this.#session = session;
  }

  read<Value>(fact: Fact<Value>, key: string): Promise<Value> {
    return this.#session.read(fact, key);
  }

  ask(command: Command): Promise<Answer> {
    return this.#session.ask(command, this.progress);
  }

  async run(command: Command, spared?: Spared): Promise<Answer> {
    await this.#session.readyToWrite(this.#begun);
    this.#begun = true;
    return this.#session.write(command, this.progress, spared);
  }

  runAnew(command: Command): Promise<Answer> {
    return this.#session.runAnew(command);
  }

  shared<Value>(make: () => Value): Value {
    return this.#session.shared(make);
  }

  remember(fact: Fact<unknown>, key: string): void {
    this.#session.note("add", fact.name, key);
  }

  forget(fact: Fact<unknown>, key: string): void {
    this.#session.note("drop", fact.name, key);
  }
}
