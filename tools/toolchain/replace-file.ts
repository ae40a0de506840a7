import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

/** Writes `content` under a temporary name and renames it, unless it is there already. */
export async function replaceFile(file: string, content: string | Buffer, mode = 0o644): Promise<void> {
  const wanted = Buffer.from(content);
  if (wanted.equals(await contentOf(file))) return;
  await mkdir(path.dirname(file), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  await writeFile(part, wanted, { mode });
  await rename(part, file);
}

async function contentOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}
