// PostgreSQL 15 of Debian 12 becomes 17 by one `up`, on a lab host, while a client writes.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { root } from "../../../tools/toolchain/places.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { preparedBase } from "../../support/prepared.ts";
import { type Project, startProject } from "../../support/project.ts";
import { script } from "../../support/script.ts";

const program = `
import { readFileSync } from "node:fs";
import { PostgresServer } from "${root}/src/components/macminis/postgres-server.ts";
import { Provider } from "${root}/src/components/provider.ts";
import { CertificateAuthority } from "${root}/src/components/resources.ts";

const { hosts, args } = JSON.parse(readFileSync("postgres.json", "utf8"));
const providers = [new Provider("hosts", { hosts })];
const authority = new CertificateAuthority("authority", { host: "storage", path: "/etc/authority", commonName: "test" }, { provider: providers[0] });
const postgres = new PostgresServer("postgres", { ...args, authority }, { providers });
export const password = postgres.application.password;
export const user = postgres.application.user;
`;

/** Packages of Debian 12, but only those that Debian 13 has not; and pgvector, of which Debian 12 has none for 15. */
const older = `set -e
sed -n 's/ trixie / bookworm /p' /etc/apt/sources.list | head -n 1 >/etc/apt/sources.list.d/bookworm.list
sed 's/^deb /deb-src /' /etc/apt/sources.list >/etc/apt/sources.list.d/source.list
printf 'Package: *\\nPin: release n=bookworm\\nPin-Priority: 50\\n' >/etc/apt/preferences.d/bookworm
apt-get update -qq
exec >/dev/null 2>&1
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends make gcc libc6-dev dpkg-dev postgresql-15
mkdir -p /opt/vector && cd /opt
apt-get source -qq --download-only pgvector && tar -xf pgvector_*.orig.tar.* --strip-components=1 -C vector
apt-get download postgresql-server-dev-15 && dpkg -x postgresql-server-dev-15_*.deb / # installed it would bring a compiler of its own
make -C vector install with_llvm=no PG_CONFIG=/usr/lib/postgresql/15/bin/pg_config
apt-get purge -y postgresql-15`;

/** A double of a later minor version: Debian's package with another version in its program, in an archive of the host's own. */
const laterMinor = `set -e
mkdir -p /opt/later && cd /opt/later
apt-get download -qq postgresql-17
dpkg-deb -R postgresql-17_*.deb package
rm postgresql-17_*.deb
version=$(sed -n 's/^Version: //p' package/DEBIAN/control)+later
sed -i "s/^Version: .*/Version: $version/" package/DEBIAN/control
LC_ALL=C sed -i 's/17[.]\\([0-9]*\\)[0-9] (Debian/17.\\1x (Debian/g' package/usr/lib/postgresql/17/bin/postgres
(cd package && find . -type f ! -path './DEBIAN/*' -printf '%P\\0' | xargs -0 md5sum >DEBIAN/md5sums)
dpkg-deb -b -Znone package . >/dev/null
dpkg-scanpackages -m . >Packages 2>/dev/null
echo 'deb [trusted=yes] file:/opt/later ./' >/etc/apt/sources.list.d/later.list
apt-get update -qq
echo "$version"`;

/** Adds rows one by one as the application, no text twice, and notes each that a server has acknowledged. */
const writer = (address: string, user: string, password: string) => `
cat >/usr/local/bin/writer <<'SH'
#!/bin/sh
export PGHOST=${address} PGUSER=${user} PGPASSWORD=${password} PGDATABASE=projectsot PGSSLMODE=require PGCONNECT_TIMEOUT=2
row=0
while :; do
  row=$((row + 1))
  psql -X -q -c "INSERT INTO notes (body) VALUES ('row $row')" 2>>/tmp/refused && echo "row $row" >>/tmp/acknowledged
  sleep 0.1
done
SH
chmod 755 /usr/local/bin/writer
: >/tmp/acknowledged
systemd-run --quiet --unit writer /usr/local/bin/writer`;

describe.skipIf(!canRunLab)(`PostgreSQL of another major version ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let project: Project;

  const sh = (text: string) => script(lab.run, "storage", text);
  const sql = (query: string, role = "postgres") =>
    sh(
      `cd /; runuser -u postgres -- psql -X -q -At -v ON_ERROR_STOP=1 -d projectsot <<'SQL'\nSET ROLE ${role};\n${query}\nSQL`,
    );
  const up = () => project.pulumi(["up", "--yes", "--skip-preview"]);
  const version = () => sql("SHOW server_version_num").then((number) => Math.floor(Number(number) / 10000));
  const declare = async (major: number, packages?: Record<string, string>) => {
    const address = lab.address("storage");
    const role = (name: string, from: string[] = []) => ({ name, password: { rotation: 1 }, from });
    const hosts = { storage: { platform: "debian", address: "storage", user: "root", sshConfig: lab.sshConfig } };
    const args = {
      endpoint: { host: "storage", platform: "debian", address, port: 5432 },
      version: major,
      packages,
      hostMemoryMiB: 1024,
      database: "projectsot",
      owner: role("sot_migrate"),
      application: role("sot_app", [address]),
      reader: role("sot_read"),
      restore: "#!/bin/sh",
    };
    await writeFile(join(project.folder, "postgres.json"), JSON.stringify({ hosts, args }));
  };
  /** Those that the server acknowledged and does not have. */
  const lost = async () => {
    const acknowledged = (await sh("cat /tmp/acknowledged")).split("\n");
    const there = new Set((await sql("SELECT body FROM notes")).split("\n"));
    expect(acknowledged.length).toBeGreaterThan(10);
    return acknowledged.filter((row) => !there.has(row));
  };
  const writes = async () => {
    const before = await sh("wc -l </tmp/acknowledged");
    await sh(`until [ "$(wc -l </tmp/acknowledged)" -gt ${before} ]; do sleep 0.1; done`);
  };
  const leftBehind = () =>
    sh(
      "ls -d /var/lib/postgresql/*/*.work /var/lib/postgresql/*/*.part /var/lib/postgresql/*/*.unproven /var/lib/postgresql/*.hold 2>/dev/null || :",
    );

  beforeAll(async () => {
    const base = await preparedBase({ name: "postgres-15", host: "storage", script: older });
    lab = await startLab("test-postgres-major", { hosts: ["storage"], base, fresh: true });
    project = await startProject({ program });
    await declare(15);
    const { exitCode, output } = await up();
    expect(exitCode, output).toBe(0);
    await sql(
      `CREATE TABLE notes (id bigserial PRIMARY KEY, body text, near vector(3));
      CREATE INDEX notes_body ON notes (body);
      INSERT INTO notes (body, near) SELECT chr(64 + n), ARRAY[n, 0, 0]::real[]::vector FROM generate_series(1, 26) n;`,
      "sot_migrate",
    );
    const { stdout } = await project.succeed(["stack", "output", "--json", "--show-secrets"]);
    const { user, password } = JSON.parse(stdout) as { user: string; password: string };
    await sh(writer(lab.address("storage"), user, password));
    await writes();
  });
  afterAll(async () => {
    await project?.remove();
    await lab?.stop();
  });

  test("what the new version cannot take over is told while the old one serves on", async () => {
    await sh("cp /usr/lib/postgresql/15/lib/vector.so /usr/lib/postgresql/15/lib/odd.so");
    await sql("CREATE FUNCTION odd(vector) RETURNS int LANGUAGE c AS '$libdir/odd', 'vector_dims'");
    const started = await sql("SELECT pg_postmaster_start_time()");
    await declare(17);
    const { exitCode, output } = await up();
    expect(exitCode, output).toBe(1);
    expect(output).toMatch(/could not load library "\$libdir\/odd"/);
    expect(output).toContain(
      "PostgreSQL 17 did not take over /var/lib/postgresql/15/groundwork, which serves again as before",
    );
    expect(await sql("SELECT pg_postmaster_start_time()")).toBe(started);
    expect(await leftBehind()).toBe("");
    await sql("DROP FUNCTION odd(vector)");
  });

  test("a copy that has no room is not begun", async () => {
    await sh(
      "mkdir -p /var/lib/postgresql/17; mount -t tmpfs -o size=64m,mode=700,uid=postgres tmpfs /var/lib/postgresql/17",
    );
    const started = await sql("SELECT pg_postmaster_start_time()");
    const { exitCode, output } = await up();
    await sh("umount /var/lib/postgresql/17");
    expect(exitCode, output).toBe(1);
    expect(output).toMatch(/beside \/var\/lib\/postgresql\/17\/groundwork there are \d+ KiB free, and a copy of/);
    expect(await sql("SELECT pg_postmaster_start_time()")).toBe(started);
  });

  test("fault 3: killed half-way, the old server serves again, and the next `up` begins anew", async () => {
    const [{ exitCode, output }] = await Promise.all([
      up(),
      sh("cd /var/lib/postgresql; until [ -s upgrade.hold ]; do sleep 0.05; done; kill -KILL $(cat upgrade.hold)"),
    ]);
    expect(exitCode, output).toBe(1);
    await writes();
    expect(await version()).toBe(15);
  });

  test("where the new server is not healthy the old one serves again, and is read anew by the next `up`", async () => {
    await sh("chmod -x /usr/lib/postgresql/17/bin/pg_isready");
    const { exitCode, output } = await up();
    expect(exitCode, output).toBe(1);
    expect(output).toMatch(/Configuration postgres-configuration \*\*updating failed/);
    await writes();
    expect(await version()).toBe(15);
    await sh("chmod +x /usr/lib/postgresql/17/bin/pg_isready");
  });

  test("one `up` takes over the data, and no row is lost that was acknowledged meanwhile", async () => {
    const verifiers = await sql("SELECT rolname, rolpassword FROM pg_authid WHERE rolname LIKE 'sot%' ORDER BY 1");
    const { exitCode, output } = await up();
    expect(exitCode, output).toBe(0);
    expect(await version()).toBe(17);
    await writes();
    expect(await lost()).toEqual([]);
    expect(await sql("SELECT rolname, rolpassword FROM pg_authid WHERE rolname LIKE 'sot%' ORDER BY 1")).toBe(
      verifiers,
    );
    expect(await sql("SELECT body FROM notes ORDER BY near <-> '[3,0,0]' LIMIT 1")).toBe("C");
    expect(
      await sql(
        "SELECT extversion = default_version FROM pg_extension, pg_available_extensions WHERE extname = 'vector' AND name = 'vector'",
      ),
    ).toBe("t");
    expect(
      await sql("SELECT count(*) FROM pg_database WHERE datcollversion <> pg_database_collation_actual_version(oid)"),
    ).toBe("0");
    expect(await sql("SELECT count(*) > 0 FROM pg_stats WHERE tablename = 'notes'")).toBe("t");
    expect(await leftBehind()).toBe("");
    await project.succeed(["preview", "--expect-no-changes"]);
  });

  test("the previous data stay, the previous programs go", async () => {
    expect(await sh("cat /var/lib/postgresql/15/groundwork/PG_VERSION")).toBe("15");
    expect(await sh("dpkg -l 'postgresql-1*' | awk '$1 == \"ii\" { print $2 }'")).toBe(
      "postgresql-17\npostgresql-17-pgvector",
    );
  });

  test("an older version is refused, and nothing happens", async () => {
    await declare(15);
    const { exitCode, output } = await up();
    expect(exitCode, output).toBe(1);
    expect(output).toContain("holds the data of PostgreSQL 17, which 15 cannot read: keep version 17");
    expect(await version()).toBe(17);
    await writes();
    await declare(17);
    const again = await up();
    expect(again.exitCode, again.output).toBe(0);
    expect(await version()).toBe(17);
    expect(await lost()).toEqual([]);
  });

  test("a later minor version is one line too: it is installed and held, the server restarts with it, and no row is lost", async () => {
    const running = () => sql("SHOW server_version");
    const [before, later] = [await running(), (await sh(laterMinor)).trim()];
    await declare(17, { "postgresql-17": later });
    const { exitCode, output } = await up();
    expect(exitCode, output).toBe(0);
    expect(await running()).toBe(before.replace(/^17\.\d+/, (minor) => `${minor.slice(0, -1)}x`));
    expect(await sh("apt-mark showhold")).toBe("postgresql-17");
    await writes();
    expect(await lost()).toEqual([]);
    await project.succeed(["preview", "--expect-no-changes"]);
  });

  test("after a destroy the newest data are found again", async () => {
    await sh("systemctl stop writer");
    await project.succeed(["destroy", "--yes", "--skip-preview"]);
    const again = await up();
    expect(again.exitCode, again.output).toBe(0);
    expect(await lost()).toEqual([]);
  });

  test("data that are away are an error, never an empty cluster", async () => {
    await sh("systemctl stop postgres; mv /var/lib/postgresql/17 /var/lib/postgresql/away");
    const { exitCode, output } = await up();
    expect(exitCode, output).toBe(1);
    expect(output).toContain("names the data in /var/lib/postgresql/17/groundwork, which is not there");
    await sh("mv /var/lib/postgresql/away /var/lib/postgresql/17");
    const again = await up();
    expect(again.exitCode, again.output).toBe(0);
    expect(await lost()).toEqual([]);
  });
});
