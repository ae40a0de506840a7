import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";

import { stackName } from "../../../tools/lab/stack.ts";
import { root } from "../../../tools/toolchain/places.ts";
import type { Deployed } from "../../support/deployed.ts";

interface Configuration {
  readonly config: { readonly "groundwork:services": { readonly ollama: { readonly models: unknown } } };
}

const node = "http://{address}:{port}/";
const curl = ["curl", "-fsS", "--noproxy", "*"];

/** Sealed copies of the dumps in DDC: real KES, real dumps; the node is a double, tests/fixtures/ddc. */
export function ddc(system: () => Deployed): void {
  const copies = () => system().sh("storage", "ls /var/lib/ddc");
  /** A dump of now, and its copy. */
  const copied = async () => {
    await system().sh("control", "sleep 1; systemctl start postgres-backup; systemctl start ddc-dumps");
    return (await copies()).split("\n").at(-1) as string;
  };
  const sql = (query: string) =>
    system().sh("storage", `cd /; runuser -u postgres -- psql -X -At -v ON_ERROR_STOP=1 -d projectsot -c "${query}"`);
  const restore = (...words: string[]) =>
    system().run("bin/groundwork", "restore", "--stack", stackName, "--from", "ddc", ...words);

  let models: unknown;

  beforeAll(async () => {
    models = (parse(await readFile(system().config, "utf8")) as Configuration).config["groundwork:services"].ollama
      .models;
    const archive = join(system().lab.folder, "ddc.tar.gz");
    await execa("tar", ["-czf", archive, "-C", join(root, "tests/fixtures/ddc"), "ddc"]);
    const sha256 = createHash("sha256")
      .update(await readFile(archive))
      .digest("hex");
    await system().configure({
      reservations: undefined, // its port
      "services.ollama.models": {}, // they come with the second `up`: the first fails
      "services.ddc": {
        host: "storage",
        enabled: true,
        artefact: { source: archive, sha256 },
        sync: true,
        dumps: {
          store: [...curl, "-T", "{file}", `${node}{name}`],
          fetch: [...curl, "-o", "{file}", `${node}{name}`],
          list: [...curl, node],
          remove: [...curl, "-X", "DELETE", `${node}{name}`],
          copies: 2,
        },
      },
    });
  });

  test("MM-18: the node does not run before a text came back from KES as it was", async () => {
    const kes = system().lab.address("inference");
    await system().sh("control", `ip route add unreachable ${kes}`);
    const { exitCode, output } = await system().pulumi(["up", "--yes", "--skip-preview"]);
    expect(exitCode).toBe(1);
    expect(output.split("Diagnostics:").at(-1)).toMatch(
      /Exec \(ddc-round-trip\):\n.*control: .*\n.*KES does not answer at/,
    );
    expect(await system().sh("storage", "systemctl is-active ddc || :")).toBe("inactive");

    await system().sh("control", `ip route del unreachable ${kes}`);
    await system().configure({ "services.ollama.models": models });
    await system().up();
    expect(await system().sh("storage", "systemctl is-active ddc")).toBe("active");
    await sql("CREATE TABLE notes AS SELECT 'canary of the wiki' AS text");
  });

  test("a dump leaves its host sealed, and the metrics say so", async () => {
    const copy = await copied();
    expect(copy).toMatch(/^projectsot-\d{8}T\d{6}Z\.dump\.sealed$/);
    const place = `/var/lib/ddc/${copy}`;
    expect(await system().sh("storage", `head -n 1 ${place} | cut -d ' ' -f 1,2`)).toBe(
      "groundwork-sealed-1 wiki-knowledge-key",
    );
    const dump = `/var/backups/postgres/${copy.replace(".sealed", "")}`;
    expect(
      await system().sh(
        "control",
        `head -c 5 ${dump}; PATH=/usr/lib/postgresql/17/bin:$PATH pg_restore -f - ${dump} | grep canary`,
      ),
    ).toBe("PGDMPcanary of the wiki");
    expect(await system().sh("storage", `grep -c -a -e PGDMP -e canary ${place} || :`)).toBe("0");
    expect(await system().sh("control", "grep -h ^groundwork_copy /var/lib/groundwork-metrics/*.prom")).toMatch(
      /groundwork_copy_timestamp_seconds\{database="projectsot"\} \d{10}\n.*_bytes\{.*\} \d+\n.*_encrypted\{.*\} 1$/,
    );
    expect(await system().sh("control", "ls /var/backups/ddc")).toBe("commands\ndumps\nsent"); // nothing in the clear stays
  });

  test("it comes back, opens, and is restored", async () => {
    await sql("DELETE FROM notes");
    expect(await restore()).toContain("public.notes 1");
    expect(await sql("SELECT text FROM notes")).toBe("canary of the wiki");
  });

  test("the key's next version, and another port of the node: it seals what comes then; what was sealed before still opens; the oldest goes", async () => {
    const first = await copies();
    await system().configure({
      "services.kes.keys": { "wiki-knowledge-key": { version: 2 } },
      "services.ddc.port": 9390,
    });
    await system().up();
    expect(await system().sh("storage", "ss -ltnH '( sport = :9090 or sport = :9390 )' | awk '{ print $4 }'")).toMatch(
      /^\S+:9390$/,
    );
    const second = await copied();
    expect(await system().sh("storage", `head -n 1 /var/lib/ddc/${second} | cut -d ' ' -f 2`)).toBe(
      "wiki-knowledge-key-2",
    );
    expect(await system().sh("control", `/var/backups/ddc/dumps open ${first} | head -c 5`)).toBe("PGDMP");
    const third = await copied();
    expect(await copies()).toBe(`${second}\n${third}`);
  });

  test("a copy that was changed is refused, and the database stays", async () => {
    const [older = "", newest = ""] = (await copies()).split("\n");
    await system().sh(
      "storage",
      `printf XXXXXXXX | dd of=/var/lib/ddc/${newest} bs=1 seek=900 conv=notrunc status=none`,
    );
    await expect(restore("--dump", newest)).rejects.toThrow(
      /was changed since it was sealed(.|\n)*nothing was changed/,
    );
    expect(await sql("SELECT text FROM notes")).toBe("canary of the wiki");
    expect(await restore("--list")).toContain(`${older}\n${newest}`);
  });

  test("a node that is down is told by the job, and made up for", async () => {
    await system().sh("storage", "systemctl stop ddc");
    await system().sh("control", "sleep 1; systemctl start postgres-backup");
    const { exitCode } = await system().lab.run("control", ["systemctl", "start", "ddc-dumps"]);
    expect(exitCode).toBe(1);
    expect(await system().sh("control", "journalctl -q -o cat -u ddc-dumps -n 9")).toContain(
      "the node does not say which",
    );
    await system().sh("storage", "systemctl start ddc");
    await system().sh("control", "systemctl start ddc-dumps");
    expect((await copies()).split("\n")).toHaveLength(2);
  });
}
