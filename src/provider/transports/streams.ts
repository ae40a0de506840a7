// Programs that run as root with streams of their own: for what no frame holds.
import type { HostConnection } from "../../schemas/host.ts";
import { openConnection } from "./connect.ts";
import type { Channel, Connection } from "./connection.ts";
import { encode } from "./frames.ts";
import { startShell } from "./shell.ts";

export interface Streams {
  /** Its three streams pass as they are. Rejects with `Unreachable`. */
  run(argv: readonly string[]): Promise<Channel>;
  close: Connection["close"];
}

/** Throws `Unreachable`. */
export async function openStreams(host: string, settings: HostConnection): Promise<Streams> {
  const connection = await openConnection(host, settings);
  const { platform, sudo } = settings;
  return {
    async run(argv) {
      const { channel } = await startShell({ host, connection, platform, sudo, terminal: false }); // one would end no stream
      for (const stream of [channel.stdout, channel.stderr]) stream.pause(); // until somebody reads
      for (const piece of encode("exec", 1, { argv })) channel.stdin.write(piece);
      return channel;
    },
    close: () => connection.close(),
  };
}
