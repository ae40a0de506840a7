import type { Host } from "../model.ts";

/** What a Mac mini with such a chip is, as Apple's technical specifications have it. */
export interface AppleChip {
  /** GB/s. */
  readonly memoryBandwidth: number;
  readonly mostMemoryGiB: number;
}

export const appleChips: Readonly<Record<string, AppleChip>> = {
  M1: { memoryBandwidth: 68, mostMemoryGiB: 16 },
  M2: { memoryBandwidth: 100, mostMemoryGiB: 24 },
  "M2 Pro": { memoryBandwidth: 200, mostMemoryGiB: 32 },
  M4: { memoryBandwidth: 120, mostMemoryGiB: 32 },
  "M4 Pro": { memoryBandwidth: 273, mostMemoryGiB: 64 },
};

/** Chips that exist with such memory. */
export const chipsWith = (memoryMiB: number): string[] =>
  Object.keys(appleChips).filter((name) => memoryMiB <= appleChips[name]!.mostMemoryGiB * 1024);

/** The chip of a Mac, as declared, or the only one that its memory leaves. */
export function chipOf({ platform, chip, memoryMiB }: Host): (AppleChip & { readonly name: string }) | undefined {
  const [only, ...others] = chipsWith(memoryMiB);
  const name = chip ?? (others.length === 0 ? only : undefined);
  const known = platform === "darwin" && name !== undefined ? appleChips[name] : undefined;
  return known && { name: name!, ...known };
}
