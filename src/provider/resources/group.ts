import { groupSchema } from "../../schemas/group.ts";
import { defineResource } from "../resource.ts";
import { linesOf } from "./note.ts";

/** Notes on the host which groups are of our making. */
const kind = "groups";

/** Holds a group of users. */
export default defineResource(groupSchema, {
  name: ({ name }) => name,
  identify: (name) => ({ name }),

  async observe(host, { name }) {
    const group = await host.read(host.platform.accounts.group, name);
    return group && { name, gid: group.gid };
  },

  async reconcile(host, { name, gid, system }, observed) {
    const { accounts, records } = host.platform;
    if (!observed) {
      // First: after a crash nobody could tell who made the group.
      await host.run(records.write(kind, name, "made by groundwork\n"));
      await host.run(accounts.createGroup(name, { gid, system }));
    } else if (gid !== undefined && gid !== observed.gid) {
      await host.run(accounts.changeGroup(name, { gid }));
    }
    host.remember(accounts.group, name);
    host.remember(records.of(kind), name);
  },

  list: (host) => linesOf(host, host.platform.accounts.names("group")),

  async remove(host, { name, system }) {
    const { accounts, records } = host.platform;
    const [group, made] = await Promise.all([host.read(accounts.group, name), host.read(records.of(kind), name)]);
    if (group && made !== undefined) {
      if (system && (await linesOf(host, accounts.primaryUsers(name))).length > 0) return;
      await host.run(accounts.removeGroup(name));
    }
    await host.run(records.remove(kind, name));
    host.forget(accounts.group, name);
    host.forget(records.of(kind), name);
  },
});
