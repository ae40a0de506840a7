// Keys on a host, and signing there: commands of the helper's library.
import type { Command, Fact } from "../../host.ts";
import { sha256 } from "../../sha256.ts";
import { requestOf } from "./x509.ts";

export interface KeyState {
  /** SHA-256 of the public key, in hexadecimal; `undefined` where the file holds no private key. */
  readonly publicKeySha256: string | undefined;
  /** The request beside it, where that is one of this key. */
  readonly request: { readonly pem: string; readonly commonName: string } | undefined;
}

/** By absolute path; `undefined` where nothing is, `unreadable` where the host has no openssl to read it. */
export const privateKeys: Fact<KeyState | "unreadable" | undefined> = {
  name: "private-keys",
  manifest: true,
  command: (paths) => ({ argv: ["gw_tls_keys"], stdin: paths.map((path) => `${path}\n`).join("") }),
  parse({ exitCode, stdout, stderr }, paths) {
    const lines = stdout.toString("utf8").split("\n").slice(0, -1);
    if (exitCode !== 0 || lines.length !== paths.length) {
      throw new Error(`private keys cannot be read: ${stderr.trim() || `${lines.length} answers for ${paths.length}`}`);
    }
    return new Map(paths.map((path, index) => [path, keyState(lines[index] as string)]));
  },
};

function keyState(line: string): KeyState | "unreadable" | undefined {
  const [publicKey = "-", request = "-"] = line.split(" ", 2);
  if (publicKey === "-") return undefined;
  if (publicKey === "!") return "unreadable";
  const publicKeySha256 = publicKey === "?" ? undefined : sha256(Buffer.from(publicKey, "base64"));
  const pem = request === "-" ? undefined : Buffer.from(request, "base64").toString("utf8");
  const said = requestOf(pem);
  const own = pem !== undefined && said?.publicKeySha256 === publicKeySha256;
  return { publicKeySha256, request: own ? { pem, commonName: said?.commonName ?? "" } : undefined };
}

export interface KeyFile {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly commonName: string;
}

export const makeKey = ({ path, mode, owner, group, commonName }: KeyFile): Command => ({
  argv: ["gw_tls_key_make", path, mode, owner, group, commonName],
});

/** Mode and owner for a key that is there. */
export const giveKey = ({ path, mode, owner, group }: KeyFile): Command => ({
  argv: ["gw_tls_key_give", mode, owner, group, path],
});

export const removeKey = (path: string): Command => ({ argv: ["gw_tls_remove", path, `${path}.csr`] });

export const authorityKey = (authority: string): string => `${authority}/ca.key`;
export const authorityCertificate = (authority: string): string => `${authority}/ca.crt`;
export const issued = (authority: string, name: string): string => `${authority}/issued/${name}.crt`;

export interface Leaf {
  readonly authority: string;
  readonly name: string;
  readonly request: string;
  readonly days: number;
  readonly subjectAlternativeNames: readonly string[];
  readonly usages: readonly string[];
}

export function signLeaf({ authority, name, request, days, subjectAlternativeNames, usages }: Leaf): Command {
  const extensions = [
    "basicConstraints=critical,CA:FALSE",
    "keyUsage=critical,digitalSignature",
    `extendedKeyUsage=${usages.map((usage) => `${usage}Auth`).join(",")}`,
    "subjectKeyIdentifier=hash",
    "authorityKeyIdentifier=keyid",
    ...(subjectAlternativeNames.length > 0 ? [`subjectAltName=${subjectAlternativeNames.join(",")}`] : []),
  ];
  const signer = ["-CA", authorityCertificate(authority), "-CAkey", authorityKey(authority)];
  return sign(issued(authority, name), days, signer, extensions, request);
}

/** The authority signs its own request. */
export const signAuthority = (authority: string, days: number, request: string): Command =>
  sign(
    authorityCertificate(authority),
    days,
    ["-signkey", authorityKey(authority)],
    [
      "basicConstraints=critical,CA:TRUE,pathlen:0",
      "keyUsage=critical,keyCertSign,cRLSign",
      "subjectKeyIdentifier=hash",
    ],
    request,
  );

const sign = (path: string, days: number, signer: string[], extensions: string[], request: string): Command => ({
  argv: ["gw_tls_sign", path, String(days), ...signer],
  stdin: `${extensions.join("\n")}\n${request}`,
});

export const removeCertificate = (path: string): Command => ({ argv: ["gw_tls_remove", path] });
export const removeAuthority = (path: string): Command => ({ argv: ["gw_tls_authority_remove", path] });
