import { readFileSync } from "node:fs";

import type { ContractCase, Place } from "../contract-case.ts";

export default ({ folder }: Place): ContractCase => {
  const authority = `${folder}-ca`;
  const path = `${authority}/issued/contract.crt`;
  return {
    after: ["certificate-authority"],
    args: {
      authority,
      name: "contract",
      request: readFileSync(new URL("../../fixtures/contract/request.csr", import.meta.url), "utf8"),
      subjectAlternativeNames: ["DNS:contract.example", "IP:198.18.0.13"],
      usages: ["server", "client"],
      days: 825,
    },
    right: {
      script: `openssl verify -CAfile ${authority}/ca.crt -purpose sslserver -verify_ip 198.18.0.13 ${path}
      openssl verify -CAfile ${authority}/ca.crt -purpose sslclient -verify_hostname contract.example ${path}
      openssl x509 -in ${path} -noout -subject | tr -d ' '`,
      answer: `${path}: OK\n${path}: OK\nsubject=CN=contract`,
    },
    // As if it had been signed long ago, for less: what is left is less than is wanted.
    change: {
      script: `cd ${authority}; openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -out ${path} -subj /CN=other -days 1 2>/dev/null`,
      shows: ["request", "subjectAlternativeNames", "usages", "days", "faults"],
    },
    deleted: { script: `test -e ${path}; echo $?`, answer: "1" },
    wrong: {
      request: { request: "none" },
      "subjectAlternativeNames[0]": { subjectAlternativeNames: ["localhost"] },
      subjectAlternativeNames: { subjectAlternativeNames: [] },
      renewBeforeDays: { days: 10, renewBeforeDays: 10 },
    },
    untold: ["request"],
  };
};
