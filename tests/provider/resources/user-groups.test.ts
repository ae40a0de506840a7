import { describe, expect, test } from "vitest";

import { HostSession, LiveHost } from "../../../src/provider/live-host.ts";
import { platformOf } from "../../../src/provider/platforms/index.ts";
import { drift } from "../../../src/provider/resource.ts";
import user from "../../../src/provider/resources/user.ts";
import type { Runner } from "../../../src/provider/transports/runner.ts";
import type { Values } from "../../../src/provider/values.ts";
import { userSchema } from "../../../src/schemas/user.ts";

const deploy = (values: Values): Values => userSchema.inputs.parse({ host: "control", name: "deploy", ...values });
const entry = "UniqueID: 1000\nPrimaryGroupID: 1000\nNFSHomeDirectory: /home/deploy\nUserShell: /bin/sh\n";

/** The account deploy, whose primary group is deploy, and who is in adm, too. */
const listing = {
  debian: `group:deploy:x:1000:
group:staff:x:50:
group:adm:x:4:deploy
user:deploy:x:1000:1000::/home/deploy:/bin/sh
password:deploy:!
`,
  darwin: `group:deploy 1000
group:staff 50
group:adm 4
members:deploy
members:staff
members:adm deploy
user:deploy:${Buffer.from(entry).toString("base64")}
`,
};

describe.each(["debian", "darwin"] as const)("groups of a User on %s", (platform) => {
  /** What would be changed, and the words of what then is asked. */
  const planned = async (values: Values) => {
    const asked: string[] = [];
    const runner: Runner = {
      async request({ argv }) {
        asked.push(argv.join(" "));
        const stdout = Buffer.from({ gw_account_list: listing[platform], gw_login: "root" }[argv[0] ?? ""] ?? "");
        return { exitCode: 0, stdout, stderr: "" };
      },
      long: (command) => runner.request(command),
      another: async () => runner,
      close: async () => undefined,
    };
    const host = new LiveHost(new HostSession("control", platformOf(platform), runner, "a test"), () => undefined);
    const state = (await user.read(host, deploy(values))) ?? {};
    const changed = drift(user.schema, state, deploy(values)).map(({ path }) => path[0]);
    await user.apply(host, deploy(values)).catch(() => undefined);
    return { changed, asked: asked.filter((words) => /^(usermod|gw_account_change)/.test(words)) };
  };

  test.each([
    ["the primary one among them", { groups: ["adm", "deploy"] }],
    ["the primary one, which is declared too", { group: "deploy", groups: ["adm", "deploy"] }],
    ["the primary one left out", { groups: ["adm"] }],
  ])("are as declared with %s", async (_, values) => {
    expect(await planned(values)).toEqual({ changed: [], asked: [] });
  });

  test("of another primary group are those besides that one", async () => {
    const { changed, asked } = await planned({ group: "staff", groups: ["adm", "staff"] });
    expect(changed).toContain("group");
    expect(asked).toEqual([
      platform === "debian" ? "usermod --gid staff -- deploy" : "gw_account_change deploy group staff",
    ]);
  });

  test("that are missing are joined without the primary one", async () => {
    const { changed, asked } = await planned({ groups: ["adm", "deploy", "staff"] });
    expect(changed).toEqual(["groups"]);
    expect(asked[0]).toContain(" adm,staff");
  });
});
