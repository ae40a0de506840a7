// Doc comments in src/: every `@example` compiles as it stands, with what its own file exports and `pulumi` in scope, and
// what components take is told.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Text of a module by the path it would have, beside the file that documents it. */
const examples = new Map<string, string>();
for (const file of readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })) {
  if (!file.endsWith(".ts")) continue;
  const path = join(root, "src", file);
  examplesOf(readFileSync(path, "utf8")).forEach((example, index) => {
    examples.set(path.replace(/\.ts$/, `.example-${index + 1}.ts`), example.replace("{file}", path));
  });
}

function examplesOf(text: string): string[] {
  const comments = text.match(/\/\*\*.*?\*\//gs) ?? [];
  return comments.flatMap((comment) => {
    const lines = comment.replace(/\s*\*\/$/, "").split("\n");
    const body = lines.map((line) => line.replace(/^\s*\* ?/, "")).join("\n");
    return body
      .split(/^@example$/m)
      .slice(1)
      .map((example) => `${prelude(text)}\n${example.split(/^@\w+/m)[0]}\nexport {};\n`);
  });
}

function prelude(text: string): string {
  const names = [...text.matchAll(/^export (?:class|function|const) (\w+)/gm)].map(([, name]) => name);
  return `import * as pulumi from "@pulumi/pulumi";\nimport { ${names.join(", ")} } from "{file}";`;
}

function faults(): string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  options.noUnusedLocals = false;
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => examples.has(path) || fileExists(path);
  host.readFile = (path) => examples.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const example = examples.get(path);
    return example === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, example, version);
  };
  const program = ts.createProgram([...examples.keys()], options, host);
  return [...examples.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${path.slice(root.length)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
  });
}

test("there are examples", () => {
  expect([...examples.keys()].map((path) => path.slice(root.length))).toContain(
    "src/components/macminis/postgres-server.example-1.ts",
  );
});

test("every example compiles", { timeout: 120_000 }, () => {
  expect(faults()).toEqual([]);
});

const components = readdirSync(join(root, "src/components"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ file, text: readFileSync(join(root, "src/components", file), "utf8") }));

test("every component has an example", () => {
  const without = components.filter(
    ({ text }) => /extends pulumi\.(Component|Provider)Resource/.test(text) && examplesOf(text).length === 0,
  );
  expect(without.map(({ file }) => file)).toEqual([]);
});

test("every field of what a component takes has a doc comment", () => {
  const undocumented = components.flatMap(({ file, text }) =>
    ts
      .createSourceFile(file, text, ts.ScriptTarget.Latest, true)
      .statements.filter((statement) => ts.isInterfaceDeclaration(statement))
      .filter(({ name }) => name.text.endsWith("Args"))
      .flatMap(({ name, members }) =>
        members
          .filter((member) => ts.getJSDocCommentsAndTags(member).length === 0)
          .map((member) => `${file}: ${name.text}.${member.name?.getText()}`),
      ),
  );
  expect(undocumented).toEqual([]);
});
