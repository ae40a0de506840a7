import { execa } from "execa";
import { expect, test } from "vitest";

import { root } from "../../tools/toolchain/places.ts";

/** What a program that uses Pulumi's SDK prints, started as Pulumi.yaml says. */
async function said(program: string): Promise<string> {
  const argv = ["--no-warnings", "--import", "groundwork/lean-sdk", "--input-type=commonjs", "-e", program];
  return (await execa(process.execPath, argv, { cwd: root })).stdout;
}

test("neither the TypeScript compiler nor npm's reader of packages is loaded for nothing", async () => {
  const program = `require("@pulumi/pulumi"); console.log(Object.keys(require.cache).join("\\n"))`;
  const loaded = (await said(program)).split("\n");
  expect(loaded.some((file) => file.includes("/@pulumi/pulumi/"))).toBe(true);
  expect(loaded.filter((file) => file.includes("/@npmcli/arborist/"))).toHaveLength(1); // itself, as a promise of it
  expect(loaded.filter((file) => file.includes("/node_modules/pacote/"))).toEqual([]); // of what it loads
});

test("what needs them finds them", async () => {
  const program = `const pulumi = require("@pulumi/pulumi"); const three = 3;
    pulumi.runtime.serializeFunction(() => three + 1).then(({ text }) => console.log(text));
    pulumi.runtime.computeCodePaths().then((paths) => console.log([...paths.keys()].join("\\n")));`;
  const text = await said(program);
  expect(text).toMatch(/return \(\) ?=> ?three \+ 1;/);
  expect(text).toContain("node_modules/execa");
});
