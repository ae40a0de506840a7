import { resources } from "../../src/provider/registry.ts";
import type { Resource } from "../../src/provider/resource.ts";
import type { Values } from "../../src/provider/values.ts";
import { type ContractCase, type ContractPlatform, type Place, places } from "./contract-case.ts";

/** The host of all cases. */
export const host = "contract";

export interface Contract extends ContractCase {
  readonly kind: string;
  readonly resource: Resource;
}

/** A case for every registered type of a platform, in an order in which they can be made; throws where there is none. */
export async function contracts(platform: ContractPlatform): Promise<Contract[]> {
  const found = await Promise.all(
    resources.map(async (resource): Promise<Contract> => {
      const { kind, type } = resource.schema;
      const loaded = await import(`./cases/${kind}.ts`).catch((error: Error) => {
        throw new Error(`${type} needs a case: tests/contract/cases/${kind}.ts`, { cause: error });
      });
      return { ...(loaded.default as (place: Place) => ContractCase)(places[platform]), kind, resource };
    }),
  );
  return sorted(found.filter(({ platforms }) => !platforms || platforms.includes(platform)));
}

/** The inputs as the engine would hand them to the provider: checked, with defaults. */
export const desiredOf = ({ resource, args }: Contract): Values =>
  resource.schema.inputs.parse({ ...args, host }) as Values;

function sorted(all: readonly Contract[]): Contract[] {
  const done: Contract[] = [];
  const visit = (contract: Contract): void => {
    if (done.includes(contract)) return;
    for (const kind of contract.after ?? []) {
      const needed = all.find((each) => each.kind === kind);
      if (!needed) throw new Error(`the case of ${contract.kind} needs one of ${kind}`);
      visit(needed);
    }
    done.push(contract);
  };
  for (const contract of all) visit(contract);
  return done;
}
