import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { credentials } from "../../../src/provider/transports/ssh-keys.ts";
import { sshSettings } from "../../../src/provider/transports/ssh-settings.ts";
import { hostConnection } from "../../../src/schemas/host.ts";

test("an agent that hangs is left out, and told of", async () => {
  const folder = await mkdtemp(join(tmpdir(), "groundwork-agent-"));
  const agent = createServer(() => {}).listen(join(folder, "agent"));
  try {
    const connection = hostConnection.parse({ platform: "debian", address: "198.18.0.1", sshConfig: "/dev/null" });
    const settings = { ...(await sshSettings("control", connection)), agent: join(folder, "agent") };
    expect((await credentials(settings)).notes[0]).toBe("no answer of the agent within 5 s");
  } finally {
    agent.close();
    await rm(folder, { recursive: true });
  }
});
