// The project itself on the real engine, without a host: what the configuration gets wrong, and what needs no machine.
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { type Environment, openEnvironment } from "../support/environment.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let lab: Environment;
beforeAll(async () => {
  lab = await openEnvironment("lab");
});
afterAll(() => lab?.remove());

/** The one error that a run has. */
function only(output: string): string {
  const [, ...errors] = (output.split("\nDiagnostics:\n")[1] ?? "").split(/^ *error: /m);
  expect(errors, output).toHaveLength(1);
  return errors[0] ?? "";
}

test("every fault of a configuration ends a preview at once, with the command that mends it", async () => {
  const { exitCode, output } = await lab.preview(
    {
      "services.postgres.prot": 5432,
      "services.api.port": 99999,
      "services.nginx.port": "many",
      "secrets.kes": "plain-text",
    },
    { "secrets.redis": "planted" },
  );
  expect(exitCode).not.toBe(0);
  expect(only(output)).toContain("the configuration of stack lab has 9 faults:");
  expect(output).toContain("groundwork:services.postgres.prot is not known; did you mean port?");
  expect(output).toContain("pulumi config set --stack lab --path 'groundwork:services.api.port' 3000");
  expect(output).toContain("groundwork:secrets.redis is [secret]; must have 12 characters or more");
  expect(output).toContain('groundwork:services.kes.artefact.source is "kes.tar.gz"; there is no such file in /');
  expect(output).toContain("GROUNDWORK_LAB is not set in the environment");
  expect(output).toContain('eval "$(npx groundwork lab env)"');
  expect(output).not.toContain("planted");
});

test("what looks like a structured value and is none is one fault among the others", async () => {
  const { exitCode, output } = await lab.preview(
    { offline: true, hosts: '{"control": ', waivers: "0123", "services.api.port": 99999 },
    { secrets: '{"redis": planted' },
  );
  expect(exitCode).not.toBe(0);
  expect(only(output)).toContain("the configuration of stack lab has 4 faults:");
  expect(output).toMatch(
    /groundwork:hosts is "\{\\"control\\": "; must name the hosts.*\n.*config set.* 'groundwork:hosts' /,
  );
  expect(output).toMatch(/groundwork:waivers is "0123"; must be a list of .*\n.*config set.* 'groundwork:waivers' /);
  expect(output).toMatch(/groundwork:secrets is \[secret\]; .*\n.*config set.* 'groundwork:secrets' /);
  expect(output).toContain("groundwork:services.api.port is 99999;");
  expect(output).not.toContain("planted");
  expect(output).not.toContain("SyntaxError");
});

test("a missing file is one of the faults, at its key, before anything registers", async () => {
  const { exitCode, output } = await lab.preview({
    offline: true,
    "services.api.port": 99999,
    "services.nginx.tls": { mode: "files", certificate: "site.crt", key: "/nowhere/site.key" },
  });
  expect(exitCode).not.toBe(0);
  expect(only(output)).toContain("the configuration of stack lab has 3 faults:");
  expect(output).toMatch(/groundwork:services\.nginx\.tls\.certificate is "site\.crt"; there is no such file in \//);
  expect(output).toContain('groundwork:services.nginx.tls.key is "/nowhere/site.key"; there is no such file');
  expect(output).not.toContain("ENOENT");
  expect(output).not.toContain("groundwork:posix:");
});

test("restore judges the same configuration in the same words", async () => {
  await lab.configure({ offline: false, "services.api.port": 99999 });
  const { exitCode, output } = await lab.groundwork("restore", "--list");
  expect(exitCode).toBe(1);
  expect(output).toContain("groundwork restore: the configuration of stack lab has 4 faults:");
  expect(output).toContain("groundwork:services.api.port is 99999;");
  expect(output).toContain("GROUNDWORK_LAB is not set in the environment");
});

test("a program that does not exist is told with those that do", async () => {
  const { exitCode, output } = await lab.preview({ program: "macmini" });
  expect(exitCode).not.toBe(0);
  expect(only(output)).toContain('groundwork:program is "macmini"; there are: macminis');
});

test("broken checks end a preview before anything registers", async () => {
  const { exitCode, output } = await lab.preview({
    offline: true,
    "services.prometheus.port": 9090,
    "services.redis.host": "storage",
  });
  expect(exitCode).not.toBe(0);
  expect(only(output)).toMatch(/MM-01 port 9090\/tcp on storage is claimed by ddc and prometheus/);
  expect(output).toMatch(/GW-03 api on control uses redis, which only storage itself reaches/);
  expect(output).not.toContain("groundwork:posix:");
});

test("offline, a preview of everything needs no host, no key and no secret; it works after any that failed", async () => {
  const { exitCode, output } = await lab.preview({ offline: true });
  expect(output, output).toSatisfy(() => exitCode === 0);
  expect(output).toMatch(/\+ \d+ to create/);
  expect(output).toContain("offline: no host is contacted");
});

test("the committed environment of the Macs needs no host, no key and no secret either; what it cannot help is one warning", async () => {
  const macs = await openEnvironment("macminis");
  const { exitCode, output } = await macs.preview({ offline: true });
  await macs.remove();
  expect(output, output).toSatisfy(() => exitCode === 0);
  expect(output).toMatch(/\+ \d+ to create/);
  expect(output).toContain("offline: no host is contacted");
  const [, list = ""] = output.split("Diagnostics:"); // before it, the engine shows each line as it comes
  expect(list.match(/these checks warn:/g)).toHaveLength(1);
  expect(list.match(/\b(MM|GW)-\d\d /g)?.map((id) => id.trim())).toEqual(["MM-02", "MM-17", "MM-21", "GW-06", "MM-28"]);
});

test("the source document's own plan ends a preview with all its faults in one list", async () => {
  const plan = await openEnvironment("plan", "tests/fixtures/macminis/source-plan.yaml");
  const { exitCode, output } = await plan.preview({ offline: true }); // its archives are nowhere
  await plan.remove();
  expect(exitCode).not.toBe(0);
  const list = only(output).split("these checks fail:").at(-1) ?? "";
  const ids = [...new Set(list.match(/^ +MM-\d\d/gm)?.map((id) => id.trim()))];
  const live = ["MM-14", "MM-30"];
  const sheet = Array.from({ length: 31 }, (_, index) => `MM-${String(index + 1).padStart(2, "0")}`);
  expect(ids.toSorted()).toEqual(sheet.filter((id) => !live.includes(id)));
  expect(output).not.toContain("groundwork:posix:");
});
