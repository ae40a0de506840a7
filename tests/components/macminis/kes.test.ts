// KES as the component makes it: the real server on one lab host, agents on another, by the real engine.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { checkedBy } from "../../../src/components/macminis/kes-config.ts";
import { ensureKes } from "../../../tools/kes/install.ts";
import { root } from "../../../tools/toolchain/places.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { type Project, startProject } from "../../support/project.ts";
import { script } from "../../support/script.ts";

const program = `
import { readFileSync } from "node:fs";
import { Kes } from "${root}/src/components/macminis/kes.ts";
import { Provider } from "${root}/src/components/provider.ts";

const { hosts, args } = JSON.parse(readFileSync("kes.json", "utf8"));
const kes = new Kes("kes", args, { providers: [new Provider("hosts", { hosts })] });
export const { current, clients, url } = kes;
`;

describe.skipIf(!canRunLab)(`KES on two lab hosts ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let project: Project;
  const reader = {
    host: "control",
    platform: "debian",
    owner: "root",
    keys: ["wiki-knowledge-key"],
    operations: ["decrypt"],
    days: 90,
  };
  const writer = { ...reader, operations: ["generate", "encrypt"] };
  let settings: { port: number; keys: object; agents: Record<string, object> } = {
    port: 8080,
    keys: { "wiki-knowledge-key": { version: 1, oldest: 1 } },
    agents: { "sot-query-agent": { ...reader, rotation: 1 }, "sot-eval-agent": { ...writer, rotation: 1 } },
  };

  const shell = (host: string, text: string) => script(lab.run, host, text, "-s");
  const put = (host: string, path: string, text: string) => shell(host, `cat >${path} <<'END'\n${text}\nEND`);
  const declare = async (change: Partial<typeof settings> = {}) => {
    settings = { ...settings, ...change };
    const hosts = Object.fromEntries(
      ["storage", "control"].map((name) => [
        name,
        { platform: "debian", address: name, user: "root", sshConfig: lab.sshConfig },
      ]),
    );
    const artefact = { ...(await ensureKes()), stripComponents: 0, args: [], env: {} };
    const endpoint = { host: "storage", platform: "debian", address: lab.address("storage"), port: settings.port };
    const args = { endpoint, memoryMiB: 128, artefact, keys: settings.keys, agents: settings.agents, seal: "" };
    await writeFile(join(project.folder, "kes.json"), JSON.stringify({ hosts, args }));
  };
  const up = () => project.succeed(["up", "--yes", "--skip-preview"]);

  /** What KES says to an agent: the status, then the answer. */
  const asked = (agent: string, path: string, body = "{}", variables = "") =>
    shell(
      "control",
      `. /etc/kes-${agent}/client.env; ${variables}
printf '%s' '${body}' | curl -sS --cacert "$KES_CACERT" --cert "$KES_CLIENT_CERT" --key "$KES_CLIENT_KEY" \\
  -o /tmp/body -w '%{http_code} ' -X PUT --data-binary @- "$KES_SERVER/v1/key/${path}" 2>&1 && cat /tmp/body`,
    );
  const status = async (...words: Parameters<typeof asked>) => (await asked(...words)).slice(0, 3);

  beforeAll(async () => {
    lab = await startLab("test-kes", { hosts: ["storage", "control"] });
    for (const host of ["storage", "control"]) await lab.reset(host);
    await shell(
      "control",
      "apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq curl >/dev/null 2>&1",
    );
    project = await startProject({ program });
    await declare();
    await up();
  });
  afterAll(async () => {
    await project?.remove();
    await lab?.stop();
  });

  let sealed: { plaintext: string; ciphertext: string };
  const body = () => JSON.stringify({ ciphertext: sealed.ciphertext });

  test("each agent may do what its policy says, and nothing else", async () => {
    const answer = await asked("sot-eval-agent", "generate/wiki-knowledge-key");
    expect(answer).toMatch(/^200 /);
    sealed = JSON.parse(answer.slice(4)) as typeof sealed;
    expect(await status("sot-eval-agent", "decrypt/wiki-knowledge-key", body())).toBe("403");
    expect(await status("sot-query-agent", "generate/wiki-knowledge-key")).toBe("403");
    expect(await status("sot-query-agent", "create/other")).toBe("403");
    const opened = await asked("sot-query-agent", "decrypt/wiki-knowledge-key", body());
    expect(JSON.parse(opened.slice(4))).toEqual({ plaintext: sealed.plaintext });
    await project.succeed(["preview", "--expect-no-changes"]);
  });

  test("private keys are for their owners alone, and in no state", async () => {
    const files = "/etc/kes/kes.key /etc/kes/authority/ca.key /etc/kes-admin/admin.key";
    expect(await shell("storage", `stat -c '%a %U %n' ${files}`)).toBe(
      "600 kes /etc/kes/kes.key\n600 root /etc/kes/authority/ca.key\n600 root /etc/kes-admin/admin.key",
    );
    expect(await shell("storage", "stat -c '%a %U' /var/lib/kes; ls /var/lib/kes")).toBe("750 kes\nwiki-knowledge-key");
    expect(await project.stateText()).not.toContain("PRIVATE KEY");
  });

  test("no certificate, one of another authority, and one that ended get nothing", async () => {
    const ask = (options: string) =>
      shell(
        "control",
        `. /etc/kes-sot-query-agent/client.env; curl -sS --cacert $KES_CACERT ${options} $KES_SERVER/v1/ready 2>&1 || :`,
      );
    expect(await ask("")).toContain("certificate required");
    await shell(
      "control",
      "openssl req -x509 -newkey rsa:2048 -nodes -keyout /tmp/x.key -out /tmp/x.crt -subj /CN=admin 2>/dev/null",
    );
    expect(await ask("--cert /tmp/x.crt --key /tmp/x.key")).toMatch(/alert (unknown ca|bad certificate)/i);

    const key = "/etc/kes-sot-query-agent/sot-query-agent.key";
    await put("storage", "/tmp/request", await shell("control", `cat ${key}.csr`));
    const ended = await shell(
      "storage",
      `cd /etc/kes/authority; echo extendedKeyUsage=clientAuth >/tmp/extensions
openssl x509 -req -in /tmp/request -CA ca.crt -CAkey ca.key -extfile /tmp/extensions -not_before 20250101000000Z -not_after 20250102000000Z 2>/dev/null`,
    );
    await put("control", "/tmp/ended.crt", ended);
    expect(await ask(`--cert /tmp/ended.crt --key ${key}`)).toMatch(/alert (certificate expired|bad certificate)/i);
  });

  test("a new identity takes over within 5 s, the old one is refused, and KES is not restarted", async () => {
    await shell("control", "cp -r /etc/kes-sot-query-agent /root/old");
    await put("control", "/tmp/body.json", body());
    await put(
      "control",
      "/tmp/poll",
      `while [ ! -e /tmp/stop ]; do
  . /etc/kes-sot-query-agent/client.env
  code=$(curl -s --max-time 3 --cacert $KES_CACERT --cert $KES_CLIENT_CERT --key $KES_CLIENT_KEY -o /dev/null -w '%{http_code}' \\
    -X PUT --data-binary @/tmp/body.json $KES_SERVER/v1/key/decrypt/wiki-knowledge-key)
  echo "$(date +%s.%N) $code"
  sleep 0.1
done`,
    );
    const started = await shell("storage", "systemctl show -P MainPID kes");
    await shell("control", "rm -f /tmp/stop; nohup sh /tmp/poll >/tmp/polled 2>/dev/null </dev/null &");
    await declare({ agents: { ...settings.agents, "sot-query-agent": { ...reader, rotation: 2 } } });
    await up();
    await shell("control", "sleep 1; touch /tmp/stop");
    const polled = (await shell("control", "cat /tmp/polled")).split("\n").map((line) => line.split(" "));
    const good = polled.filter(([, code]) => code === "200").map(([at]) => Number(at));
    const gap = Math.max(...good.slice(1).map((at, index) => at - (good[index] as number)));
    console.log(`the agent was refused for ${gap.toFixed(1)} s at most`);
    expect(gap).toBeLessThan(5);
    expect(polled.at(-1)?.[1]).toBe("200");

    const old = "KES_CLIENT_CERT=/root/old/sot-query-agent.crt KES_CLIENT_KEY=/root/old/sot-query-agent.key";
    expect(await status("sot-query-agent", "decrypt/wiki-knowledge-key", body(), old)).toBe("403");
    expect(await shell("control", "ls /etc/kes-sot-query-agent")).toBe(
      "authority.crt\nclient.env\nseal\nsot-query-agent-2.crt\nsot-query-agent-2.key\nsot-query-agent-2.key.csr",
    );
    expect(await shell("storage", "systemctl show -P MainPID kes")).toBe(started);
    await project.succeed(["preview", "--expect-no-changes"]);
  });

  test("a key's next version encrypts, the previous one stays to decrypt with", async () => {
    await declare({ keys: { "wiki-knowledge-key": { version: 2, oldest: 1 } } });
    await up();
    expect(await status("sot-eval-agent", "generate/wiki-knowledge-key")).toBe("403");
    expect(await status("sot-eval-agent", "generate/wiki-knowledge-key-2")).toBe("200");
    expect(await status("sot-query-agent", "decrypt/wiki-knowledge-key", body())).toBe("200");

    await declare({ keys: { "wiki-knowledge-key": { version: 2, oldest: 2 } } });
    await up();
    expect(await status("sot-query-agent", "decrypt/wiki-knowledge-key", body())).toBe("403");
    expect(await shell("storage", "ls /var/lib/kes")).toBe("wiki-knowledge-key\nwiki-knowledge-key-2"); // never lost
  });

  test("another port: one value, and server and clients follow", async () => {
    await declare({ port: 8081 });
    await up();
    expect(await status("sot-eval-agent", "generate/wiki-knowledge-key-2")).toBe("200");
    expect(await shell("control", "grep -h SERVER /etc/kes-*/client.env | sort -u")).toBe(
      `KES_SERVER=https://${lab.address("storage")}:8081`,
    );
    await project.succeed(["preview", "--expect-no-changes"]);
  });

  test("what KES does not accept is told by KES itself, before it is live", async () => {
    const check = async (change: string) => {
      await shell("storage", `sed '${change}' /etc/kes/config.yml >/tmp/broken.yml`);
      return lab.run("storage", checkedBy("/opt/kes/kes", "/tmp/broken.yml"));
    };
    expect(await check("")).toMatchObject({ exitCode: 0 });
    const auth = await check('s/"auth": "on"/"auth": "maybe"/');
    expect(auth).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("invalid auth") });
    const name = await check('s/"sot-eval-agent": {/"sot.eval": {/');
    expect(name).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("sot.eval") });
  });

  test("KES down: keys are unknown, not gone", async () => {
    await shell("storage", "systemctl stop kes");
    const { output } = await project.pulumi(["refresh", "--preview-only"]);
    expect(output).toContain("KES does not answer: curl: (7)");
    expect(output).not.toMatch(/\d+ deleted|to delete/);
    await up();
    expect(await status("sot-eval-agent", "generate/wiki-knowledge-key-2")).toBe("200");
  });

  test("a destroy leaves keys and authority, and nothing else", async () => {
    await project.succeed(["destroy", "--yes", "--skip-preview"]);
    expect(await shell("storage", "ls /var/lib/kes /opt; ls -d /etc/kes*; ls /etc/kes")).toBe(
      "/opt:\n\n/var/lib/kes:\nwiki-knowledge-key\nwiki-knowledge-key-2\n/etc/kes\nauthority",
    );
    expect(await shell("control", "ls -d /etc/kes* 2>/dev/null || :")).toBe("");
  });
});
