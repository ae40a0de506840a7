import { expect, test } from "vitest";
import type { Command } from "../../../src/provider/host.ts";
import { AnswerParser, encode, quote } from "../../../src/provider/transports/frames.ts";
import { LineSplitter } from "../../../src/provider/transports/line-splitter.ts";

const nonce = "n0nce";
const frame = (id: number, stdout: string, stderr: string, code: number): string =>
  `${stdout}${nonce} ${id} ${code} ${stderr.length}\n${stderr}`;
const encoded = (command: Command): string => [...encode("request", 7, command)].join("");
const parse = (chunks: string[]) => {
  const parser = new AnswerParser(nonce);
  return chunks.flatMap((chunk) => [...parser.push(Buffer.from(chunk, "latin1"))]);
};

test("answers are found wherever the stream is cut into chunks", () => {
  const stream = frame(1, `out\0${nonce}\n`, "err >2 3\n", 4) + frame(2, "", "", 0) + frame(3, "n0nc", "n0nce 1", 0);
  const expected = [
    { id: 1, answer: { exitCode: 4, stdout: Buffer.from(`out\0${nonce}\n`), stderr: "err >2 3\n" } },
    { id: 2, answer: { exitCode: 0, stdout: Buffer.alloc(0), stderr: "" } },
    { id: 3, answer: { exitCode: 0, stdout: Buffer.from("n0nc"), stderr: "n0nce 1" } },
  ];
  for (let at = 0; at <= stream.length; at++) expect(parse([stream.slice(0, at), stream.slice(at)])).toEqual(expected);
  expect(parse([...stream])).toEqual(expected);
});

test("an answer that is not whole is an error or none, never an answer", () => {
  const whole = frame(1, "out", "err", 0);
  for (let at = 0; at < whole.length; at++) expect(parse([whole.slice(0, at)])).toEqual([]);
  expect(parse([whole.replace(nonce, "other")])).toEqual([]);
  expect(() => parse([`out${nonce} 1 x 0\n`])).toThrow("with the end");
  expect(() => parse([`out${nonce} 1 0\n`])).toThrow("with the end");
  expect(() => parse([`out${nonce} 1 0 0 late output\n`])).toThrow("with the end");
});

test("a request is one line of quoted words, and its payload; a short text is one of them", () => {
  expect(encoded({ argv: ["a b", "it's"], stdin: "h\0" })).toBe("request 7 4 'a b' 'it'\\''s'\naAA=");
  expect(encoded({ argv: ["cat"], stdin: "hi" })).toBe("request 7 0 'gw_given' 'hi' 'cat'\n");
  expect(encoded({ argv: ["cat"], stdin: Buffer.from([0xff]) })).toMatch(/ 4 'cat'\n/);
  expect(encoded({ argv: ["cat"], stdin: "x".repeat(1025) })).toMatch(/ 1368 'cat'\n/);
  const big = Buffer.alloc(2_000_000, "abc");
  const whole = big.toString("base64");
  expect(encoded({ argv: ["cat"], stdin: big })).toBe(`request 7 ${whole.length} 'cat'\n${whole}`);
  expect(encoded({ argv: ["cat"], stdin: big, checksInput: true })).toBe(`request 7 +${whole.length} 'cat'\n${whole}`);
  expect(quote("a\nb")).not.toContain("\n");
});

test("lines come whole, whatever ends them, and stop at the marker", () => {
  const lines: string[] = [];
  const splitter = new LineSplitter("end ", (line) => lines.push(line));
  for (const chunk of ["one\ntw", "o\r", "\n10 %\r20 %\rlast", "end 3\nlate\n"]) splitter.push(Buffer.from(chunk));
  expect(lines).toEqual(["one", "two", "10 %", "20 %", "last"]);
  expect([splitter.ending, splitter.bytes().toString()]).toEqual(["3", "one\ntwo\r\n10 %\r20 %\rlast"]);
});
