// Users and groups: getent to read, shadow's tools to change.
import type { Command } from "../../host.ts";
import { linesIn } from "../../lines.ts";
import type { Account, Accounts, UserSettings } from "../platform.ts";
import { authorizedKeys } from "../posix/authorized-keys.ts";
import { login } from "../posix/login.ts";

export const accounts: Accounts = {
  rootGroup: "root",
  user: {
    name: "users",
    manifest: true,
    command: (names) => ({ argv: ["gw_account_list", ...names] }),
    parse({ exitCode, stdout, stderr }, names) {
      if (exitCode !== 0) throw new Error(`reading accounts: ${stderr.trim()}`);
      const lines = stdout
        .toString("utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => line.split(":"));
      const groups = lines.filter(([what]) => what === "group").map(parseGroup);
      return new Map(names.map((name) => [name, accountOf(name, lines, groups)]));
    },
  },
  group: {
    name: "groups",
    manifest: true,
    command: (names) => ({ argv: ["getent", "group", "--", ...names] }),
    parse({ exitCode, stdout, stderr }, names) {
      // 2: one of them is not there
      if (exitCode !== 0 && exitCode !== 2) throw new Error(`getent group: ${stderr.trim()}`);
      const lines = linesIn(stdout);
      const found = new Map(
        lines.map((line) => parseGroup(["group", ...line.split(":")])).map((group) => [group.name, group]),
      );
      return new Map(names.map((name) => [name, found.get(name)]));
    },
  },
  names: (kind) => ({ argv: ["gw_account_names", kind === "user" ? "passwd" : "group"] }),
  createUser: (name, settings, { system, createHome }) => ({
    argv: [
      "useradd",
      ...(system ? ["--system"] : []),
      createHome ? "--create-home" : "--no-create-home",
      ...options(settings),
      "--",
      name,
    ],
  }),
  changeUser: (name, { home, ...settings }) => ({
    argv:
      home === undefined
        ? ["usermod", ...options(settings), "--", name]
        : ["gw_account_move", name, home, ...options(settings)],
  }),
  removeUser(name, { destroyHome, withGroup }) {
    const remove = destroyHome ? ["--remove"] : [];
    return { argv: withGroup ? ["userdel", ...remove, "--", name] : ["gw_account_remove_alone", name, ...remove] };
  },
  lock: (name) => ({ argv: ["usermod", "--lock", "--", name] }),
  ...authorizedKeys,
  createGroup: (name, { gid, system }) => ({
    argv: [
      "groupadd",
      ...(system ? ["--system"] : []),
      ...(gid === undefined ? [] : ["--gid", String(gid)]),
      "--",
      name,
    ],
  }),
  changeGroup: (name, { gid }) => ({ argv: ["groupmod", "--gid", String(gid), "--", name] }),
  removeGroup: (name): Command => ({ argv: ["groupdel", "--", name] }),
  primaryUsers: (group) => ({ argv: ["gw_group_users", group] }),
  login,
  undoLogin: "gw_login_undo",
  lasting: ["uid", "home"],
};

function options({ uid, group, groups, comment, home, shell }: UserSettings): string[] {
  const given = { uid: uid?.toString(), gid: group, groups: groups?.join(), comment, home, shell };
  return Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [`--${key}`, value]));
}

interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

function parseGroup([, name, , gid, members]: readonly string[]): GroupEntry {
  if (!name || !/^\d+$/.test(gid ?? "") || members === undefined) {
    throw new Error(`getent group: the entry of ${name} is not understood`);
  }
  return { name, gid: Number(gid), members: members.split(",").filter(Boolean) };
}

function accountOf(name: string, lines: readonly string[][], groups: readonly GroupEntry[]): Account | undefined {
  const of = (wanted: string) => lines.find(([what, user]) => what === wanted && user === name);
  const entry = of("user");
  if (!entry) return undefined;
  const [, , , uid, gid, comment, home, shell] = entry;
  const password = of("password")?.[2];
  if (!/^\d+$/.test(uid ?? "") || !home || shell === undefined || password === undefined) {
    throw new Error(`getent passwd: the entry of ${name} is not understood`);
  }
  const primary = groups.find((group) => group.gid === Number(gid));
  const keys = Buffer.from(of("keys")?.[2] ?? "", "base64").toString("utf8");
  return {
    uid: Number(uid),
    group: primary?.name ?? String(gid),
    groups: groups.flatMap((group) => (group.members.includes(name) && group !== primary ? [group.name] : [])).sort(),
    comment: comment ?? "",
    home,
    shell,
    locked: password === "!" || password === "*",
    authorizedKeys: keys
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line && !line.startsWith("#")),
  };
}
