// Room for models on the disk of their folder: lines of the helper's `gw_ollama_room`.
import type { Fact } from "../../host.ts";
import { linesIn } from "../../lines.ts";

/** Bytes that pulls into a folder of models can still take, what they have left there before included. */
export const modelRoom: Fact<number> = {
  name: "ollama-room",
  command: (folders) => ({ argv: ["gw_ollama_room", ...folders] }),
  parse({ stdout, stderr }, folders) {
    const lines = linesIn(stdout);
    const bytes = (word: string, folder: string): number => {
      const line = lines.find((one) => one.startsWith(`${word} `) && one.endsWith(` ${folder}`));
      const [, kibibytes] = /^\w+ (\d+) /.exec(line ?? "") ?? [];
      if (kibibytes === undefined) throw new Error(`the free space at ${folder} is not known: ${stderr.trim()}`);
      return Number(kibibytes) * 1024;
    };
    return new Map(folders.map((folder) => [folder, bytes("free", folder) + bytes("parts", folder)]));
  },
};
