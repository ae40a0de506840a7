import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What happens to bytes on their way to the host once `after` more of them have passed. */
export interface Fault {
  readonly kind: "cut" | "flip" | "swallow";
  readonly after: number;
  /** @default "up", towards the host */
  readonly direction?: "up" | "down";
}

export interface FaultyLink {
  readonly port: number;
  /** From now on; bytes count from here. */
  inject(fault: Fault): void;
  close(): Promise<void>;
}

/** A TCP proxy on a loopback port that can damage what it passes on. */
export async function startProxy(address: string, targetPort: number, port = 0): Promise<FaultyLink> {
  const sockets = new Set<Socket>();
  let fault: Fault | undefined;
  let passed = 0;

  const pass = (from: Socket, to: Socket, direction: "up" | "down") => {
    from.on("data", (chunk: Buffer) => {
      if (!fault || direction !== (fault.direction ?? "up")) {
        if (fault?.kind !== "swallow" || passed < fault.after) to.write(chunk);
        return;
      }
      const at = fault.after - passed;
      passed += chunk.length;
      if (at >= chunk.length) return void to.write(chunk);
      if (fault.kind === "swallow") return void (at > 0 && to.write(chunk.subarray(0, at)));
      if (fault.kind === "flip") {
        if (at >= 0) chunk[at]! ^= 0x20;
        return void to.write(chunk);
      }
      to.write(chunk.subarray(0, at));
      for (const socket of sockets) socket.end();
    });
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  };
  const server = createServer((client) => {
    const upstream = connect({ host: address, port: targetPort, noDelay: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
    pass(client, upstream, "up");
    pass(upstream, client, "down");
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    inject(next) {
      fault = next;
      passed = 0;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
