import { copyKes, startKes } from "../../support/kes.ts";
import type { ContractCase } from "../contract-case.ts";

const kes = ". /root/kes-admin; kes";

export default (): ContractCase => ({
  platforms: ["debian"], // nothing of it differs but where KES is made
  programs: copyKes,
  before: startKes,
  args: { name: "contract-key", destroyOnDelete: true },
  right: {
    script: `${kes} key info contract-key | sed -n 's/^Algorithm *//p'; ${kes} key dek contract-key | cut -c 1-14`,
    answer: 'AES256\n{"plaintext":"',
  },
  change: { script: `${kes} key rm contract-key`, shows: "gone" },
  deleted: { script: `${kes} key ls`, answer: "" },
  wrong: { name: { name: "a.b" }, material: { material: "short" }, client: { client: "admin.env" } },
});
