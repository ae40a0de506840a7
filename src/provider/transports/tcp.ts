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
    const attempt = ` (last attempt ${Math.round(timeoutMs / 100) / 10} s)`;
    const timer = setTimeout(() => fail(noConnection.timedOut(host, `${address} port ${port}`, attempt)), timeoutMs);
    socket.once("error", (error: NodeJS.ErrnoException) => fail(explain(host, address, port, error)));
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}

/** Why there is no connection: of each cause the error that names it. */
export const noConnection = {
  refused: (host: string, where: string) =>
    new ConnectionRefused(host, `connection refused by ${where}. Does sshd run there, at this port?`),
  timedOut: (host: string, where: string, attempt = "") =>
    new ConnectionTimeout(
      host,
      `timed out: no answer from ${where}${attempt}. Is it switched on, and does its firewall let the port through?`,
    ),
  noRoute: (host: string, where: string) =>
    new NoRoute(host, `no route to ${where}. Is it on, and is this machine in its network?`),
  other: (host: string, where: string, said: string) => new ConnectionLost(host, `no connection to ${where}: ${said}`),
};

function explain(host: string, address: string, port: number, error: NodeJS.ErrnoException): Unreachable {
  const where = `${address} port ${port}`;
  switch (error.code) {
    case "ECONNREFUSED":
      return noConnection.refused(host, where);
    case "ETIMEDOUT":
      return noConnection.timedOut(host, where);
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return noConnection.noRoute(host, where);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new NameNotResolved(
        host,
        `the name ${address} does not resolve (${error.code}); correct \`hosts.${host}.address\``,
      );
    default:
      return noConnection.other(host, where, error.message);
  }
}
