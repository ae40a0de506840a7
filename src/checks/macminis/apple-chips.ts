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
