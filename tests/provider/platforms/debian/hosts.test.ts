// What becomes of the line of the machine's own names when it gets another: the library's shell, on files of the test.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import { platformOf } from "../../../../src/provider/platforms/index.ts";
import { libraryOf } from "../../../../src/provider/platforms/library.ts";

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hosts-"));
});
afterAll(() => rm(place, { recursive: true }));

async function renamed(from: string, to: string, lines: string): Promise<string> {
  const hosts = join(place, "hosts");
  await writeFile(hosts, `127.0.0.1 localhost\n${lines}::1 localhost\n`);
  await writeFile(`${hosts}.name`, `${from}\n`);
  const library = libraryOf("debian").replaceAll("/etc/hostname", `${hosts}.name`).replaceAll("/etc/hosts", hosts);
  const { argv } = platformOf("debian").hostname.resolve(to);
  await execa("sh", ["-s"], { input: `${library}\nuname() { echo ${from}; }\n${argv.join(" ")}` });
  return (await readFile(hosts, "utf8")).replace("127.0.0.1 localhost\n", "").replace("::1 localhost\n", "");
}

const whole = "127.0.1.1\tweb1.corp.example\tweb1 wiki.local # ours\n";

test.each([
  ["keeps domain, aliases and comment", "web1", "web2", whole, "127.0.1.1 web2.corp.example web2 wiki.local # ours\n"],
  ["takes a domain of its own", "web1", "web2.lab", whole, "127.0.1.1 web2.lab web2 wiki.local # ours\n"],
  [
    "gives way with its own domain",
    "web1.corp.example",
    "web2.lab",
    whole,
    "127.0.1.1 web2.lab web2 wiki.local # ours\n",
  ],
  ["replaces the bare name", "web1", "web2", "127.0.1.1 web1\n", "127.0.1.1 web2\n"],
  ["gets its domain", "web1", "web1.lab", "127.0.1.1 web1\n", "127.0.1.1 web1.lab web1\n"],
  ["adds to a line of others", "web1", "web2", "127.0.1.1 web10 wiki\n", "127.0.1.1 web2 web10 wiki\n"],
  ["stands there once", "web1", "web2.lab", "127.0.1.1 web1 web2\n", "127.0.1.1 web2.lab web2\n"],
  ["makes a line where there is none", "web1", "web2.lab", "", "127.0.1.1 web2.lab web2\n"],
  ["leaves a second line of others", "web1", "web2", "127.0.1.1 wiki\n127.0.1.1 web1\n", "127.0.1.1 web2 wiki\n"],
  ["leaves localhost", "localhost", "web2", "127.0.1.1 localhost\n", "127.0.1.1 web2 localhost\n"],
  ["leaves other addresses", "web1", "web2", "10.0.0.1 web1\n", "10.0.0.1 web1\n127.0.1.1 web2\n"],
])("a new name %s", async (_, from, to, before, after) => {
  expect(await renamed(from, to, before)).toBe(after);
});
