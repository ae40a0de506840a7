// A host of the test lab as resources see it: the real connection, session and helper.
import { HostSession, LiveHost } from "../../../src/provider/live-host.ts";
import { platformOf } from "../../../src/provider/platforms/index.ts";
import type { Resource } from "../../../src/provider/resource.ts";
import { connect } from "../../../src/provider/transports/connect.ts";
import type { Runner } from "../../../src/provider/transports/runner.ts";
import type { Values } from "../../../src/provider/values.ts";
import { hostConnection } from "../../../src/schemas/host.ts";
import type { TestLab } from "../../support/lab.ts";

export interface LabHost {
  readonly host: LiveHost;
  /** Progress lines since the last `forget`. */
  readonly said: string[];
  /** Names of the library functions asked for since then, one a frame. */
  readonly frames: string[];
  /** As a new run would see the host: nothing cached. */
  again(): Promise<LabHost>;
  close(): Promise<void>;
}

export async function labHost(lab: TestLab, name: string): Promise<LabHost> {
  const settings = hostConnection.parse({ platform: "debian", address: name, sshConfig: lab.sshConfig, user: "root" });
  const frames: string[] = [];
  const runner = counted(await connect(name, settings), frames);
  const session = new HostSession(name, platformOf("debian"), runner, "tests");
  const said: string[] = [];
  return {
    host: new LiveHost(session, (line) => said.push(line)),
    said,
    frames,
    again: async () => {
      await session.close();
      return labHost(lab, name);
    },
    close: () => session.close(),
  };
}

const counted = (runner: Runner, frames: string[]): Runner => ({
  request: (command) => {
    frames.push(command.argv[0] ?? "");
    return runner.request(command);
  },
  long: (command, onLine) => {
    frames.push(command.argv[0] ?? "");
    return runner.long(command, onLine);
  },
  another: async () => counted(await runner.another(), frames),
  close: () => runner.close(),
});

/** Inputs with the defaults of the schema, as the server hands them on. */
export const desired = (resource: Resource, values: Values): Values => resource.schema.inputs.parse(values) as Values;
