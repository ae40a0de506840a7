import { expect, test } from "vitest";

import { stackName } from "../../../tools/lab/stack.ts";
import { awayAtMost, type Deployed } from "../../support/deployed.ts";
import { seenNowhere } from "./seen-nowhere.ts";

/** The key service: what it lets its agents do, and one of them with a new identity. */
export function keys(system: () => Deployed): void {
  test("KES lets each agent do what its policy says, and nothing else", async () => {
    const seal = async (host: string, agent: string) => {
      const words = [`/etc/kes-${agent}/seal`, "-t", "wiki-knowledge-key"];
      const { exitCode, stderr } = await system().lab.run(host, words);
      return { exitCode, stderr };
    };
    expect(await seal("control", "ddc")).toEqual({ exitCode: 0, stderr: "" });
    expect(await seal("control", "sot-query-agent")).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining("KES did not encrypt with wiki-knowledge-key"),
    });
    const { output } = await system().pulumi(["stack", "output", "--json"]);
    expect(output).toContain(`https://${system().lab.address("inference")}:8080`);
  });

  test("another identity of an agent by one command: KES takes it without a restart, the previous one is refused", async () => {
    const client = "/etc/kes-sot-eval-agent/client.env";
    /** Status that KES answers the agent of a client.env. */
    const encrypt = (file: string) =>
      system().sh(
        "control",
        `. ${file}; curl -sS -o /dev/null -w '%{http_code}' --cacert "$KES_CACERT" --cert "$KES_CLIENT_CERT" \\
          --key "$KES_CLIENT_KEY" -X PUT -d '{"plaintext":"bm90ZQ=="}' "$KES_SERVER/v1/key/encrypt/wiki-knowledge-key"`,
      );
    const before = "/root/before/client.env";
    await system().sh(
      "control",
      `cp -a /etc/kes-sot-eval-agent /root/before; sed -i 's!/etc/kes-sot-eval-agent/sot!/root/before/sot!' ${before}`,
    );
    expect(await encrypt(before)).toBe("200");
    const server = await system().mainPid("inference", "kes");

    const rotate = () => system().run("bin/groundwork", "rotate", "kes.sot-eval-agent", "--stack", stackName, "--yes");
    let said = "";
    const rotated = async () => {
      said = await rotate();
    };
    const seconds = await system().away(rotated, async () => (await encrypt(client)) === "200");
    const key = (file: string) => system().sh("control", `. ${file}; sed -n 2p "$KES_CLIENT_KEY"`); // a line is enough
    await seenNowhere(system(), said, [await key(before), await key(client)]);
    expect(await encrypt(client)).toBe("200");
    expect(await encrypt(before)).toBe("403");
    expect(await system().mainPid("inference", "kes")).toBe(server);
    expect(seconds).toBeLessThan(awayAtMost);
    await system().unchanged();
  });
}
