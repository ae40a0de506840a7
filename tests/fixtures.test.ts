// Every fixture says where it is from: in a row of the README of its folder, or of a folder above.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));
const files = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .map((name) => join(fixtures, name))
  .filter((file) => statSync(file).isFile() && !file.endsWith("README.md"));

/** File names of a README's table, `*` among them, each with what is said of it. */
const rowsOf = (readme: string): [string, string][] =>
  [...readFileSync(readme, "utf8").matchAll(/^\| (`.*?`) \| (.*) \|$/gm)].flatMap(([, names = "", from = ""]) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]): [string, string] => [name, from]),
  );

const named = (pattern: string, file: string) =>
  new RegExp(`^${pattern.replace(/[.+]/g, "\\$&").replaceAll("*", "[^/]*")}$`).test(file);

function readmeOf(file: string): string {
  let folder = dirname(file);
  while (!existsSync(join(folder, "README.md"))) folder = dirname(folder);
  return join(folder, "README.md");
}

const said = (file: string): string | undefined => {
  const readme = readmeOf(file);
  return rowsOf(readme).find(([pattern]) => named(pattern, relative(dirname(readme), file)))?.[1];
};

test.each(files.map((file) => relative(fixtures, file)))("%s says where it is from", (file) => {
  expect(said(join(fixtures, file)) ?? "").toMatch(/^(captured|recorded|written by hand)\b|\w\(\d\)|https:\/\//);
});

test("of macOS each names a manual page, a document, or the Mac-like host that it was captured on", () => {
  const macs = files.filter((file) => relative(fixtures, file).startsWith("darwin-15/"));
  expect(macs).not.toEqual([]);
  for (const file of macs) expect(said(file), file).toMatch(/\w\(\d\)|https:\/\//);
  expect(said(join(fixtures, "transcripts/darwin/user.json"))).toContain("Mac-like lab host");
});

test("no README names a file that is gone", () => {
  for (const readme of new Set(files.map(readmeOf)))
    for (const [pattern] of rowsOf(readme)) {
      const names = files.map((file) => relative(dirname(readme), file));
      expect(
        names.some((name) => named(pattern, name)),
        `${relative(fixtures, readme)}: ${pattern}`,
      ).toBe(true);
    }
});
