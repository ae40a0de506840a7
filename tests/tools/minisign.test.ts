import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";

import { isSigned } from "../../tools/kes/minisign.ts";

const number = Buffer.from("12345678");
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
const key = Buffer.concat([Buffer.from("Ed"), number, raw]).toString("base64");
const bytes = Buffer.from("a program");

/** As minisign writes it: a comment, the signature, a trusted comment and its own signature. */
function signed(algorithm: "ED" | "Ed", keyNumber = number): string {
  const message = algorithm === "ED" ? createHash("blake2b512").update(bytes).digest() : bytes;
  const signature = Buffer.concat([Buffer.from(algorithm), keyNumber, sign(null, message, privateKey)]);
  return `untrusted comment: of a test\n${signature.toString("base64")}\ntrusted comment: none\nAAAA\n`;
}

test.each(["ED", "Ed"] as const)("what was signed (%s) is told from what was not", (algorithm) => {
  expect(isSigned(bytes, signed(algorithm), key)).toBe(true);
  expect(isSigned(Buffer.from("a Program"), signed(algorithm), key)).toBe(false);
});

test("another key's signature, and what is none, do not count", () => {
  expect(isSigned(bytes, signed("ED", Buffer.from("87654321")), key)).toBe(false);
  expect(isSigned(bytes, "<html>404</html>", key)).toBe(false);
});

test("MinIO's own key is understood", () => {
  expect(isSigned(bytes, signed("ED"), "RWTx5Zr1tiHQLwG9keckT0c45M3AGeHD6IvimQHpyRywVWGbP1aVSGav")).toBe(false);
});
