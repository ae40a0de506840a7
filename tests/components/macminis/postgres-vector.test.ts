// pgvector from source against a server's own pg_config: Debian's source of it on a lab host.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { vectorBuild } from "../../../src/components/macminis/postgres-vector.ts";
import exec from "../../../src/provider/resources/exec.ts";
import { desired, type LabHost, labHost } from "../../provider/resources/lab-host.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { preparedBase } from "../../support/prepared.ts";
import { script } from "../../support/script.ts";

const programs = "/usr/lib/postgresql/17/bin";
const sha256 = "0".repeat(64);
const library = "/usr/lib/postgresql/17/lib/vector.so";

const withSource = {
  name: "pgvector",
  host: "storage",
  script: `set -e
sed 's/^deb /deb-src /' /etc/apt/sources.list >/etc/apt/sources.list.d/source.list
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-17 postgresql-server-dev-17 make gcc libc6-dev dpkg-dev >/dev/null 2>&1
mkdir -p /opt/vector && cd /opt && apt-get source -qq --download-only pgvector >/dev/null 2>&1
tar -xf pgvector_*.orig.tar.* --strip-components=1 -C /opt/vector`,
};

describe.skipIf(!canRunLab)(`a build of pgvector ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let on: LabHost;
  const sh = (text: string) => script(lab.ssh, "storage", text);
  const build = () =>
    desired(exec, { host: "storage", name: "vector", ...vectorBuild(programs, sha256, "/opt/vector") });

  beforeAll(async () => {
    const base = await preparedBase(withSource);
    lab = await startLab("test-pgvector", { hosts: ["storage"], base, fresh: true });
    on = await labHost(lab, "storage");
  }, 1_200_000);
  afterAll(async () => {
    await on?.close();
    await lab?.stop();
  });

  test("the server has the extension, whatever version its source says, and the source is as it was", async () => {
    expect(await exec.read(on.host, build())).toBeUndefined();
    const source = await sh("cd /opt/vector; find . | sort");
    await exec.apply(on.host, build());
    expect(await sh("cd /opt/vector; find . | sort")).toBe(source);
    const sql = "CREATE EXTENSION vector; SELECT '[3,4]'::vector <-> '[0,0]';";
    expect(await sh(`cd / && runuser -u postgres -- psql -X -q -At -c "${sql}"`)).toBe("5");
  });

  test("it is built once", async () => {
    const built = await sh(`stat -c %Y.%i ${library}`);
    await exec.apply(on.host, build());
    expect(await sh(`stat -c %Y.%i ${library}`)).toBe(built);
  });

  test("and would be again for another version of the server, or when an upgrade took it away", async () => {
    await sh("sed -i 's/PostgreSQL 17[^ ]*/PostgreSQL 17.0/' /usr/lib/postgresql/17/lib/vector.groundwork");
    expect(await exec.read(on.host, build())).toBeUndefined();
    await sh(`rm /usr/lib/postgresql/17/lib/vector.groundwork ${library}`);
    expect(await exec.read(on.host, build())).toBeUndefined();
  });
});
