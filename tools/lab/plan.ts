import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { overlap } from "../../src/schemas/ipv4.ts";
import { replaceFile } from "../toolchain/replace-file.ts";
import { type BackendName, backendName } from "./backend.ts";
import { checkName, type Host, isName, type Lab, labNamed, labsFolder } from "./place.ts";
import { addressIn, chooseSubnet, routedSubnets } from "./subnet.ts";
import { type SystemName, systemName } from "./system.ts";

/** What a lab is to be: chosen once, kept in its `lab.json`. */
export interface Plan {
  readonly lab: string;
  readonly subnet: string;
  readonly hosts: readonly Host[];
  readonly backend: BackendName;
}

const planSchema = z.object({
  lab: z.string(),
  subnet: z.string(),
  hosts: z.array(
    z.object({
      name: z.string(),
      address: z.string(),
      system: systemName.default("debian"),
      base: z.string().optional(),
    }),
  ),
  backend: backendName.default("nspawn"),
});

/** What a new lab, or a new host of one, is to be. */
export interface Wanted {
  /** @default debian */
  readonly system?: SystemName;
  /** @default nspawn */
  readonly backend?: BackendName;
  /** Root to begin with, for hosts of nspawn: one, or one for each by its name. @default that of the system */
  readonly base?: string | Readonly<Record<string, string>>;
}

/** Last numbers of the addresses of the usual hosts; any other host gets the next free one. */
const numbers: Readonly<Record<string, number>> = { control: 11, inference: 12, storage: 13 };
export const usualHosts: readonly string[] = Object.keys(numbers);

const file = (lab: Lab) => join(lab.folder, "lab.json");

/** The recorded plan, or `undefined` for a lab that does not exist. */
export async function readPlan(lab: Lab): Promise<Plan | undefined> {
  const text = await readFile(file(lab), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return planSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file(lab)} is damaged: npx groundwork lab down --lab ${lab.name}`, { cause });
  }
}

/** The recorded plan. @throws Error that says how to make the lab. */
export async function requirePlan(lab: Lab): Promise<Plan> {
  const plan = await readPlan(lab);
  if (!plan) throw new Error(`there is no lab "${lab.name}": npx groundwork lab up --lab ${lab.name}`);
  return plan;
}

/** The host of that name. @throws Error that names those there are. */
export function hostOf(plan: Plan, name: string): Host {
  const host = plan.hosts.find((each) => each.name === name);
  if (!host)
    throw new Error(
      `lab "${plan.lab}" has no host "${name}"; it has ${plan.hosts.map((each) => each.name).join(", ")}`,
    );
  return host;
}

/**
 * Records a plan that has at least the hosts called `names`; hosts and subnet of an older plan stay.
 *
 * @param wanted system of hosts that are new, and back end of a lab that is
 */
export async function makePlan(lab: Lab, names: readonly string[], wanted: Wanted = {}): Promise<Plan> {
  const { system = "debian", backend = "nspawn" } = wanted;
  const before = await readPlan(lab);
  const routes = await routedSubnets(lab.tag);
  const subnet =
    before?.subnet ?? chooseSubnet(lab, [...routes.map((route) => route.subnet), ...(await otherSubnets(lab))]);
  const rival = routes.find((route) => overlap(route.subnet, subnet));
  if (rival) {
    const way =
      lab.name === "default"
        ? "use another lab (--lab NAME)"
        : `remove this lab (npx groundwork lab down --lab ${lab.name})`;
    throw new Error(
      `lab "${lab.name}" has ${subnet}, and ${rival.link} routes ${rival.subnet}: take that down, or ${way}`,
    );
  }

  if (before && wanted.backend && wanted.backend !== before.backend) {
    throw new Error(
      `lab "${lab.name}" runs on ${before.backend}; take it down first: npx groundwork lab down --lab ${lab.name}`,
    );
  }
  const plan = {
    lab: lab.name,
    subnet,
    hosts: withHosts(before?.hosts ?? [], names, subnet, { system, base: wanted.base }),
    backend: before?.backend ?? backend,
  };
  const text = `${JSON.stringify(plan, undefined, 2)}\n`;
  if (JSON.stringify(before) !== JSON.stringify(plan)) await replaceFile(file(lab), text, 0o600);
  return plan;
}

function withHosts(
  hosts: readonly Host[],
  names: readonly string[],
  subnet: string,
  { system, base }: Wanted & Pick<Host, "system">,
): Host[] {
  const all = [...hosts];
  for (const name of names) {
    checkName("host", name);
    if (all.some((host) => host.name === name)) continue;
    let number = numbers[name] ?? 14;
    while (all.some((host) => host.address === addressIn(subnet, number))) number++;
    all.push({ name, address: addressIn(subnet, number), system, base: typeof base === "object" ? base[name] : base });
  }
  return all.sort((one, other) => one.address.localeCompare(other.address, "en", { numeric: true }));
}

async function otherSubnets(lab: Lab): Promise<string[]> {
  const names = (await readdir(labsFolder())).filter((name) => isName(name) && name !== lab.name);
  const plans = await Promise.all(names.map((name) => readPlan(labNamed(name))));
  return plans.flatMap((plan) => plan?.subnet ?? []);
}
