import { connect } from "../../src/provider/transports/connect.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";
import { hostConnection } from "../../src/schemas/host.ts";
import { startLab, type TestLab } from "../support/lab.ts";
import { contracts, host } from "./cases.ts";

/** The lab of all contract tests: one after the other uses it. */
export const labName = "test-contract";

export interface ContractHost {
  readonly lab: TestLab;
  /** A script for sh, as root; must succeed. Answers its trimmed standard output. */
  shell(script: string): Promise<string>;
  connection: { platform: "debian"; address: string; user: string; sshConfig: string; connectTimeoutSec: number };
  runner(): Promise<Runner>;
}

/** The host as freshly installed, made ready by hand for all cases. */
export async function contractHost(): Promise<ContractHost> {
  const lab = await startLab(labName, { hosts: [host] });
  await lab.reset(host);
  const shell = async (script: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await lab.ssh(host, ["sh", "-s"], { input: script });
    if (exitCode !== 0) throw new Error(`${script}\nended with ${exitCode}: ${stderr}`);
    return stdout.trim();
  };
  const all = await contracts("debian");
  for (const { programs } of all) await programs?.(lab, host);
  const scripts = new Set(all.map((contract) => contract.before ?? ":"));
  await shell([...scripts].map((script) => `(${script})`).join("\n"));
  const connection = {
    platform: "debian",
    address: host,
    user: "root",
    sshConfig: lab.sshConfig,
    connectTimeoutSec: 3,
  } as const;
  return { lab, shell, connection, runner: () => connect(host, hostConnection.parse(connection)) };
}
