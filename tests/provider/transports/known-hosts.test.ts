import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { fingerprint, knownKeys, nameOf } from "../../../src/provider/transports/known-hosts.ts";

const key = (type: string, content: string): string => {
  const parts = [type, content].map((text) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, Buffer.from(text)]);
  });
  return Buffer.concat(parts).toString("base64");
};
const one = key("ssh-ed25519", "one");
const two = key("ssh-rsa", "two");
const types = (text: string, address: string, port = 22) =>
  knownKeys(text, nameOf(address, port)).map(({ type }) => type);

const hashed = (name: string): string => {
  const salt = Buffer.from("12345678901234567890");
  return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
};

test("all keys of a host, by name, list, pattern or hash", () => {
  const text = [
    "# comment",
    `storage,198.18.0.13 ssh-ed25519 ${one} a comment`,
    `*.lab,!bad.lab ssh-rsa ${two}`,
    `${hashed("storage")} ssh-rsa ${two}`,
    "",
  ].join("\n");
  expect(types(text, "storage")).toEqual(["ssh-ed25519", "ssh-rsa"]);
  expect(types(text, "198.18.0.13")).toEqual(["ssh-ed25519"]);
  expect(types(text, "good.lab")).toEqual(["ssh-rsa"]);
  expect(types(text, "bad.lab")).toEqual([]);
  expect(types(text, "198.18.0.1")).toEqual([]);
});

test("another port is another name, hashed too", () => {
  const text = `[storage]:2222 ssh-ed25519 ${one}\n${hashed("[control]:2222")} ssh-rsa ${two}\nstorage ssh-rsa ${two}\n`;
  expect(types(text, "storage", 2222)).toEqual(["ssh-ed25519"]);
  expect(types(text, "control", 2222)).toEqual(["ssh-rsa"]);
  expect(types(text, "control")).toEqual([]);
});

test("a revoked key is known as such, an authority is none of ours", () => {
  const text = `@revoked * ssh-ed25519 ${one}\n@cert-authority * ssh-rsa ${two}\n`;
  expect(knownKeys(text, "storage").map(({ revoked }) => revoked)).toEqual([true]);
});

test("fingerprints are those of ssh-keygen", () => {
  expect(fingerprint(Buffer.from("abc"))).toBe("SHA256:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0");
});
