import { type Check, error } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** What the target's documents write where an agent's own name is to stand. */
const placeholders = ["agent-123", "agent-456", "agent-789"];

/** Whoever may use keys is somebody. */
export const placeholderAgents: Check<MacminisModel> = {
  id: "GW-07",
  waivable: true,
  findings: ({ declared: { services } }) =>
    Object.keys(services.kes?.agents ?? {})
      .filter((name) => placeholders.includes(name))
      .map((name) =>
        error(
          `the agent ${name} is a placeholder: declare it by its own name, such as sot-query-agent, and remove this one: pulumi config rm --path 'groundwork:services.kes.agents.${name}'`,
        ),
      ),
};
