// What serves the users, on a lab: moved, renewed and given a new password while somebody asks all the time.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";

import { labFiles, labNamed } from "../../tools/lab/place.ts";
import { prepareStack, stackName } from "../../tools/lab/stack.ts";
import { cliFolder, cliPath, root } from "../../tools/toolchain/places.ts";
import { changed } from "../schemas/config.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";

const name = "test-web";
/** The API may be away for less. */
const limitMs = 5000;

/** Asks all the time, until it is stopped; answers for how long at most nobody answered. */
function polling(url: string) {
  let stopped = false;
  let longest = 0;
  const done = (async () => {
    for (let last = Date.now(); !stopped; await pause(150)) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(4000) }).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.ok) last = Date.now();
      longest = Math.max(longest, Date.now() - last);
    }
  })();
  return async () => {
    stopped = true;
    await done;
    return longest;
  };
}

const title = canRunLab ? "the web" : `the web (skipped: ${whyNoLab})`;
describe.skipIf(!canRunLab)(title, () => {
  let lab: TestLab;
  const place = labNamed(name);
  const { config } = labFiles(place);

  beforeAll(async () => {
    lab = await startLab(name);
    await prepareStack(place);
  });
  afterAll(async () => lab?.stop());

  async function up(changes: Record<string, unknown> = {}) {
    const document = parse(await readFile(config, "utf8")) as { config: Record<string, unknown> };
    for (const [path, value] of Object.entries(changes)) {
      document.config = changed(document.config, `groundwork:${path}`, value);
    }
    await writeFile(config, stringify(document));
    const words = ["up", "--yes", "--skip-preview", "--stack", stackName, "--non-interactive", "--color=never"];
    const { exitCode, all } = await execa(cliPath(), words, {
      cwd: root,
      env: { ...lab.env, PATH: `${cliFolder()}:${process.env["PATH"]}` },
      all: true,
      reject: false,
    });
    return { exitCode, output: all };
  }
  const succeed = async (changes?: Record<string, unknown>) => {
    const { exitCode, output } = await up(changes);
    expect(exitCode, output).toBe(0);
    return output;
  };
  const site = () => `http://${lab.address("control")}`;
  const shell = async (script: string) => {
    const { exitCode, stdout, stderr } = await lab.ssh("control", ["sh", "-se"], { input: script });
    expect(exitCode, stderr).toBe(0);
    return stdout.trim();
  };
  const started = (unit: string) => shell(`systemctl show -P MainPID ${unit}`);
  const api = async () =>
    (await fetch(`${site()}/health`)).json() as Promise<{ hops: Record<string, { ok: boolean; error?: string }> }>;

  test("`up` serves site and API, and tests what it serves; a second one runs no test", async () => {
    expect(await succeed()).toMatch(/command:local:Command smoke-site created/);
    expect((await api()).hops).toMatchObject({ postgres: { ok: true }, redis: { ok: true } });
    const page = await fetch(site());
    expect(await page.text()).toContain("Project SOT");
    expect(Object.fromEntries(page.headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "SAMEORIGIN",
    });
    expect(await succeed()).not.toMatch(/command:local:Command/);
  });

  test("too large a body is refused, too many requests too; the log is JSON", async () => {
    const large = await fetch(`${site()}/api/import`, { method: "POST", body: "x".repeat(11 * 1024 * 1024) });
    expect(large.status).toBe(413);
    const many = await Promise.all(
      Array.from({ length: 90 }, () => fetch(`${site()}/api/nothing`).then(({ status }) => status)),
    );
    expect(new Set(many)).toEqual(new Set([404, 429]));
    const line = JSON.parse(await shell("tail -n 1 /var/log/nginx/access.log"));
    expect(line).toMatchObject({ path: "/api/nothing", client: expect.stringMatching(/^[\d.]+$/) });
  });

  test("metrics are for the host of Prometheus, and for nobody else", async () => {
    expect((await fetch(`${site()}/metrics`)).status).toBe(403);
    expect(await shell(`curl -s ${site()}/metrics`)).toContain('api_request_seconds_bucket{route="/health"');
    expect(await shell("curl -s http://127.0.0.1/nginx_status")).toContain("Active connections");
  });

  test("another port of the API: the new one starts, Nginx moves over, the old one stops", async () => {
    const nginx = await started("nginx");
    const stop = polling(`${site()}/health`);
    await succeed({ "services.api.port": 3100 });
    const away = await stop();
    console.log(`the API was away for ${away} ms while it moved`);
    expect(away).toBeLessThan(limitMs);
    expect(await started("nginx")).toBe(nginx);
    expect(await shell("ls /etc/systemd/system/ | grep '^sot-api'")).toBe("sot-api-3100.service");
    expect(await shell("systemctl is-active sot-api-3100")).toBe("active");
  });

  test("another password of Redis: both sides have it, and the old one is refused", async () => {
    const password = () => shell("sed -n 's/^requirepass //p' /etc/redis/redis.conf");
    const ping = (word: string) => shell(`REDISCLI_AUTH=${word} redis-cli -h 127.0.0.1 ping 2>&1 || :`);
    const before = await password();
    expect(await ping(before)).toBe("PONG");

    const stop = polling(`${site()}/health`);
    await succeed({ "rotation.redis": 2 });
    const away = await stop();
    console.log(`the API was away for ${away} ms while the password of Redis changed`);
    expect(away).toBeLessThan(limitMs);

    const after = await password();
    expect(after).not.toBe(before);
    expect(await ping(after)).toBe("PONG");
    expect(await ping(before)).toMatch(/WRONGPASS|NOAUTH/);
    expect((await api()).hops["redis"]).toMatchObject({ ok: true });
  });

  describe("by TLS, with a certificate of the user's own", () => {
    const file = (suffix: string) => join(lab.folder, `site.${suffix}`);
    const renewed = async () => {
      const subject = ["-subj", "/CN=site", "-addext", `subjectAltName=IP:${lab.address("control")}`];
      const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"];
      await execa("openssl", [...made, "-keyout", file("key"), "-out", file("crt"), ...subject]);
    };
    const fingerprint = () =>
      shell(
        "openssl s_client -connect 127.0.0.1:443 </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256",
      );
    const here = async () =>
      (await execa("openssl", ["x509", "-in", file("crt"), "-noout", "-fingerprint", "-sha256"])).stdout;

    test("the site moves to 443, and 80 leads there", async () => {
      await renewed();
      const tls = { mode: "files", certificate: file("crt"), key: file("key") };
      // A certificate that signs itself is trusted by nobody: the smoke test says so.
      const { exitCode, output } = await up({ "services.nginx.port": 443, "services.nginx.tls": tls });
      expect(exitCode).not.toBe(0);
      expect(output).toMatch(/smoke test site failed at nginx: .*self-signed certificate/);
      expect(output).toContain("look at the log of nginx on control");

      expect(await fingerprint()).toBe(await here());
      const answer = await fetch(`${site()}/somewhere?else`, { redirect: "manual" });
      expect([answer.status, answer.headers.get("location")]).toEqual([
        301,
        `https://${lab.address("control")}/somewhere?else`,
      ]);
      expect(await shell(`curl -sik ${site().replace("http", "https")}/`)).toMatch(
        /strict-transport-security: max-age/i,
      );
      expect(await shell("stat -c '%a %U' /etc/nginx/site.key")).toBe("600 root");
    });

    test("a renewal is a reload: the process stays", async () => {
      const before = await started("nginx");
      await renewed();
      await up();
      expect(await fingerprint()).toBe(await here());
      expect(await started("nginx")).toBe(before);
    });
  });
});
