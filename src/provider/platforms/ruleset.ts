// What packet filters say of themselves, line by line, as rules of a Firewall.
import type { Answer } from "../host.ts";
import type { Opening, Ruleset } from "./packet-filter.ts";

/** @param always lines that it must have */
export function rulesetOf(
  lines: readonly string[],
  always: readonly string[],
  opening: (line: string) => Opening | undefined,
): Ruleset {
  const others = lines.filter((line) => !always.includes(line)).map((line) => opening(line) ?? line);
  return {
    openings: others.filter((line) => typeof line !== "string"),
    missing: always.filter((line) => !lines.includes(line)),
    foreign: others.filter((line) => typeof line === "string"),
  };
}

/** Values of "WORD BASE64" lines. @throws Error where one is missing */
export function stateLines<Word extends string>(
  { exitCode, stdout, stderr }: Answer,
  words: readonly Word[],
): Record<Word, string> {
  if (exitCode !== 0) throw new Error(`reading the packet filter: ${stderr.trim()}`);
  const said = stdout.toString("utf8").split("\n");
  const lines = new Map(
    said.map((line): [string, string | undefined] => [line.split(" ")[0] ?? "", line.split(" ")[1]]),
  );
  const value = (word: Word): string => {
    const found = lines.get(word);
    if (found === undefined) throw new Error(`reading the packet filter: nothing is said of ${word}`);
    return Buffer.from(found, "base64").toString("utf8");
  };
  return Object.fromEntries(words.map((word) => [word, value(word)])) as Record<Word, string>;
}
