// How a dump gets from one host to the other; that PostgreSQL takes it, the tests of the whole system show.
import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { password, startTransportLab } from "../provider/transports/accounts.ts";
import { type Environment, openEnvironment } from "../support/environment.ts";
import { canRunLab, type TestLab, whyNoLab } from "../support/lab.ts";
import { script } from "../support/script.ts";

describe.skipIf(!canRunLab)(`restore between lab hosts ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let environment: Environment;
  const dump = randomBytes(300_000);

  beforeAll(async () => {
    lab = await startTransportLab();
    environment = await openEnvironment("restored", "Pulumi.lab.yaml");
    await sh(`
      id postgres >/dev/null 2>&1 || useradd --system postgres
      install -d -m 700 /var/backups/postgres /etc/postgresql && chmod 755 /etc/postgresql
      base64 -d >/var/backups/postgres/projectsot-20260101T030000Z.dump <<'END'
${dump.toString("base64")}
END
      printf '#!/bin/sh\\nsha256sum; id -un; echo "of $3" >&2; [ ! -e /run/full ] || { echo "disk full" >&2; exit 3; }\\n' >/etc/postgresql/restore
      chmod 755 /etc/postgresql/restore`);
  });
  afterAll(async () => {
    await sh("rm -rf /var/backups/postgres /etc/postgresql /run/full");
    await environment?.remove();
  });

  const sh = (text: string) => script(lab.run, "one", text);
  /** Both hosts are the one machine, reached as `user`, with a password whether or not sudo asks for it. */
  async function restore(user: string, ...words: string[]) {
    const connection = {
      address: lab.address("one"),
      identityFile: lab.key,
      knownHostsFile: lab.knownHosts,
      sshConfig: "/dev/null",
      user,
    };
    const hosts = ["control", "storage", "inference"];
    const at = (host: string) => `hosts.${host}.connection`;
    await environment.configure(
      Object.fromEntries(hosts.map((host) => [at(host), connection])),
      Object.fromEntries(hosts.slice(0, 2).map((host) => [`${at(host)}.sudo.password`, password])),
    );
    return environment.groundwork("restore", ...words);
  }

  test.each(["plain", "free", "forgotten", "seashell", "noisy"])(
    "%s sends every byte of it, and nothing else",
    async (user) => {
      const { exitCode, output } = await restore(user);
      expect(output).toContain(`${createHash("sha256").update(dump).digest("hex")}  -\npostgres`);
      expect(exitCode).toBe(0);
    },
  );

  test("what the server says against it is told", async () => {
    await sh("touch /run/full");
    const { exitCode, output } = await restore("free");
    expect(output).toContain("the dump was not restored, nothing was changed: of projectsot\ndisk full");
    expect(exitCode).toBe(1);
  });

  test("sudo that runs only from a terminal is told as such: nothing can be sent through one", async () => {
    const { exitCode, output } = await restore("terminal", "--list");
    expect(output).toMatch(/sudo on terminal@\S+ runs only from a terminal .*!requiretty/);
    expect(exitCode).toBe(1);
  });
});
