import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import ssh2 from "ssh2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openConnection } from "../../../src/provider/transports/connect.ts";
import { AuthenticationFailed } from "../../../src/provider/transports/errors.ts";
import { credentials } from "../../../src/provider/transports/ssh-keys.ts";
import { sshSettings } from "../../../src/provider/transports/ssh-settings.ts";
import { hostConnection } from "../../../src/schemas/host.ts";

test("an agent that hangs is left out, and told of", async () => {
  const folder = await mkdtemp(join(tmpdir(), "groundwork-agent-"));
  const agent = createServer(() => {}).listen(join(folder, "agent"));
  try {
    const connection = hostConnection.parse({ platform: "debian", address: "198.18.0.1", sshConfig: "/dev/null" });
    const settings = { ...(await sshSettings("control", connection)), agent: join(folder, "agent") };
    expect((await credentials(settings)).notes[0]).toBe("no answer of the agent within 5 s");
  } finally {
    agent.close();
    await rm(folder, { recursive: true });
  }
});

describe("keys are offered in the order of OpenSSH", () => {
  let folder: string;
  let server: ssh2.Server;
  let agent: string;
  /** Names of the keys in the order in which they come. */
  let offered: string[] = [];
  const at = (name: string) => join(folder, name);
  const blob = (name: string) => readFileSync(at(`${name}.pub`), "utf8").split(" ")[1]!;
  const names = ["one", "two", "three", "four"];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "groundwork-keys-"));
    for (const name of ["host", ...names]) {
      await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", at(name)]);
    }
    const { stdout } = await execa("ssh-agent", ["-s", "-a", at("agent")]);
    agent = /SSH_AGENT_PID=(\d+)/.exec(stdout)![1]!;
    // The files of `one` and `two` are there too; `three` is in the agent alone, `four` in its file alone.
    await execa("ssh-add", ["-q", at("one"), at("two"), at("three")], { env: { SSH_AUTH_SOCK: at("agent") } });
    await rm(at("three"));

    server = new ssh2.Server({ hostKeys: [readFileSync(at("host"))] }, (client) => {
      client.on("error", () => {});
      client.on("authentication", (attempt) => {
        if (attempt.method === "publickey") {
          const data = attempt.key.data.toString("base64");
          offered.push(names.find((name) => blob(name) === data) ?? "another");
        }
        attempt.reject(["publickey"]);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    server.close();
    process.kill(Number(agent));
    await rm(folder, { recursive: true });
  });

  async function order(transport: "ssh" | "openssh", config: string): Promise<string> {
    const { port } = server.address() as AddressInfo;
    await writeFile(at("config"), `${config}IdentityAgent ${at("agent")}\n`);
    const hostKey = `ssh-ed25519 ${blob("host")}`;
    const where = { transport, address: "127.0.0.1", port, hostKey, sshConfig: at("config"), connectTimeoutSec: 10 };
    offered = [];
    await expect(openConnection("one", hostConnection.parse({ platform: "debian", ...where }))).rejects.toThrow(
      AuthenticationFailed,
    );
    return offered.join(" ");
  }
  const identities = (...files: string[]) => files.map((name) => `IdentityFile ${at(name)}\n`).join("");

  test.each([
    ["those of the agent that are named, its others, files", () => identities("four", "two"), "two one three four"],
    ["only what is named", () => `IdentitiesOnly yes\n${identities("four", "two")}`, "two four"],
    ["a named key whose file is not there", () => identities("three"), "three one two"],
    ["no agent", () => `IdentityAgent none\n${identities("four", "two")}`, "four two"],
  ])("%s", async (_, config, expected) => {
    expect(await order("openssh", config())).toBe(expected);
    expect(await order("ssh", config())).toBe(expected);
  });

  // Here the keys of whoever runs the tests count as named.
  test.each(["", "IdentitiesOnly yes\n"])("nothing named %s", async (config) => {
    expect(await order("ssh", config)).toBe(await order("openssh", config));
  });
});
