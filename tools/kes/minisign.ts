import { createHash, createPublicKey, verify } from "node:crypto";

/** An Ed25519 key of 32 bytes as SubjectPublicKeyInfo, RFC 8410. */
const ED25519 = Buffer.from("302a300506032b6570032100", "hex");

/**
 * Whether a minisign signature is of these bytes and by this key. `ED` signs a BLAKE2b digest, `Ed` the bytes themselves;
 * the key's number tells a signature by another key from a wrong one.
 *
 * @param signature text of the .minisig file
 * @param publicKey as minisign prints it: `RWT...`
 */
export function isSigned(bytes: Uint8Array, signature: string, publicKey: string): boolean {
  const key = Buffer.from(publicKey, "base64");
  const said = Buffer.from(signature.split("\n")[1] ?? "", "base64");
  const algorithm = said.subarray(0, 2).toString("latin1");
  if (key.length !== 42 || said.length !== 74 || !said.subarray(2, 10).equals(key.subarray(2, 10))) return false;
  if (algorithm !== "ED" && algorithm !== "Ed") return false;

  const message = algorithm === "ED" ? createHash("blake2b512").update(bytes).digest() : bytes;
  const spki = createPublicKey({ key: Buffer.concat([ED25519, key.subarray(10)]), format: "der", type: "spki" });
  return verify(null, message, spki, said.subarray(10));
}
