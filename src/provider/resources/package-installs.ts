// Each run of a package manager costs seconds before it installs anything: sets that are wanted while one runs wait for it
// to end, and go together in the next.
import DataLoader from "dataloader";

import { HostError } from "../errors.ts";
import type { Command, Host } from "../host.ts";
import type { InstallOptions, WantedPackage } from "../platforms/platform.ts";
import { same } from "../values.ts";

interface Order {
  /** On whose behalf, and who is told how it goes. */
  readonly host: Host;
  readonly packages: readonly WantedPackage[];
  readonly options: InstallOptions;
}

/** Installs packages, together with what others want on this host at the moment. */
export async function install(host: Host, packages: readonly WantedPackage[], options: InstallOptions): Promise<void> {
  await host.shared(orders).load({ host, packages, options });
}

/** Runs one command of the package manager. @throws HostError that explains its failure */
export async function change(host: Host, command: Command): Promise<void> {
  const { failure, failureCodes } = host.platform.packages;
  const answer = await host.run(command);
  if (failureCodes.includes(answer.exitCode)) throw new HostError(host.name, failure(answer));
}

/** Those of one host and provider process. */
function orders(): DataLoader<Order, undefined> {
  let running: Promise<unknown> = Promise.resolve();
  return new DataLoader<Order, undefined>(
    (batch) => {
      const outcomes = carriedOut(batch);
      running = outcomes;
      return outcomes;
    },
    { cache: false, batchScheduleFn: (go) => void running.then(go) },
  );
}

/** What became of each, in their order. */
async function carriedOut(batch: readonly Order[]): Promise<(undefined | Error)[]> {
  const [first, ...others] = batch;
  if (first && others.length > 0 && agree(batch) && (await succeeds(joined(first, others)))) {
    return batch.map(() => undefined);
  }
  const outcomes: (undefined | Error)[] = []; // one by one, so that each fails for its own packages only
  for (const order of batch) outcomes.push(await verdict(order));
  return outcomes;
}

const alone = ({ host, packages, options }: Order): Promise<void> =>
  change(host, host.platform.packages.install(packages, options));

const verdict = (order: Order): Promise<undefined | Error> =>
  alone(order).then(
    () => undefined,
    (error: Error) => error,
  );

async function succeeds(order: Order): Promise<boolean> {
  const error = await verdict(order);
  if (error) order.host.progress(`not together: ${error.message}`);
  return !error;
}

/** Whether no two want one package otherwise, or packages in another way. */
function agree(batch: readonly Order[]): boolean {
  const versions = new Map<string, string | undefined>();
  return batch.every(
    ({ packages, options }) =>
      same({ ...options, lockTimeoutSec: 0 }, { ...batch[0]?.options, lockTimeoutSec: 0 }) &&
      packages.every(({ name, version }) => {
        if (versions.has(name)) return versions.get(name) === version;
        versions.set(name, version);
        return true;
      }),
  );
}

function joined(first: Order, others: readonly Order[]): Order {
  const all = [first, ...others];
  const packages = [...new Map(all.flatMap((order) => order.packages.map((each) => [each.name, each]))).values()];
  for (const { host } of others) host.progress(`installed in one run: ${packages.map(({ name }) => name).join(", ")}`);
  const lockTimeoutSec = Math.max(...all.map(({ options }) => options.lockTimeoutSec));
  return { ...first, packages, options: { ...first.options, lockTimeoutSec } };
}
