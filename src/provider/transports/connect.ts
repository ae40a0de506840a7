import type { HostConnection } from "../../schemas/host.ts";
import type { Connection } from "./connection.ts";
import type { Connect } from "./runner.ts";
import { startSession } from "./session.ts";

/** Reaches a host in the way its configuration names, and starts the helper there. Throws `Unreachable`. */
export const connect: Connect = async (name, settings) => {
  const connection = await openConnection(name, settings);
  try {
    const { platform, sudo } = settings;
    const session = await startSession(name, connection, { platform, sudo });
    return { ...session, another: () => connect(name, settings) };
  } catch (error) {
    await connection.close();
    throw error;
  }
};

/** Loads only what it needs: the provider starts once for each command of the user. Throws `Unreachable`. */
export async function openConnection(name: string, settings: HostConnection): Promise<Connection> {
  switch (settings.transport) {
    case "local":
      return (await import("./local.ts")).openLocal(name);
    case "ssh":
      return (await import("./ssh.ts")).openSsh(name, settings);
    case "openssh":
      return (await import("./openssh.ts")).openOpenSsh(name, settings);
  }
}
