import type { ContractCase, Place } from "../contract-case.ts";

const note = "/var/lib/groundwork/machine/hardware";

export default ({ attributes }: Place): ContractCase => ({
  args: { memoryGiB: 0.5, systemVersion: "12", freeDiskGiB: 0.1, unattended: true },
  right: { script: `${attributes(note)} | cut -d ' ' -f 1`, answer: "600" },
  change: { script: `rm ${note}`, shows: "gone" },
  deleted: { script: `ls ${note} 2>/dev/null | wc -l`, answer: "0" },
  wrong: {
    memoryGiB: { memoryGiB: 0 },
    systemVersion: { systemVersion: "trixie" },
    freeDiskGiB: { freeDiskGiB: -1 },
  },
});
