// Commands of a node's client, as a shell reads them.
import { execa } from "execa";
import { expect, test } from "vitest";

import { commandsText, word } from "../../../src/components/macminis/ddc-commands.ts";
import { ddc } from "../../../src/schemas/macminis/ddc.ts";

test("words are literal but for the placeholders", async () => {
  const text = commandsText({
    settings: { KEY: "it's a $KEY" },
    environment: { WALLET: "`id` \\" },
    commands: {
      store: ["printf", "<%s>", "put", "{file}", "http://{address}:{port}/{name}?a=$b;c", "{other}", "", "it's"],
      fetch: ["false"],
      list: ["printenv", "WALLET"],
      remove: ["true"],
    },
    address: "198.18.0.13",
    port: 9090,
  });
  const script = `${text}name='a b' file='/srv/*'\nstore; printf '|%s|' "$KEY"; list; fetch || remove && echo ok`;
  expect((await execa("sh", ["-c", script])).stdout).toBe(
    "<put></srv/*><http://198.18.0.13:9090/a b?a=$b;c><{other}><><it's>|it's a $KEY|`id` \\\nok",
  );
});

test("a word alone", () => {
  expect(word("{file}.{name}", {})).toBe(`"$file"'.'"$name"`);
});

const dumps = {
  store: ["ddc", "put", "{file}", "{name}"],
  fetch: ["ddc", "get", "{name}", "{file}"],
  list: ["ddc", "ls"],
  remove: ["ddc", "rm", "{name}"],
};
const image = `example.com/ddc@sha256:${"0".repeat(64)}`;
const artefact = { source: "ddc.tar.gz", sha256: "0".repeat(64) };

test.each<[string, object, string]>([
  ["an image that is not pinned", { container: { image: "example.com/ddc:latest" } }, "must be pinned"],
  ["a program twice", { container: { image }, artefact }, "give either `artefact` or `container`"],
  ["copies that are not asked for", { artefact, dumps }, "needs `sync: true`"],
  [
    "a command without the file",
    { sync: true, dumps: { ...dumps, store: ["ddc", "{name}"] } },
    "must hold {file} and {name}",
  ],
])("%s is refused", (_, change, said) => {
  const { success, error } = ddc.safeParse({ host: "storage", enabled: true, ...change });
  expect([success, error?.issues[0]?.message]).toEqual([false, expect.stringContaining(said)]);
});

test("the node needs no more than its host and its program", () => {
  expect(ddc.parse({ host: "storage", container: { image } })).toMatchObject({
    port: 9090,
    sync: false,
    container: { dataDir: "/data", args: [] },
  });
});
