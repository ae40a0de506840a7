// What we log in with, in the order of OpenSSH: keys of the agent first, then key files.
import { readFile } from "node:fs/promises";
import ssh2, {
  type AnyAuthMethod,
  type BaseAgent,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from "ssh2";
import type { SshSettings } from "./ssh-settings.ts";

export interface Credentials {
  /** In the order in which they are offered. */
  readonly methods: readonly AnyAuthMethod[];
  /** What is offered and what could not be, for the message when all is refused. */
  readonly notes: readonly string[];
}

type AgentKey = string | Buffer | ParsedKey;

interface KeyFile {
  readonly path: string;
  /** Missing where neither the file nor its `.pub` shows it. */
  readonly publicKey?: Buffer;
  readonly privateKey?: ParsedKey;
  /** Why there is no private key. */
  readonly fault?: string;
}

/** Of the agent's keys those come first that `identityFiles` name, and no others with `identitiesOnly`. */
export async function credentials(settings: SshSettings): Promise<Credentials> {
  const { user: username, identityFiles, named, identitiesOnly } = settings;
  const agent = settings.agent === undefined ? undefined : ssh2.createAgent(settings.agent);
  const answered = agent && (await agentKeys(agent));
  const held = answered ?? [];
  const files = await Promise.all(identityFiles.map(readKey));

  const isNamed = (key: ParsedKey) => files.some((file) => file.publicKey?.equals(key.getPublicSSH()));
  const isHeld = (file: KeyFile) => held.some((key) => file.publicKey?.equals(key.getPublicSSH()));
  const others = identitiesOnly ? [] : held.filter((key) => !isNamed(key));
  const keys = [...held.filter(isNamed), ...others];
  const fromAgent: AnyAuthMethod[] =
    agent && keys.length > 0 ? [{ type: "agent", username, agent: new Selection(agent, keys) }] : [];
  const fromFiles = files.flatMap((file): AnyAuthMethod[] =>
    file.privateKey && !isHeld(file) ? [{ type: "publickey", username, key: file.privateKey }] : [],
  );
  return {
    methods: [...fromAgent, ...fromFiles],
    notes: [
      agentNote(agent, answered && keys.length),
      ...files.filter((file) => named || file.privateKey).map((file) => note(file, isHeld(file))),
    ],
  };
}

function note({ path, fault }: KeyFile, isHeld: boolean): string {
  if (isHeld) return `${path} (held by the agent)`;
  return fault ? `${path} (not usable: ${fault})` : path;
}

function agentNote(agent: BaseAgent | undefined, keys: number | undefined): string {
  if (!agent) return "no agent (SSH_AUTH_SOCK is not set)";
  return keys === undefined ? `no answer of the agent within ${AGENT_SEC} s` : `${keys} keys of the agent`;
}

/** An agent tells its keys at once, or hangs. */
const AGENT_SEC = 5;

const agentKeys = (agent: BaseAgent): Promise<ParsedKey[] | undefined> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), AGENT_SEC * 1000);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      const isParsed = (key: unknown): key is ParsedKey =>
        typeof key === "object" && key !== null && "getPublicSSH" in key;
      resolve(error ? [] : (keys ?? []).filter(isParsed));
    });
  });

/** Some of an agent's keys. */
class Selection extends ssh2.BaseAgent {
  constructor(
    private readonly agent: BaseAgent,
    private readonly keys: ParsedKey[],
  ) {
    super();
  }

  getIdentities(callback: IdentityCallback): void {
    callback(undefined, this.keys);
  }

  sign(key: AgentKey, data: Buffer, options: SigningRequestOptions | SignCallback, callback?: SignCallback): void {
    if (typeof options === "function") this.agent.sign(key, data, options);
    else this.agent.sign(key, data, options, callback);
  }
}

async function readKey(path: string): Promise<KeyFile> {
  const publicKey = await readFile(`${path}.pub`).then(publicPart, () => undefined);
  const text = await readFile(path).catch((error: Error) => error);
  if (text instanceof Error) return { path, publicKey, fault: text.message };

  const key = ssh2.utils.parseKey(text);
  if (!(key instanceof Error)) return { path, publicKey: key.getPublicSSH(), privateKey: key };
  const fault = /encrypted/i.test(key.message)
    ? `encrypted, and the agent does not hold it; run \`ssh-add ${path}\``
    : key.message;
  return { path, publicKey, fault };
}

function publicPart(text: Buffer): Buffer | undefined {
  const key = ssh2.utils.parseKey(text);
  return key instanceof Error ? undefined : key.getPublicSSH();
}
