import type { HostConnection } from "../../schemas/host.ts";
import type { Connection } from "./connection.ts";
import { openLocal } from "./local.ts";
import { openOpenSsh } from "./openssh.ts";
import type { Connect } from "./runner.ts";
import { startSession } from "./session.ts";
import { openSsh } from "./ssh.ts";

/** Reaches a host in the way its configuration names, and starts the helper there. Throws `Unreachable`. */
export const connect: Connect = async (name, settings) => {
  const connection = await open(name, settings);
  try {
    return await startSession(name, connection, settings.sudo);
  } catch (error) {
    await connection.close();
    throw error;
  }
};

async function open(name: string, settings: HostConnection): Promise<Connection> {
  switch (settings.transport) {
    case "local":
      return openLocal(name);
    case "ssh":
      return openSsh(name, settings);
    case "openssh":
      return openOpenSsh(name, settings);
  }
}
