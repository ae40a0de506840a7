import { userSchema } from "../../schemas/user.ts";
import type { Command, Host } from "../host.ts";
import { linesOf } from "../lines.ts";
import { forgetMaking, leftAsFound, noteMaking, type Thing, wasMade } from "../making.ts";
import type { Account, UserSettings } from "../platforms/platform.ts";
import { files } from "../platforms/posix/files.ts";
import { defineResource } from "../resource.ts";
import { same } from "../values.ts";
import { changeAccount, refuseAsLogin, refuseLasting } from "./login.ts";
import { ownGroup } from "./own-group.ts";

/** Holds a user account. */
export default defineResource(userSchema, {
  name: ({ name }) => name,
  identify: (name) => ({ name }),
  notesOfMaking: "users",

  async observe(host, desired) {
    const { name } = desired;
    const account = await host.read(host.platform.accounts.user, name);
    if (!account) return undefined;
    const locked = account.locked || undefined; // that a password opens it is nothing to declare
    const group = desired.group === "root" ? rootAs(host, account.group) : account.group;
    const groups = desired.groups?.includes(group) ? [...account.groups, group].sort() : account.groups;
    return { name, ...account, locked, group, groups };
  },

  async reconcile(host, desired, _, recorded) {
    const { accounts } = host.platform;
    const { name, authorizedKeys, locked, system } = desired;
    const account = await host.read(accounts.user, name);
    const change = (command: Command) => (account ? changeAccount(host, name, command) : host.run(command));
    const settings = settingsOf(desired, desired.group ?? account?.group ?? name);
    if (!account) {
      // useradd will not make the user's own group where a group of that name exists.
      const group = desired.group ?? ((await host.read(accounts.group, name)) && name);
      const createHome = !system || authorizedKeys !== undefined;
      await (group === undefined ? noteMaking : forgetMaking)(host, ownGroup(name));
      await host.run(accounts.createUser(name, { ...settings, group }, { system, createHome }));
    } else {
      const changed = differing(settings, account);
      await refuseLasting(host, name, [...Object.keys(changed), ...(locked && !account.locked ? ["locked"] : [])]);
      if (Object.keys(changed).length > 0) await change(accounts.changeUser(name, changed));
    }

    const now = await host.read(accounts.user, name);
    if (locked && !now?.locked) await change(accounts.lock(name));
    if (authorizedKeys !== undefined && !same(now?.authorizedKeys, authorizedKeys)) {
      await change(accounts.authorizeKeys(name, authorizedKeys, recorded !== undefined));
    }
    host.remember(accounts.user, name);
  },

  list: (host) => linesOf(host, host.platform.accounts.names("user")),

  async remove(host, { name, system, destroyHome }, made) {
    const { accounts } = host.platform;
    const account = await host.read(accounts.user, name);
    host.forget(accounts.user, name);
    if (!account) return;
    // Its number may not become another's, who could then read its data.
    const stays = !made || (system && !destroyHome && (await owns(host, name, account.home)));
    if (!stays) await refuseAsLogin(host, name, "its removal");
    if (await wasMade(host, keptKeys(name))) await changeAccount(host, name, accounts.restoreKeys(name));
    if (!made) leftAsFound(host, `user ${name}`);
    if (stays) return;
    const withGroup = await wasMade(host, ownGroup(name));
    await host.run(accounts.removeUser(name, { destroyHome, withGroup }));
    if (withGroup) await forgetMaking(host, ownGroup(name));
  },
});

/** What root keeps of the keys that were there before us. */
const keptKeys = (name: string): Thing => ["authorized-keys", name];

/** Whether anything in its home is the user's. A home that is not there holds nothing; one that cannot be searched is an error. */
async function owns(host: Host, user: string, home: string): Promise<boolean> {
  if (!(await host.read(files, home))) return false;
  return (await linesOf(host, { argv: ["find", "-H", home, "-user", user, "-prune", "-print"] })).length > 0;
}

/** Group 0, whatever it is called here, is root to the program. */
const rootAs = (host: Host, group: string): string => (group === host.platform.accounts.rootGroup ? "root" : group);

/** Who has a group as primary is in it already, also where it is declared among the further ones. */
const settingsOf = ({ uid, group, groups, comment, home, shell }: UserSettings, primary: string): UserSettings => ({
  uid,
  group,
  groups: groups?.filter((one) => one !== primary),
  comment,
  home,
  shell,
});

const differing = (wanted: UserSettings, account: Account): UserSettings =>
  Object.fromEntries(
    Object.entries(wanted).filter(
      ([key, value]) => value !== undefined && !same(value, account[key as keyof UserSettings]),
    ),
  );
