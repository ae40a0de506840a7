import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { attempt } from "./run.ts";

/** Mount points at or below `folder`, innermost first. */
export async function mountsBelow(folder: string): Promise<string[]> {
  const lines = (await readFile("/proc/self/mountinfo", "utf8")).trimEnd().split("\n");
  const points = lines.map((line) => line.split(" ")[4] ?? "").map(plain);
  return points.filter((point) => point === folder || point.startsWith(`${folder}/`)).reverse();
}

/** Takes down all mounts at or below `folder`. @throws Error when one stays. */
export async function unmountBelow(folder: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const points = await mountsBelow(folder);
    if (points.length === 0) return;
    if (tries === 50)
      throw new Error(`cannot unmount ${points.join(", ")}: something still uses it (fuser -vm ${points[0]})`);
    if (tries > 0) await pause(100);
    for (const point of points) await attempt`umount ${point}`;
  }
}

/** mountinfo writes space, tab, newline and backslash as octal numbers. */
const plain = (point: string): string =>
  point.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
