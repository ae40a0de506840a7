import { createHmac, pbkdf2Sync } from "node:crypto";
import { describe, expect, test } from "vitest";

import { saslPrep, scramVerifier, verifies } from "../../../src/provider/platforms/posix/scram.ts";

describe("SCRAM-SHA-256", () => {
  // RFC 7677, section 3: user "user", password "pencil", with the exchange as printed there.
  const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
  const authMessage =
    "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

  test("the server key of a verifier signs as RFC 7677 says", () => {
    const serverKey = Buffer.from(scramVerifier("pencil", salt, 4096).split(":")[2] ?? "", "base64");
    const signature = createHmac("sha256", serverKey).update(authMessage).digest("base64");
    expect(signature).toBe("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  });

  test("the stored key of a verifier accepts the client proof of RFC 7677", () => {
    const storedKey = scramVerifier("pencil", salt, 4096).split("$")[2]?.split(":")[0] ?? "";
    const clientSignature = createHmac("sha256", Buffer.from(storedKey, "base64")).update(authMessage).digest();
    const proof = Buffer.from("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "base64");
    const clientKey = Buffer.from(proof.map((byte, at) => byte ^ (clientSignature[at] ?? 0)));
    const salted = pbkdf2Sync("pencil", salt, 4096, 32, "sha256");
    expect(clientKey).toEqual(createHmac("sha256", salted).update("Client Key").digest());
  });

  test("a verifier is one of its own password only, and never the same twice", () => {
    const verifier = scramVerifier("correct horse");
    expect(verifier).toMatch(/^SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/);
    expect(scramVerifier("correct horse")).not.toBe(verifier);
    expect(verifies("correct horse", verifier)).toBe(true);
    expect(verifies("correct horsf", verifier)).toBe(false);
  });

  test("neither an md5 hash nor a broken verifier is one of the password", () => {
    expect(verifies("pencil", "md5b8d2b1e0e4a2d6e7f8a9b0c1d2e3f405")).toBe(false);
    expect(verifies("pencil", scramVerifier("pencil").slice(0, -4))).toBe(false);
    expect(verifies("pencil", "")).toBe(false);
  });

  test.each([
    ["plain ASCII stays", "pa ss~\\'\"", "pa ss~\\'\""],
    ["RFC 4013: soft hyphen goes", "I\u00ADX", "IX"],
    ["RFC 4013: compatibility forms", "\u00AA\u2168", "aIX"],
    ["other spaces", "a\u00A0b\u3000c", "a b c"],
    ["composed", "u\u0308", "ü"],
  ])("SASLprep: %s", (_, text, prepared) => expect(saslPrep(text)).toBe(prepared));
});
