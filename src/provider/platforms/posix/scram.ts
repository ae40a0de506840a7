// SCRAM-SHA-256 verifiers (RFC 5803, RFC 7677) as PostgreSQL keeps them, so that a password is set and compared
// without leaving this machine.
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";

const iterations = 4096; // what PostgreSQL uses by default
const saltBytes = 16;

/** `SCRAM-SHA-256$ITERATIONS:SALT$STORED_KEY:SERVER_KEY`, as ALTER ROLE takes it in place of a password. */
export function scramVerifier(password: string, salt: Buffer = randomBytes(saltBytes), rounds = iterations): string {
  const salted = pbkdf2Sync(saslPrep(password), salt, rounds, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${rounds}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

/** Whether a stored verifier is one of this password. Any other kind (md5) is not. */
export function verifies(password: string, verifier: string): boolean {
  const parts = /^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$/.exec(verifier);
  if (!parts) return false;
  const expected = Buffer.from(scramVerifier(password, Buffer.from(parts[2]!, "base64"), Number(parts[1])));
  const stored = Buffer.from(verifier);
  return expected.length === stored.length && timingSafeEqual(expected, stored);
}

/** SASLprep (RFC 4013) for text without control characters; of plain ASCII it changes nothing. */
export function saslPrep(text: string): string {
  return text
    .replace(/[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g, " ")
    .replace(/\u00AD|\u034F|\u1806|[\u180B-\u180D]|\u200C|\u200D|\u2060|[\uFE00-\uFE0F]|\uFEFF/g, "")
    .normalize("NFKC");
}
