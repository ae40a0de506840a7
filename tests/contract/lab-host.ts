import { connect } from "../../src/provider/transports/connect.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";
import { hostConnection } from "../../src/schemas/host.ts";
import { ensureKes } from "../../tools/kes/install.ts";
import { startLab, type TestLab } from "../support/lab.ts";
import { preparedBase } from "../support/prepared.ts";
import { script } from "../support/script.ts";
import { contracts, host } from "./cases.ts";
import type { ContractPlatform } from "./contract-case.ts";
import { programFiles } from "./ollama.ts";

export interface ContractHost {
  readonly lab: TestLab;
  readonly labName: string;
  /** A script for sh, as root; must succeed. Answers its trimmed standard output. */
  shell(script: string): Promise<string>;
  connection: {
    platform: ContractPlatform;
    address: string;
    user: string;
    sshConfig: string;
    connectTimeoutSec: number;
  };
  runner(): Promise<Runner>;
}

/** A fresh host, made ready by hand for all cases. @param purpose names its lab */
export async function contractHost(platform: ContractPlatform, purpose: string): Promise<ContractHost> {
  const labName = `test-${purpose}-${platform}`;
  const system = platform === "darwin" ? "mac" : "debian";
  const all = await contracts(platform);
  const start = [...new Set(all.map(({ before = ":" }) => before))].map((each) => `( ${each} )`).join("\n");
  const copy = async (lab: TestLab) => {
    for (const { programs } of all) await programs?.(lab, host);
  };
  const from = [...(await programFiles()), (await ensureKes()).source];
  const base = await preparedBase({ name: `contract-${platform}`, system, host, script: start, from, copy });
  const lab = await startLab(labName, { hosts: [host], system, base, fresh: true });
  await script(lab.ssh, host, start, "-s"); // what only ran is gone
  const connection = {
    platform,
    address: host,
    user: "root",
    sshConfig: lab.sshConfig,
    connectTimeoutSec: 3,
  };
  return {
    lab,
    labName,
    shell: (text) => script(lab.run, host, text, "-s"),
    connection,
    runner: () => connect(host, hostConnection.parse(connection)),
  };
}
