import type { ContractCase, Place } from "../contract-case.ts";

export default ({ folder, attributes }: Place): ContractCase => {
  const path = `${folder}-ca`;
  return {
    args: { path, commonName: "Contract CA", destroyOnDelete: true },
    right: {
      script: `${attributes(`${path} ${path}/ca.key`)} | cut -d ' ' -f 1,2; openssl verify -CAfile ${path}/ca.crt ${path}/ca.crt
      openssl x509 -in ${path}/ca.crt -noout -ext basicConstraints | tail -n 1 | tr -d ' '; openssl x509 -in ${path}/ca.crt -noout -checkend 300000000`,
      answer: `700 root\n600 root\n${path}/ca.crt: OK\nCA:TRUE,pathlen:0\nCertificate will not expire`,
    },
    change: { script: `chmod 644 ${path}/ca.key`, shows: ["faults"] },
    deleted: { script: `test -e ${path}; echo $?`, answer: "1" },
    wrong: {
      path: { path: "relative" },
      renewBeforeDays: { renewBeforeDays: 3650 },
      faults: { faults: ["ends soon"] },
    },
  };
};
