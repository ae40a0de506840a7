import { connect } from "../../src/provider/transports/connect.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";
import { hostConnection } from "../../src/schemas/host.ts";
import { startLab, type TestLab } from "../support/lab.ts";
import { contracts, host } from "./cases.ts";
import type { ContractPlatform } from "./contract-case.ts";

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

/** The host as freshly installed, made ready by hand for all cases. @param purpose names its lab */
export async function contractHost(platform: ContractPlatform, purpose: string): Promise<ContractHost> {
  const labName = `test-${purpose}-${platform}`;
  const lab = await startLab(labName, { hosts: [host], system: platform === "darwin" ? "mac" : "debian" });
  await lab.reset(host);
  const by = (way: TestLab["run"]) => async (script: string) => {
    const { exitCode, stdout, stderr } = await way(host, ["sh", "-s"], { input: script });
    if (exitCode !== 0) throw new Error(`${host}: ${script}\nended with ${exitCode}: ${stderr}`);
    return stdout.trim();
  };
  const all = await contracts(platform);
  for (const { programs } of all) await programs?.(lab, host);
  const scripts = new Set(all.map((contract) => contract.before ?? ":"));
  await by(lab.ssh)([...scripts].map((script) => `( ${script} )`).join("\n"));
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
    shell: by(lab.run),
    connection,
    runner: () => connect(host, hostConnection.parse(connection)),
  };
}
