import type { ContractCase } from "../contract-case.ts";

export default {
  before: "groupdel contract 2>/dev/null || :",
  args: { name: "contract", gid: 4322 },
  right: { script: "getent group contract", answer: "contract:x:4322:" },
  change: { script: "groupmod -g 4333 contract", shows: ["gid"] },
  deleted: { script: "getent group contract; echo $?", answer: "2" },
  wrong: { name: { name: "two words" }, gid: { gid: "4322" } },
} satisfies ContractCase;
