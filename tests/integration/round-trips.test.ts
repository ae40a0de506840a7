// What keeps reading fast: few round trips, one connection.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { HostPool } from "../../src/provider/host-pool.ts";
import fileResource from "../../src/provider/resources/file.ts";
import { connect } from "../../src/provider/transports/connect.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";
import { fileSchema } from "../../src/schemas/file.ts";
import { providerConfig } from "../../src/schemas/host.ts";
import { canRunLab, whyNoLab } from "../support/lab.ts";
import type { Project } from "../support/project.ts";
import { type FaultHost, faultHost, file, host, watchedProject } from "./fault-host.ts";

/** As many calls as the engine has under way at a time on two cores. */
const parallel = 8;

const title = canRunLab ? "round trips" : `round trips (skipped: ${whyNoLab})`;
describe.skipIf(!canRunLab)(title, () => {
  let machine: FaultHost;
  let project: Project & { providers(): Promise<number[]> };
  const paths = Array.from({ length: 500 }, (_, number) => `/srv/many/${number}`);

  beforeAll(async () => {
    machine = await faultHost();
    await machine.shell("mkdir -p /srv/many");
    project = await watchedProject();
    await project.declare({ hosts: machine.hosts, resources: paths.map((path) => file(path.slice(1), path, path)) });
    await project.succeed(["up", "--yes", "--skip-preview"], { env: { PULUMI_SKIP_CHECKPOINTS: "true" } });
  });
  afterAll(() => project?.remove());

  test("reading 500 files takes exactly as many frames as reading 10", async () => {
    const few = await framesToRead(paths.slice(0, 10));
    const many = await framesToRead(paths);
    expect(many).toEqual(few);
    expect(many.length).toBeLessThanOrEqual(4);
  });

  test("one connection per host and provider process, by the host's own log", async () => {
    for (const command of [["refresh", "--preview-only"], ["preview"], ["up", "--yes"]]) {
      const processes = (await project.providers()).length;
      const logins = await accepted();
      await project.succeed([...command, "--expect-no-changes"]);
      const started = (await project.providers()).length - processes;
      const opened = (await accepted()) - logins - 1; // one was the question itself
      expect(opened, command.join(" ")).toBeGreaterThan(0);
      expect(opened, command.join(" ")).toBeLessThanOrEqual(started);
      if (command[0] === "refresh") expect(opened).toBe(1);
    }
  });

  const accepted = async () =>
    Number(await machine.shell("journalctl --sync; journalctl -q _COMM=sshd-session | grep -c Accepted"));

  /** The requests of a new provider process that reads files as the engine asks for them. */
  async function framesToRead(asked: readonly string[]): Promise<string[]> {
    const frames: string[] = [];
    const counted = (runner: Runner): Runner => ({
      request: (command) => {
        frames.push(command.argv.slice(0, 2).join(" "));
        return runner.request(command);
      },
      long: (command, onLine) => runner.long(command, onLine),
      close: () => runner.close(),
    });
    const pool = new HostPool(providerConfig.parse({ hosts: machine.hosts }), async (name, connection) =>
      counted(await connect(name, connection)),
    );
    const waiting = [...asked];
    const work = async () => {
      for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
        const desired = fileSchema.inputs.parse({ host, path, content: path });
        const state = await fileResource.read(await pool.host(host, () => undefined), desired);
        expect(state).toMatchObject({ content: path });
      }
    };
    await Promise.all(Array.from({ length: parallel }, work));
    await pool.close();
    return frames;
  }
});
