// The account that the connection logs in as changes only with a way back.
import { beforeEach, describe, expect, test } from "vitest";

import { HostSession, LiveHost } from "../../../src/provider/live-host.ts";
import { platformOf } from "../../../src/provider/platforms/index.ts";
import user from "../../../src/provider/resources/user.ts";
import type { Runner } from "../../../src/provider/transports/runner.ts";
import type { Values } from "../../../src/provider/values.ts";
import { userSchema } from "../../../src/schemas/user.ts";

/** What the host was asked to do, in turn. */
let asked: string[];
/** Kinds of notes that the host has of the account. */
let notes: string[];

const entry = "UniqueID: 1000\nPrimaryGroupID: 50\nNFSHomeDirectory: /home/admin\nUserShell: /bin/sh\n";
const authority = "AuthenticationAuthority: ;ShadowHash;\n";
const listing = {
  debian: "group:staff:x:50:\ngroup:sudo:x:27:admin\nuser:admin:x:1000:50::/home/admin:/bin/sh\npassword:admin:$\n",
  darwin: `group:staff 50\ngroup:sudo 27\nmembers:sudo admin\nuser:admin:${Buffer.from(entry + authority).toString("base64")}\n`,
};

const hostOf = (platform: keyof typeof listing, login: string) => {
  const answers: Record<string, string> = { gw_login: login, gw_account_list: listing[platform] };
  const runner: Runner = {
    async request({ argv: [name = "", ...words] }) {
      if (!/_(list|lock|login)$|^gw_manifest_/.test(name))
        asked.push(name.startsWith("gw_guard") ? name : [name, ...words].join(" "));
      if (name === "gw_record_list") answers[name] = `admin${notes.includes(`${words[0]}`) ? " :" : ""}\n`;
      return { exitCode: 0, stdout: Buffer.from(answers[name] ?? ""), stderr: "" };
    },
    long: (command) => runner.request(command),
    async another() {
      asked.push("another connection");
      return runner;
    },
    close: async () => undefined,
  };
  return new LiveHost(new HostSession("control", platformOf(platform), runner, "a test"), () => undefined);
};
const admin = (values: Values): Values => userSchema.inputs.parse({ host: "control", name: "admin", ...values });
const guarded = (change: string) => ["gw_guard_arm", change, "another connection", "gw_guard_disarm"];

beforeEach(() => {
  asked = [];
  notes = [];
});

describe.each(["debian", "darwin"] as const)("on %s", (platform) => {
  const usermod = platform === "debian" ? "usermod" : "gw_account_change admin";
  /** The host never changes, so each ends with what still differs. */
  const applied = (values: Values, login = "admin") =>
    user.apply(hostOf(platform, login), admin(values)).then(
      () => "",
      (error: Error) => error.message,
    );

  test("keys, groups and shell of the login account are proven by a new connection", async () => {
    await applied({ authorizedKeys: ["ssh-ed25519 AAAA colleague"] });
    expect(asked).toEqual(guarded("gw_account_keys admin found"));
    asked = [];
    await applied({ groups: [], shell: "/usr/sbin/nologin" });
    const words =
      platform === "debian" ? " --groups  --shell /usr/sbin/nologin -- admin" : " groups  shell /usr/sbin/nologin";
    expect(asked).toEqual(guarded(`${usermod}${words}`));
  });

  test("those of another account are not", async () => {
    await applied({ authorizedKeys: ["ssh-ed25519 AAAA colleague"] }, "root");
    expect(asked).toEqual(["gw_account_keys admin found"]);
  });

  test("its number and home are refused before anything is done", async () => {
    expect(await applied({ uid: 7, home: "/srv/admin", groups: [] })).toMatch(
      /^control: this connection logs in as user admin, and a change of uid, home may shut it out for good: log in as another/,
    );
    expect(asked).toEqual([]);
  });

  test("a lock of its password is proven where it can be taken back, and refused elsewhere", async () => {
    const said = await applied({ locked: true });
    if (platform === "debian") expect(asked).toEqual(guarded("usermod --lock -- admin"));
    else expect(said).toContain("a change of locked may shut it out for good");
  });

  test("a delete is refused where the account would go, and else puts back its keys, proven too", async () => {
    const [desired, host] = [admin({}), () => hostOf(platform, "admin")];
    notes = ["users", "authorized-keys"];
    await expect(user.remove(host(), desired)).rejects.toThrow(/and its removal may shut it out for good/);
    expect(asked).toEqual([]);
    notes = ["authorized-keys"];
    await user.remove(host(), desired);
    expect(asked.slice(0, 4)).toEqual(guarded("gw_account_keys_back admin"));
  });
});
