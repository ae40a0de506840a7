// Who may import whom, as the table of README.md says.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = ["src", "stacks", "tools", "tests", "bench"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.m?[tj]s$/.test(file))
    .map((file) => join(folder, file)),
);
const text = (file: string) => readFileSync(join(root, file), "utf8");

/** Files as repository paths, packages by name, Node's own as `node:...`. */
const imports = (file: string): string[] =>
  ts.preProcessFile(text(file)).importedFiles.map(({ fileName }) => {
    if (fileName.startsWith(".")) return normalize(join(dirname(file), fileName));
    return /^(@[^/]+\/)?[^/]+/.exec(fileName)?.[0].replace(/^node:.*/, fileName) ?? fileName;
  });

/** Every import from `folder` that `allowed` rejects, as `file -> import`. */
const strays = (folder: RegExp, allowed: (imported: string, file: string) => boolean): string[] =>
  files
    .filter((file) => folder.test(file))
    .flatMap((file) =>
      imports(file)
        .filter((imported) => !allowed(imported, file))
        .map((to) => `${file} -> ${to}`),
    );

const under =
  (...folders: string[]) =>
  (imported: string) =>
    folders.some((folder) => imported.startsWith(`${folder}/`));

/** Rows of README's table: a layer, and those that it may import. */
const layers = [...text("README.md").matchAll(/^\| `([\w/]+)\/` \|.*\|([^|]*)\|$/gm)].map(
  ([, layer = "", row = ""]) => ({
    layer,
    imported: [...row.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  }),
);

test("the table has every layer", () => {
  const folders = readdirSync(join(root, "src")).map((name) => `src/${name}`);
  expect(layers.map(({ layer }) => layer).sort()).toEqual([...folders, "stacks", "tools"].sort());
});

test.each(layers)("$layer imports only what the table says", ({ layer, imported }) => {
  const others = layers.map((other) => other.layer).filter((name) => name !== layer && !imported.includes(name));
  expect(strays(new RegExp(`^${layer}/`), (to) => !under(...others, "tests", "bench")(to))).toEqual([]);
});

test("schemas and checks use no package but Zod", () => {
  expect(strays(/^src\/(schemas|checks)\//, (to) => to === "zod" || under("src")(to))).toEqual([]);
});

test("within the provider only rpc knows Pulumi and gRPC", () => {
  const wire = /^(@pulumi\/|@grpc\/|google-protobuf$)/;
  expect(strays(/^src\/provider\/(?!rpc\/)/, (to) => !wire.test(to))).toEqual([]);
  expect(strays(/^src\/provider\/(?!rpc\/|main\.ts$)/, (to) => !under("src/provider/rpc")(to))).toEqual([]);
});

test("within the provider only transports reach other machines and programs", () => {
  const io = /^(node:(net|tls|http|https|http2|dgram|dns|child_process)(\/|$)|ssh2$|execa$)/;
  expect(strays(/^src\/provider\/(?!transports\/)/, (to) => !io.test(to))).toEqual([]);
});

test("platforms are pure: no files, no network, nothing of resources or transports", () => {
  const pure = (to: string) =>
    !/^node:(fs|os|process)(\/|$)/.test(to) && !under("src/provider/resources", "src/provider/transports")(to);
  expect(strays(/^src\/provider\/platforms\//, pure)).toEqual([]);
});

test("only stacks read Pulumi's configuration", () => {
  const readers = files.filter((file) => /^(src|tools)\//.test(file) && /\bnew (pulumi\.)?Config\(/.test(text(file)));
  expect(readers).toEqual([]);
});

test("targets and programs do not import each other", () => {
  const target = (path: string) => /^src\/components\/([^/]+)\//.exec(path)?.[1];
  expect(strays(/^src\/components\/[^/]+\//, (to, file) => [undefined, target(file)].includes(target(to)))).toEqual([]);
  const program = (path: string) => /^stacks\/([^/]+)\//.exec(path)?.[1];
  expect(strays(/^stacks\/[^/]+\//, (to, file) => [undefined, program(file)].includes(program(to)))).toEqual([]);
});

test("no file is longer than 300 lines", () => {
  expect(files.filter((file) => text(file).trimEnd().split("\n").length > 300)).toEqual([]);
});
