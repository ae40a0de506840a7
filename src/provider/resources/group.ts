import { groupSchema } from "../../schemas/group.ts";
import { linesOf } from "../lines.ts";
import { forgetMaking, leftAsFound, noteMaking, wasMade } from "../making.ts";
import { defineResource } from "../resource.ts";
import { ownGroup } from "./own-group.ts";

const notes = "groups";

/** Holds a group of users. */
export default defineResource(groupSchema, {
  name: ({ name }) => name,
  identify: (name) => ({ name }),
  notesOfMaking: notes,

  async observe(host, { name }) {
    const group = await host.read(host.platform.accounts.group, name);
    return group && { name, gid: group.gid };
  },

  async reconcile(host, { name, gid, system }, observed) {
    const { accounts } = host.platform;
    if (!observed) {
      await host.run(accounts.createGroup(name, { gid, system }));
    } else {
      if (await wasMade(host, ownGroup(name))) {
        await noteMaking(host, [notes, name]);
        await forgetMaking(host, ownGroup(name)); // the user of this name would take it along
      }
      if (gid !== undefined && gid !== observed.gid) await host.run(accounts.changeGroup(name, { gid }));
    }
    host.remember(accounts.group, name);
  },

  list: (host) => linesOf(host, host.platform.accounts.names("group")),

  async remove(host, { name }, made) {
    const { accounts } = host.platform;
    const group = await host.read(accounts.group, name);
    host.forget(accounts.group, name);
    if (!group) return;
    if (!made) return leftAsFound(host, `group ${name}`);
    const users = await linesOf(host, accounts.primaryUsers(name));
    if (users.length > 0) return host.progress(`left: group ${name} is still the primary group of ${users.join(", ")}`);
    await host.run(accounts.removeGroup(name));
  },
});
