// What keeps reading fast: few round trips, one connection.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Host } from "../../src/provider/host.ts";
import { HostPool } from "../../src/provider/host-pool.ts";
import fileResource from "../../src/provider/resources/file.ts";
import { connect } from "../../src/provider/transports/connect.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";
import { fileSchema } from "../../src/schemas/file.ts";
import { providerConfig } from "../../src/schemas/host.ts";
import { canRunLab, whyNoLab } from "../support/lab.ts";
import type { Project } from "../support/project.ts";
import { type FaultHost, faultHost, file, host, watchedProject } from "./fault-host.ts";

const title = canRunLab ? "round trips" : `round trips (skipped: ${whyNoLab})`;
describe.skipIf(!canRunLab)(title, () => {
  let machine: FaultHost;
  let project: Project & { providers(): Promise<number[]> };
  const paths = Array.from({ length: 500 }, (_, number) => `/srv/many/${number}`);

  beforeAll(async () => {
    machine = await faultHost("test-round-trips");
    await machine.shell("mkdir -p /srv/many");
    await withHost(machine, async (open) => {
      await atOnce(paths, async (path) => void (await fileResource.apply(await open(), desired(path))));
    });
    project = await watchedProject();
    const few = paths.slice(0, 20).map((path) => file(path.slice(1), path, path));
    await project.declare({ hosts: machine.hosts, resources: few });
    await project.succeed(["up", "--yes", "--skip-preview"]);
  });
  afterAll(async () => {
    await project?.remove();
    await machine?.lab.stop();
  });

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
      const opened = (await accepted()) - logins;
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
    await withHost(
      machine,
      (open) =>
        atOnce(asked, async (path) => {
          expect(await fileResource.read(await open(), desired(path))).toMatchObject({ content: path });
        }),
      (runner) => ({
        ...runner,
        request: (command) => {
          frames.push(command.argv.slice(0, 2).join(" "));
          return runner.request(command);
        },
      }),
    );
    return frames;
  }
});

const desired = (path: string) => fileSchema.inputs.parse({ host, path, content: path });

/** Works as one provider process does, over one connection. */
async function withHost(
  { hosts }: FaultHost,
  work: (open: () => Promise<Host>) => Promise<void>,
  watched: (runner: Runner) => Runner = (runner) => runner,
): Promise<void> {
  const pool = new HostPool(providerConfig.parse({ hosts }), async (name, settings) =>
    watched(await connect(name, settings)),
  );
  try {
    await work(() => pool.host(host, () => undefined));
  } finally {
    await pool.close();
  }
}

/** As many at a time as the engine has under way on two cores. */
async function atOnce(paths: readonly string[], work: (path: string) => Promise<void>): Promise<void> {
  const waiting = [...paths];
  const worker = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) await work(path);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}
