// How far groundwork is from the least that the engine itself takes: the same program, engine and backend with
// groundwork on a lab host and with a provider that does nothing, in turns; medians.
//
//   npm run bench:floor -- [--json] [--rounds 3]
import { join } from "node:path";
import { parseArgs } from "node:util";

import { startLab } from "../tests/support/lab.ts";
import { type Project, startProject } from "../tests/support/project.ts";
import { root } from "../tools/toolchain/places.ts";

const kinds = ["groundwork", "null"] as const;
type Kind = (typeof kinds)[number];
type Seconds = Record<Kind, number[]>;

/** Files whose drift is looked for, and files that a first `up` makes. */
const manyFiles = 1000;
const newFiles = 500;
const host = "bench";

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, rounds: { type: "string", default: "3" } },
});
const rounds = Number(values.rounds);

const lab = await startLab("test-bench", { hosts: [host] });
const connections = { [host]: { platform: "debian", address: host, user: "root", sshConfig: lab.sshConfig } };
const projects: Project[] = [];

try {
  await remote("rm", "-rf", "/srv/floor");
  const { refresh, preview } = await drift();
  const converge = await firstUp();
  report({ refresh, preview, converge });
} finally {
  for (const project of projects) await project.remove();
  await lab.stop();
}

/** Both ways to look for drift in `manyFiles`, none of which changed. */
async function drift(): Promise<{ refresh: Seconds; preview: Seconds }> {
  const refresh: Seconds = { groundwork: [], null: [] };
  const preview: Seconds = { groundwork: [], null: [] };
  const stacks = await both("drift", manyFiles);
  for (const kind of kinds) {
    await stacks[kind].succeed(["up", "--yes", "--skip-preview"], { env: { PULUMI_SKIP_CHECKPOINTS: "true" } });
  }
  for (let round = 0; round < rounds; round++) {
    for (const kind of inTurn(round)) {
      refresh[kind].push(await timed(stacks[kind], ["refresh", "--preview-only", "--expect-no-changes"]));
      preview[kind].push(await timed(stacks[kind], ["preview", "--expect-no-changes"]));
    }
  }
  return { refresh, preview };
}

/** A first `up` of `newFiles`, with the state written after each step as usual. */
async function firstUp(): Promise<Seconds> {
  const converge: Seconds = { groundwork: [], null: [] };
  for (let round = 0; round < rounds; round++) {
    const stacks = await both(`up-${round}`, newFiles);
    for (const kind of inTurn(round)) converge[kind].push(await timed(stacks[kind], ["up", "--yes", "--skip-preview"]));
  }
  return converge;
}

/** The same program with each provider, of files in a directory of their own. */
async function both(name: string, count: number): Promise<Record<Kind, Project>> {
  const directory = `/srv/floor/${name}`;
  await remote("mkdir", "-p", directory);
  const start = async (kind: Kind) => {
    const path = kind === "null" ? join(root, "bench/plugin") : join(root, "plugin");
    const project = await startProject({
      provider: { name: kind, path },
      program: program(kind, directory, count),
      ownProcess: true,
    });
    projects.push(project);
    return project;
  };
  return { groundwork: await start("groundwork"), null: await start("null") };
}

function program(kind: Kind, directory: string, count: number): string {
  return `
import * as pulumi from "@pulumi/pulumi";

const hosts = pulumi.secret(${JSON.stringify(JSON.stringify(connections))});
const provider = new pulumi.ProviderResource("${kind}", "hosts", { hosts, offline: "false" });
for (let number = 0; number < ${count}; number++) {
  const args = { host: "${host}", path: \`${directory}/\${number}\`, content: \`line \${number}\\n\`.repeat(20) };
  new pulumi.CustomResource("${kind}:posix:File", \`file-\${number}\`, args, { provider });
}
`;
}

/** Whoever goes second finds warmer caches. */
function inTurn(round: number): readonly Kind[] {
  return round % 2 === 0 ? kinds : kinds.toReversed();
}

async function timed(project: Project, args: readonly string[]): Promise<number> {
  const started = performance.now();
  await project.succeed(args);
  return (performance.now() - started) / 1000;
}

async function remote(...argv: string[]): Promise<void> {
  const { exitCode, stderr } = await lab.ssh(host, argv);
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
}

function report(times: { refresh: Seconds; preview: Seconds; converge: Seconds }): void {
  const rows = Object.entries(times).map(([what, { groundwork, null: floor }]) => {
    const seconds = { groundwork: round(median(groundwork)), floor: round(median(floor)) };
    return { what, ...seconds, ratio: round(seconds.groundwork / seconds.floor) };
  });
  for (const { what, groundwork, floor, ratio } of rows) {
    console.error(`${what.padEnd(10)} groundwork ${groundwork} s   floor ${floor} s   ratio ${ratio}`);
  }
  const ratios = Object.fromEntries(rows.map(({ what, ratio }) => [`${what}Ratio`, ratio]));
  if (values.json) console.log(JSON.stringify({ ...ratios, times }));
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
