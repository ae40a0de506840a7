import { copyKes, startKesOn } from "../../support/kes.ts";
import type { ContractCase, Place } from "../contract-case.ts";

const kes = ". /etc/kes-admin/shell; kes";

export default ({ serviceManager }: Place): ContractCase => ({
  programs: copyKes,
  before: startKesOn(serviceManager),
  args: { name: "contract-key", destroyOnDelete: true },
  right: {
    script: `${kes} key info contract-key | sed -n 's/^Algorithm *//p'; ${kes} key dek contract-key | cut -c 1-14`,
    answer: 'AES256\n{"plaintext":"',
  },
  change: { script: `${kes} key rm contract-key`, shows: "gone" },
  deleted: { script: `${kes} key ls`, answer: "" },
  wrong: { name: { name: "a.b" }, material: { material: "short" }, client: { client: "admin.env" } },
});
