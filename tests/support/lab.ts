import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { fullEnvironment, quote } from "../../tools/lab/environment.ts";
import { down, reset, up } from "../../tools/lab/lab.ts";
import { lock } from "../../tools/lab/lock.ts";
import { labFiles, labNamed } from "../../tools/lab/place.ts";
import { hostOf, type Wanted } from "../../tools/lab/plan.ts";
import { nspawnObstacle } from "../../tools/lab/requirements.ts";
import { inside } from "./inside.ts";

/** Why this machine cannot run lab hosts, for the title of a skipped test; empty when it can. */
export const whyNoLab: string = nspawnObstacle() ?? "";
export const canRunLab: boolean = whyNoLab === "";

export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Test files that share a lab take turns. */
const turns = new Map<string, Promise<() => Promise<void>>>();

async function takeTurn(name: string): Promise<void> {
  if (!turns.has(name)) turns.set(name, lock(join(tmpdir(), `groundwork-${name}.turn`)));
  await turns.get(name);
}

/** Lets other test files have the labs that this one leaves running. */
export async function endTurns(): Promise<void> {
  for (const name of [...turns.keys()]) await endTurn(name);
}

async function endTurn(name: string): Promise<void> {
  await (await turns.get(name))?.();
  turns.delete(name);
}

/** A lab of a test's own. */
export interface TestLab {
  readonly folder: string;
  /** Such as `198.18.7.0/24`. */
  readonly subnet: string;
  readonly sshConfig: string;
  readonly knownHosts: string;
  /** Private key that root and operator of every host accept. */
  readonly key: string;
  /** What `pulumi` needs: backend, passphrase file, PATH. */
  readonly env: Record<string, string>;
  address(host: string): string;
  /** Runs an argv on a host as root, without a login; a failing command is an answer, not an error. */
  run(host: string, argv: readonly string[], options?: { input?: string }): Promise<Answer>;
  /** The same through the system's `ssh`, where that is what counts, or what is done on the host is to sync nothing. */
  ssh(host: string, argv: readonly string[], options?: { input?: string }): Promise<Answer>;
  /** Copies a file or folder of this machine to a place on a host, as root. */
  copy(from: string, host: string, to: string): Promise<void>;
  /** Makes a host as freshly installed: about 2 s. */
  reset(host: string): Promise<void>;
  /** Removes the lab with all its files. Leave it out to let the next test file find it running. */
  stop(): Promise<void>;
}

/**
 * Brings up the lab `test-...`, or takes the running one as it is: `reset` the hosts whose past matters. @default all usual hosts
 *
 * @param fresh from nothing: what a run that was ended left behind is removed, once nobody else uses the lab. @default false
 */
export async function startLab(
  name: string,
  { hosts, fresh = false, ...wanted }: { hosts?: readonly string[]; fresh?: boolean } & Wanted = {},
): Promise<TestLab> {
  if (!name.startsWith("test-")) throw new Error(`lab "${name}": tests use labs called test-..., never the newcomer's`);
  const lab = labNamed(name);
  await takeTurn(name);
  if (fresh) await down(name);
  const plan = await up(name, hosts, wanted);
  const { sshConfig, knownHosts, key } = labFiles(lab);
  return {
    folder: lab.folder,
    subnet: plan.subnet,
    sshConfig,
    knownHosts,
    key,
    env: fullEnvironment(lab),
    address: (host) => hostOf(plan, host).address,
    run: (host, argv, { input = "" } = {}) => inside(lab, hostOf(plan, host), argv, input),
    async ssh(host, argv, { input } = {}) {
      const words = ["-F", sshConfig, hostOf(plan, host).name, argv.map(quote).join(" ")];
      const { stdout, stderr, exitCode, message } = await execa("ssh", words, { input: input ?? "", reject: false });
      if (exitCode === undefined || exitCode === 255) throw new Error(`${host}: ${message}`);
      return { stdout, stderr, exitCode };
    },
    async copy(from, host, to) {
      await execa("scp", ["-q", "-r", "-F", sshConfig, from, `root@${hostOf(plan, host).name}:${to}`]);
    },
    reset: (host) => reset(name, host),
    async stop() {
      await down(name);
      await endTurn(name);
    },
  };
}
