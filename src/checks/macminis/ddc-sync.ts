import { type Check, error, mend } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** Nothing leaves the office unencrypted. */
export const ddcSync: Check<MacminisModel> = {
  id: "MM-18",
  waivable: false,
  findings({ declared: { services, features }, database: { backup } }) {
    const { ddc, kes } = services;
    if (!ddc?.sync) return [];
    if (!features.kes || !kes?.enabled) {
      return [
        error(
          `ddc.sync needs kes: text would leave unencrypted. Enable services.kes, test a round trip, set features.kes; until then: ${mend("services.ddc.sync", "false")}`,
        ),
      ];
    }
    const agent = kes.agents[ddc.agent];
    const lacking = [
      ...(agent ? missingRights(ddc.agent, ddc.key, agent) : [`an agent: services.kes.agents.${ddc.agent}`]),
      ...(ddc.key in kes.keys ? [] : [`a key: services.kes.keys.${ddc.key}`]),
      ...(ddc.dumps && !backup ? [`dumps: ${mend("services.postgres.backup.host", "HOST")}`] : []),
      ...(ddc.dumps && agent && backup && agent.host !== backup.host
        ? [
            `its agent ${ddc.agent} on ${backup.host}, which keeps the dumps: ${mend(`services.kes.agents.${ddc.agent}.host`, backup.host)}`,
          ]
        : []),
    ];
    return lacking.map((what) => error(`ddc.sync needs ${what}`));
  },
};

/** An agent seals and opens. */
function missingRights(name: string, key: string, { keys, operations }: { keys: string[]; operations: string[] }) {
  const may = keys.some((one) => one === key || (one.endsWith("*") && key.startsWith(one.slice(0, -1))));
  const wanted = ["encrypt", "decrypt"].filter((operation) => !may || !operations.includes(operation));
  return wanted.length > 0
    ? [`the right of its agent to ${wanted.join(" and ")} with ${key}: services.kes.agents.${name}`]
    : [];
}
