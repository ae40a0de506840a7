// Users and groups of the local directory node: dscl to read and to set, dseditgroup for membership.

import type { Answer } from "../../host.ts";
import { answered } from "../../lines.ts";
import type { Account, Accounts, UserSettings } from "../platform.ts";
import { authorizedKeys } from "../posix/authorized-keys.ts";
import { login } from "../posix/login.ts";

export const accounts: Accounts = {
  rootGroup: "wheel",
  user: {
    name: "users",
    manifest: true,
    command: (names) => ({ argv: ["gw_account_list", ...names] }),
    parse(answer, names) {
      const lines = tagged(answer, "reading accounts");
      const groups = lines.flatMap(([what, rest]) => (what === "group" ? [parseGroup(rest)] : []));
      const members = lines.flatMap(([what, rest]) => (what === "members" ? [rest.split(/\s+/).filter(Boolean)] : []));
      const of = (wanted: string, name: string): string | undefined => {
        const line = lines.find(([what, rest]) => what === wanted && rest.startsWith(`${name}:`));
        return line && Buffer.from(line[1].slice(name.length + 1), "base64").toString("utf8");
      };
      return new Map(
        names.map((name) => [name, accountOf(name, of("user", name), of("keys", name) ?? "", groups, members)]),
      );
    },
  },
  group: {
    name: "groups",
    manifest: true,
    command: () => ({ argv: ["gw_group_list"] }),
    parse(answer, names) {
      const groups = tagged(answer, "reading groups").map(([, rest]) => parseGroup(rest));
      const named = (name: string) => groups.find((group) => group.name === (name === "root" ? "wheel" : name));
      return new Map(names.map((name) => [name, named(name)]));
    },
  },
  names: (kind) => ({ argv: ["gw_account_names", kind === "user" ? "Users" : "Groups"] }),
  createUser: (name, { uid, group, groups, comment, home, shell }, { system, createHome }) => ({
    argv: [
      "gw_account_create",
      name,
      kindOf(system),
      createHome ? "home" : "homeless",
      ...[uid?.toString(), group, groups?.join(), comment, home, shell].map((value) => value ?? ""),
    ],
  }),
  changeUser: (name, settings) => ({ argv: ["gw_account_change", name, ...pairs(settings)] }),
  removeUser: (name, { destroyHome, withGroup }) => ({
    argv: ["gw_account_remove", name, destroyHome ? "destroy" : "keep", withGroup ? "with-group" : "alone"],
  }),
  lock: (name) => ({ argv: ["gw_account_lock", name] }),
  ...authorizedKeys,
  createGroup: (name, { gid, system }) => ({
    argv: ["gw_group_create", name, gid?.toString() ?? "", kindOf(system)],
  }),
  changeGroup: (name, { gid }) => ({ argv: ["gw_group_change", name, String(gid)] }),
  removeGroup: (name) => ({ argv: ["dseditgroup", "-q", "-o", "delete", name] }),
  primaryUsers: (group) => ({ argv: ["gw_group_users", group] }),
  login,
  undoLogin: "gw_login_undo",
  lasting: ["uid", "home", "locked"], // with its lock go the hashes of its password
};

const kindOf = (system: boolean): string => (system ? "system" : "regular");

const pairs = ({ uid, group, groups, comment, home, shell }: UserSettings): string[] =>
  Object.entries({ group, uid: uid?.toString(), groups: groups?.join(), comment, home, shell }).flatMap(
    ([key, value]) => (value === undefined ? [] : [key, value]),
  );

const tagged = (answer: Answer, doing: string): [what: string, rest: string][] =>
  answered(answer, doing).map((line) => {
    const colon = line.indexOf(":");
    if (colon < 0) throw new Error(`${doing}: ${JSON.stringify(line)} is not understood`);
    return [line.slice(0, colon), line.slice(colon + 1)];
  });

interface GroupEntry {
  readonly name: string;
  readonly gid: number;
}

/** "wheel    0" */
function parseGroup(line: string): GroupEntry {
  const [, name, gid] = /^(\S+)\s+(-?\d+)$/.exec(line.trim()) ?? [];
  if (!name || gid === undefined) throw new Error(`dscl: the group ${JSON.stringify(line)} is not understood`);
  return { name, gid: Number(gid) };
}

/** A record that a killed run left without a number is no account yet. */
function accountOf(
  name: string,
  entry: string | undefined,
  keys: string,
  groups: readonly GroupEntry[],
  members: readonly string[][],
): Account | undefined {
  if (entry === undefined) return undefined;
  const said = attributesOf(entry);
  const uid = said.get("UniqueID");
  if (uid === undefined) return undefined;
  const gid = said.get("PrimaryGroupID");
  const home = said.get("NFSHomeDirectory");
  if (!/^-?\d+$/.test(uid) || !/^-?\d+$/.test(gid ?? "") || !home) {
    throw new Error(`dscl: the entry of ${name} is not understood`);
  }
  const primary = groups.find((group) => group.gid === Number(gid))?.name ?? String(gid);
  const further = members.flatMap(([group = "", ...users]) =>
    users.includes(name) && group !== primary ? [group] : [],
  );
  const authority = said.get("AuthenticationAuthority") ?? "";
  return {
    uid: Number(uid),
    group: primary,
    groups: further.sort(),
    comment: said.get("RealName") ?? "",
    home,
    shell: said.get("UserShell") ?? "",
    locked: !authority.includes(";ShadowHash;") || authority.includes(";DisabledUser;"),
    authorizedKeys: keys
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line && !line.startsWith("#")),
  };
}

/** "Key: value", or the value on the next line after a blank where it holds one itself. */
function attributesOf(entry: string): Map<string, string> {
  const said = new Map<string, string>();
  let last = "";
  for (const line of entry.split("\n")) {
    const [, key, value] = /^(\w+):(?: (.*))?$/.exec(line) ?? [];
    if (key) {
      said.set(key, value ?? "");
      last = key;
    } else if (line.startsWith(" ") && last) {
      said.set(last, [said.get(last), line.slice(1)].filter(Boolean).join("\n"));
    }
  }
  return said;
}
