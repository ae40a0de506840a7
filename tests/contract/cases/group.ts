import type { ContractCase, Place } from "../contract-case.ts";

const debian = {
  before: "groupdel contract 2>/dev/null || :",
  gid: "getent group contract | cut -d : -f 3",
  change: "groupmod -g 4333 contract",
};

const darwin: typeof debian = {
  before: "dseditgroup -q -o delete contract >/dev/null 2>&1 || :",
  gid: "dscl . -read /Groups/contract PrimaryGroupID 2>/dev/null | cut -d ' ' -f 2",
  // As groupmod does: who is in it stays in it.
  change: `dscl . -create /Groups/contract PrimaryGroupID 4333
    dscl . -read /Users/deploy UniqueID >/dev/null 2>&1 && dscl . -create /Users/deploy PrimaryGroupID 4333; :`,
};

export default ({ platform }: Place): ContractCase => {
  const { before, gid, change } = { debian, darwin }[platform];
  return {
    before,
    args: { name: "contract", gid: 4322 },
    right: { script: gid, answer: "4322" },
    change: { script: change, shows: ["gid"] },
    deleted: { script: gid, answer: "" },
    wrong: { name: { name: "two words" }, gid: { gid: "4322" } },
  };
};
