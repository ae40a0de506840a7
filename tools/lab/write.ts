import { rename, writeFile } from "node:fs/promises";

/** Writes a file so that it is there whole or not at all. */
export async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  await writeFile(`${path}.part`, text, { mode });
  await rename(`${path}.part`, path);
}
