// What package sets want of the package manager. Those of one host share its runs.
import { HostError } from "../errors.ts";
import type { Command, Host } from "../host.ts";
import { Orders } from "../orders.ts";
import type { Doings, InstallOptions, WantedPackage } from "../platforms/platform.ts";
import { same } from "../values.ts";
import {
  areNone,
  inTurn,
  ofEach,
  readRecord,
  recordedSets,
  removeRecord,
  wants,
  writeRecord,
} from "./package-record.ts";

interface Install {
  /** On whose behalf, and who is told how it goes. */
  readonly host: Host;
  readonly packages: readonly WantedPackage[];
  readonly options: InstallOptions;
}

export const install = (order: Install): Promise<void> => order.host.shared(installs).add(order);

const installs = () =>
  new Orders<Install>(
    ({ host, packages, options }) => change(host, host.platform.packages.install(packages, options)),
    joinedInstall,
  );

function joinedInstall(orders: readonly Install[]): Install | undefined {
  const [first, ...others] = orders as readonly [Install, ...Install[]];
  const options = { ...first.options, lockTimeoutSec: Math.max(...orders.map((each) => each.options.lockTimeoutSec)) };
  const versions = new Map<string, string | undefined>();
  for (const { packages, options: own } of orders) {
    if (!same({ ...own, lockTimeoutSec: options.lockTimeoutSec }, options)) return undefined;
    for (const { name, version } of packages) {
      if (versions.has(name) && versions.get(name) !== version) return undefined;
      versions.set(name, version);
    }
  }
  for (const { host } of others) host.progress(`installed in one run: ${[...versions.keys()].join(", ")}`);
  return { host: first.host, packages: [...versions].map(([name, version]) => ({ name, version })), options };
}

/** What a set no longer wants. */
interface Leave {
  readonly set: string;
  /** What it did itself. */
  readonly own: Doings;
  /** The set itself goes. */
  readonly whole: boolean;
}

interface Removal {
  readonly host: Host;
  readonly leaves: readonly Leave[];
  readonly lockTimeoutSec: number;
}

/** Takes back what no other set of the host wants too; what one wants becomes its own, to take back when it goes in turn. */
export const remove = (order: Removal): Promise<void> => order.host.shared(removals).add(order);

const removals = () =>
  new Orders<Removal>(removeOwn, (orders) => ({
    host: orders[0]!.host,
    leaves: orders.flatMap(({ leaves }) => leaves),
    lockTimeoutSec: Math.max(...orders.map((each) => each.lockTimeoutSec)),
  }));

const removeOwn = (removal: Removal): Promise<void> => inTurn(removal.host, () => removeUnwanted(removal));

async function removeUnwanted({ host, leaves, lockTimeoutSec }: Removal): Promise<void> {
  const going = leaves.filter(({ whole }) => whole).map(({ set }) => set);
  const staying = (await recordedSets(host)).filter((set) => !going.includes(set));
  const records = await Promise.all(staying.map(async (set) => ({ set, record: await readRecord(host, set) })));
  const left = ofEach((doing) => leaves.flatMap(({ own }) => own[doing]));
  const unwanted = ofEach((doing) =>
    left[doing].filter((name) => !records.some(({ record }) => record && wants(record.packages, doing, name))),
  );
  if (!areNone(unwanted)) await change(host, host.platform.packages.remove(unwanted, { lockTimeoutSec }));

  for (const { set, record } of records) {
    if (!record) continue;
    const dropped = leaves.find((leave) => leave.set === set)?.own;
    const own = ofEach((doing) => [
      ...record[doing].filter((name) => !dropped?.[doing].includes(name)),
      ...left[doing].filter((name) => wants(record.packages, doing, name)),
    ]);
    const next = { packages: record.packages, ...own };
    if (!same(next, record)) await writeRecord(host, set, next);
  }
  for (const set of going) await removeRecord(host, set); // last: after a crash nothing is owned by nobody
}

async function change(host: Host, command: Command): Promise<void> {
  const { failure, failureCodes } = host.platform.packages;
  const answer = await host.run(command);
  if (failureCodes.includes(answer.exitCode)) throw new HostError(host.name, failure(answer));
}
