// The commands that a finding names, and what they make of a configuration.
import type { Changes } from "./judged.ts";

const command = /pulumi config (?:set|rm)(?: --secret)? --path 'groundwork:([^']+)'(?: ('[^']*'|[^\s;,]+))?/g;

/** What stands for something that only the reader knows. */
const example: Readonly<Record<string, unknown>> = {
  ADDRESS: "192.168.1.99",
  HOST: "mac-mini-1",
  URL: "https://example.com/ping",
};

/** Values by path, `undefined` for one that goes; empty where it names no command. */
export const advised = (finding: string): Changes =>
  Object.fromEntries([...finding.matchAll(command)].map(([, path = "", value]) => [path, given(value)]));

/** As `pulumi config set --path` reads it. */
function given(word: string | undefined): unknown {
  const text = word?.replace(/^'(.*)'$/, "$1");
  if (text === undefined) return undefined;
  if (text in example) return example[text];
  return /^(\d+|true|false)$/.test(text) ? JSON.parse(text) : text;
}
