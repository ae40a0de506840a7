import { connect, type Socket } from "node:net";
import type { Unreachable } from "../errors.ts";
import { ConnectionLost, ConnectionRefused, ConnectionTimeout, NameNotResolved, NoRoute } from "./errors.ts";

/** A TCP connection, or the reason why there is none. */
export function openTcp(host: string, address: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, noDelay: true });
    const fail = (error: Unreachable) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(noAnswer(host, address, port, timeoutMs)), timeoutMs);
    socket.once("error", (error: NodeJS.ErrnoException) => fail(explain(host, address, port, error)));
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}

const noAnswer = (host: string, address: string, port: number, timeoutMs: number): ConnectionTimeout =>
  new ConnectionTimeout(
    host,
    `timed out: no answer from ${address} port ${port} (last attempt ${Math.round(timeoutMs / 100) / 10} s). Is it switched on, and does its firewall let the port through?`,
  );

function explain(host: string, address: string, port: number, error: NodeJS.ErrnoException): Unreachable {
  const where = `${address} port ${port}`;
  switch (error.code) {
    case "ECONNREFUSED":
      return new ConnectionRefused(host, `connection refused by ${where}. Does sshd run there, at this port?`);
    case "ETIMEDOUT":
      return new ConnectionTimeout(
        host,
        `timed out: no answer from ${where}. Is it switched on, and does its firewall let the port through?`,
      );
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return new NoRoute(host, `no route to ${where}. Is it on, and is this machine in its network?`);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new NameNotResolved(
        host,
        `the name ${address} does not resolve (${error.code}); correct \`hosts.${host}.address\``,
      );
    default:
      return new ConnectionLost(host, `no connection to ${where}: ${error.message}`);
  }
}
