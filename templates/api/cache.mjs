// Answers kept for a while in Redis, as much of its protocol as that needs. A cache that is away costs time, never an answer:
// `degraded` tells it.
import { createConnection } from "node:net";

import { missing } from "./faults.mjs";
import { settings } from "./settings.mjs";

const url = new URL(settings.redisUrl);
const timeoutMs = 1000;

/** Sends commands over a connection of their own and answers the last one's reply. */
function send(...commands) {
  const password = decodeURIComponent(url.password);
  const user = decodeURIComponent(url.username);
  const login = password ? [["AUTH", ...(user ? [user] : []), password]] : [];
  const all = [...login, ...commands];
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: url.hostname, port: Number(url.port || 6379) });
    let heard = Buffer.alloc(0);
    const replies = [];
    const settle = (settled, value) => {
      socket.destroy();
      settled(value);
    };
    socket.setTimeout(timeoutMs, () => settle(reject, new Error(`no answer within ${timeoutMs} ms`)));
    socket.on("error", (error) => settle(reject, error));
    socket.on("close", () => reject(new Error("the connection ended early")));
    socket.on("data", (bytes) => {
      heard = Buffer.concat([heard, bytes]);
      for (let reply = parse(heard); reply; reply = parse(heard)) {
        if (reply.error) return settle(reject, new Error(reply.error));
        replies.push(reply.value);
        heard = heard.subarray(reply.length);
      }
      if (replies.length === all.length) settle(resolve, replies.at(-1));
    });
    socket.write(all.map(encode).join(""));
  });
}

const encode = (words) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;

/** The first reply in `bytes`, or `undefined` while it is not whole. */
function parse(bytes) {
  const end = bytes.indexOf("\r\n");
  if (end < 0) return undefined;
  const line = bytes.subarray(1, end).toString();
  const length = end + 2;
  switch (String.fromCharCode(bytes[0])) {
    case "-":
      return { length, error: line };
    case "$": {
      const size = Number(line);
      if (size < 0) return { length, value: null };
      if (bytes.length < length + size + 2) return undefined;
      return { length: length + size + 2, value: bytes.subarray(length, length + size).toString() };
    }
    default:
      return { length, value: line };
  }
}

export const ping = () => send(["PING"]);

const orNothing = (degraded) => (error) => {
  missing(degraded, "redis", error);
  return null;
};

export const recall = (key, degraded) => send(["GET", key]).catch(orNothing(degraded));
export const keep = (key, text, seconds, degraded) =>
  send(["SET", key, text, "EX", String(seconds)]).catch(orNothing(degraded));
/** Answers kept before are those of an older version. */
export const outdate = (key, degraded) => send(["INCR", key]).catch(orNothing(degraded));
