import { postgresRoleSchema } from "../../schemas/postgres-role.ts";
import { HostError } from "../errors.ts";
import { leftAsFound } from "../making.ts";
import type { RoleState } from "../platforms/posix/postgres-facts.ts";
import { dropRole, setRole } from "../platforms/posix/postgres-role.ts";
import { scramVerifier, verifies } from "../platforms/posix/scram.ts";
import { defineResource } from "../resource.ts";
import { clusterContents, defaultCluster, inCluster, write } from "./postgres-access.ts";

/** Shown in place of a password that is another one: nobody can tell which. */
const otherPassword = "(differs)";

/** Holds a role, its attributes, password and memberships. */
export default defineResource(postgresRoleSchema, {
  name: ({ name }) => name,
  holds: (desired) => [inCluster(desired, `role ${desired.name}`)],
  identify: (name) => ({ ...defaultCluster, name }),
  notesOfMaking: "postgres-roles",

  async observe(host, desired) {
    const { roles } = await clusterContents(host, desired);
    const role = roles.find(({ name }) => name === desired.name);
    if (!role) return undefined;
    const { verifier, memberOf, ...attributes } = role;
    return { ...attributes, memberOf: parents(role), password: password(verifier, desired.password) };
  },

  async reconcile(host, desired, observed) {
    const { roles, administrator } = await clusterContents(host, desired);
    if (desired.name === administrator && !desired.superuser) {
      const why = `groundwork works as role ${administrator}, which could not get that right back`;
      throw new HostError(host.name, `${why}: nothing was changed; declare \`superuser: true\` for it`);
    }
    const role = roles.find(({ name }) => name === desired.name);
    const has = role ? parents(role) : [];
    const { memberOf } = desired;
    const given = desired.password === observed?.password ? undefined : desired.password;
    if (given === otherPassword) {
      const why = `the password given for it only records that another was set, as with \`ignoreChanges\``;
      throw new HostError(host.name, `role ${desired.name} was left as it is: ${why}; declare its password`);
    }
    const change = {
      create: !observed,
      administrator: desired.administrator,
      grant: (memberOf ?? []).filter((parent) => !has.includes(parent)),
      revoke: memberOf ? (role?.memberOf ?? []).filter((membership) => !memberOf.includes(membership.role)) : [],
      ...(given !== undefined && { verifier: scramVerifier(given) }),
    };
    await write(host, desired, {
      what: `${observed ? "change" : "create"} role ${desired.name}`,
      script: setRole(desired, change),
    });
  },

  async remove(host, recorded, made) {
    const { roles } = await clusterContents(host, recorded);
    if (!roles.some(({ name }) => name === recorded.name)) return;
    if (!made) return leftAsFound(host, `role ${recorded.name}`);
    await write(host, recorded, {
      what: `drop role ${recorded.name}`,
      script: dropRole(recorded.name),
      advise: ({ message }) =>
        message.includes("depend on it")
          ? "Nothing was dropped. Give what depends on it to another role (REASSIGN OWNED BY, REVOKE), or keep the role: set `retainOnDelete`"
          : undefined,
    });
  },

  async list(host) {
    const { roles } = await clusterContents(host, defaultCluster);
    return roles.map(({ name }) => name).filter((name) => name !== "postgres");
  },
});

const parents = ({ memberOf }: RoleState): string[] => [...new Set(memberOf.map(({ role }) => role))].sort();

/** The desired password where the machine confirms it, never otherwise. */
function password(verifier: string | null, desired: string | undefined): string | undefined {
  if (verifier === null || desired === undefined) return undefined;
  return verifies(desired, verifier) ? desired : otherPassword;
}
