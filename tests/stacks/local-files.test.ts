// Files of this machine that a configuration names: what is wrong with them is told before anything registers.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";

import { checked } from "../../src/schemas/checked-config.ts";
import { macminisConfig } from "../../src/schemas/macminis/index.ts";
import { fileFault } from "../../stacks/local-files.ts";
import { mentionsIn } from "../../stacks/macminis/site.ts";
import { changed, committedValues, given } from "../schemas/config.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "groundwork-files-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Buffer): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}
const sha256 = "0".repeat(64);
const from = (source: string) => ({ source, sha256 });

function faults(changes: Record<string, unknown>, secretKeys: string[] = []): string[] {
  const values = Object.entries(changes).reduce(
    (before, [path, value]) => changed(before, path, value),
    committedValues("macminis"),
  );
  const { faults = [] } = checked(macminisConfig, given(values, secretKeys), { fileFault });
  return faults.map(({ key, said, mend }) => `${key} ${said} | ${mend}`);
}
const set = (key: string) => `pulumi config set --stack lab --path 'groundwork:${key}' FILE`;

test("the committed configuration names none that is missing", () => {
  expect(faults({})).toEqual([]);
});

test("every file that is missing is told at its key, with every other fault", async () => {
  const certificate = await file("site.crt", "a certificate");
  const kes = { host: "mac-mini-3", enabled: true, artefact: { ...from("/nowhere/kes"), unpack: false } };
  const told = faults({
    "services.redis.port": 70000,
    "services.nginx.tls": { mode: "files", certificate, key: "/nowhere/site.key" },
    "services.nginx.site": from("dist/site.tar.gz"),
    "services.api.artefact": from(folder),
    "services.ollama.artefact": from("/nowhere/ollama.tgz"),
    "services.kes": kes,
    import: {
      tables: { wiki_chunks: { source: "gone.sql", sha256, rows: 1, definition: "/nowhere/chunks.sql" } },
    },
  });
  expect(told.map((fault) => fault.replace(/ \|.*/, ""))).toEqual([
    expect.stringMatching(/^groundwork:services\.redis\.port is 70000;/),
    expect.stringMatching(/^groundwork:services\.api\.artefact\.source is .* must end in \.tar\.gz/),
    `groundwork:services.nginx.tls.key is "/nowhere/site.key"; there is no such file`,
    `groundwork:services.nginx.site.source is "dist/site.tar.gz"; there is no such file in ${process.cwd()}`,
    `groundwork:services.api.artefact.source is ${JSON.stringify(folder)}; it cannot be read: EISDIR`,
    `groundwork:services.ollama.artefact.source is "/nowhere/ollama.tgz"; there is no such file`,
    `groundwork:services.kes.artefact.source is "/nowhere/kes"; there is no such file`,
    `groundwork:import.tables.wiki_chunks.definition is "/nowhere/chunks.sql"; there is no such file`,
  ]);
  expect(told[2]).toContain(`| ${set("services.nginx.tls.key")}`);
});

test("an archive that is none is told without being read whole; one that is whole has its text searched", async () => {
  const page = await file("page.tar.gz", "<html>not found</html>");
  const whole = await file("whole.tar.gz", gzipSync("https://x.supabase.co"));
  const short = await file("short.tar.gz", gzipSync("https://x.supabase.co").subarray(0, 20));
  expect(faults({ "services.nginx.site": from(page) })).toEqual([
    `groundwork:services.nginx.site.source is ${JSON.stringify(page)}; it is no archive of gzip | ${set("services.nginx.site.source")}`,
  ]);
  expect(faults({ "services.nginx.site": from(whole) })).toEqual([]);
  const mentions = (source: string) =>
    mentionsIn(
      macminisConfig.parse(changed(committedValues("macminis"), "services.nginx.site", from(source))).services.nginx
        .site,
    );
  expect(mentions(whole)).toEqual(["supabase.co"]);
  expect(mentions(short)).toBeUndefined();
});

test("what is not enabled needs no file", () => {
  expect(faults({ "services.rob.artefact": { ...from("/nowhere/rob.tar.gz"), program: "main.mjs" } })).toEqual([]);
});

test("below an encrypted key no path is shown", () => {
  expect(faults({ "services.nginx.site": from("/nowhere/site.tar.gz") }, ["services"])[0]).toMatch(
    /^groundwork:services\.nginx\.site\.source is \[secret\]; there is no such file \|/,
  );
});
