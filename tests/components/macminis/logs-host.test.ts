// Loki, Alloy and Grafana as their components make them on a lab host, by the real engine: Loki, archives, accounts, folders
// and units are real, the programs of Alloy and Grafana are doubles.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { root } from "../../../tools/toolchain/places.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { logReleases } from "../../support/log-releases.ts";
import { jobsOf } from "../../support/loki.ts";
import { type Project, startProject } from "../../support/project.ts";
import { pythonBase } from "../../support/python.ts";
import { script } from "../../support/script.ts";

const host = "control";

const program = `
import { readFileSync } from "node:fs";
import { Alloy } from "${root}/src/components/macminis/alloy.ts";
import { Grafana } from "${root}/src/components/macminis/grafana.ts";
import { Loki } from "${root}/src/components/macminis/loki.ts";
import { Provider } from "${root}/src/components/provider.ts";

const { hosts, address, artefacts, password } = JSON.parse(readFileSync("logs.json", "utf8"));
const opts = { providers: [new Provider("hosts", { hosts })] };
const at = (port) => ({ host: "${host}", platform: "debian", address, port });
const loki = new Loki("loki", { endpoint: at(3100), grpcPort: 9095, retentionDays: 30, artefact: artefacts.loki }, opts);
const files = { site: "/var/log/site/*.log" };
new Alloy("alloy", { endpoint: at(12345), loki: loki.url, files, artefact: artefacts.alloy }, opts);
new Grafana("grafana", { endpoint: at(3000), prometheus: "http://127.0.0.1:9091", loki: loki.url, password, artefact: artefacts.grafana }, opts);
`;

describe.skipIf(!canRunLab)(`logs and Grafana on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let project: Project;
  let releases: string;
  let artefacts: object;

  const shell = (text: string) => script(lab.run, host, text, "-s");
  const declare = async (password: object = { rotation: 1 }) => {
    const hosts = { [host]: { platform: "debian", address: host, user: "root", sshConfig: lab.sshConfig } };
    const said = { hosts, address: lab.address(host), artefacts, password };
    await writeFile(join(project.folder, "logs.json"), JSON.stringify(said));
  };
  const up = () => project.succeed(["up", "--yes", "--skip-preview"]);
  const unchanged = () => project.succeed(["preview", "--expect-no-changes"]);
  const jobs = (words: string) => expect.poll(() => jobsOf(lab, host, words), { timeout: 30_000, interval: 500 });

  beforeAll(async () => {
    releases = await mkdtemp(join(tmpdir(), "groundwork-releases-"));
    const made = Object.entries(await logReleases(releases, "linux-amd64"));
    artefacts = Object.fromEntries(made.map(([name, artefact]) => [name, { ...artefact, args: [], env: {} }]));
    lab = await startLab("test-logs", { hosts: [host], base: await pythonBase(), fresh: true });
    await shell("mkdir /var/log/site && echo of-a-file >/var/log/site/one.log && chmod -R go= /var/log/site");
    project = await startProject({ program });
    await declare();
  });
  afterAll(async () => {
    await project?.remove();
    await lab?.stop();
    await rm(releases, { recursive: true, force: true });
  });

  test("releases run as they come, each as its own account", async () => {
    await up();
    const users = "systemctl show -P MainPID loki alloy grafana | grep . | xargs -n 1 ps -o user= -p";
    expect(await shell(users)).toBe("loki\nroot\ngrafana");
    await unchanged();
  });

  test("what the journal and files say comes to Loki", async () => {
    await jobs("of-a-file").toEqual(["control site"]);
    await shell("logger of-the-journal");
    await jobs("of-the-journal").toEqual(["control journal"]);
  });

  test("Grafana has the password of the state, and another one by its rotation", async () => {
    const password = () => shell("stat -c %U /var/lib/grafana/grafana.db; cat /var/lib/grafana/grafana.db");
    const before = await password();
    expect(before).toMatch(/^grafana\n\S{16,}$/);
    await declare({ rotation: 2 });
    await up();
    const after = await password();
    expect(after).toMatch(/^grafana\n\S{16,}$/);
    expect(after).not.toBe(before);

    await shell("printf by-hand >/var/lib/grafana/grafana.db");
    expect((await project.succeed(["preview"])).output).toMatch(/\+ +groundwork:posix:Exec grafana-admin create/);
    await up();
    expect(await password()).toBe(after);

    const given = 'Of "quotes", back\\slashes & more 7421';
    await declare({ given, rotation: 2 });
    await up();
    expect(await password()).toBe(`grafana\n${given}`);
    await unchanged();
    expect(await shell("stat -c '%U %a' /etc/grafana/admin-password")).toBe("grafana 600");
  });

  test("destroyed, nothing is left but data", async () => {
    await project.succeed(["destroy", "--yes", "--skip-preview"]);
    const places =
      "/opt/* /etc/loki /etc/alloy /etc/grafana /etc/systemd/system/{loki,alloy,grafana}.service /var/lib/{loki,alloy,grafana}";
    expect(await shell(`bash -c 'ls -d ${places} 2>/dev/null' || :`)).toBe(
      "/var/lib/alloy\n/var/lib/grafana\n/var/lib/loki",
    );
  });
});
