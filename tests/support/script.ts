import type { TestLab } from "./lab.ts";

/**
 * Runs a script for sh on a host, which must succeed. Answers its trimmed standard output.
 *
 * @param way as root without a login (`lab.run`), or by SSH (`lab.ssh`)
 * @param option `-se`: each of its commands must succeed. `-s`: its last one. @default "-se"
 */
export async function script(
  way: TestLab["run"],
  host: string,
  text: string,
  option: "-s" | "-se" = "-se",
): Promise<string> {
  const { exitCode, stdout, stderr } = await way(host, ["sh", option], { input: text });
  if (exitCode !== 0) throw new Error(`${host}: ${text}\nended with ${exitCode}: ${stderr}`);
  return stdout.trim();
}
