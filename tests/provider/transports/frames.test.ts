import { expect, test } from "vitest";
import { AnswerParser, encode, quote } from "../../../src/provider/transports/frames.ts";
import { LineSplitter } from "../../../src/provider/transports/line-splitter.ts";

const nonce = "n0nce";
const frame = (id: number, stdout: string, stderr: string, codes: string): string => {
  const said = `${stderr}${nonce} ${codes}`;
  return `${Buffer.from(stdout).toString("base64")}\n>${id} ${said.length}\n${said}`;
};
const parse = (chunks: string[]) => {
  const parser = new AnswerParser(nonce);
  return chunks.flatMap((chunk) => [...parser.push(Buffer.from(chunk, "latin1"))]);
};

test("answers are found wherever the stream is cut into chunks", () => {
  const stream = frame(1, "out", "err >2 3\n", "4 0") + frame(2, "", "", "0 0");
  const expected = [
    { id: 1, answer: { exitCode: 4, stdout: Buffer.from("out"), stderr: "err >2 3\n" } },
    { id: 2, answer: { exitCode: 0, stdout: Buffer.alloc(0), stderr: "" } },
  ];
  for (let at = 0; at <= stream.length; at++) expect(parse([stream.slice(0, at), stream.slice(at)])).toEqual(expected);
  expect(parse([...stream])).toEqual(expected);
});

test("an answer that is not whole is an error, never an answer", () => {
  expect(parse([frame(1, "out", "err", "0 0").slice(0, -1)])).toEqual([]);
  expect(() => parse([frame(1, "out", "", "0 137")])).toThrow("base64 on the host ended with exit code 137");
  expect(() => parse([`noise${frame(1, "out", "", "0 0")}`])).toThrow("not base64");
  expect(() => parse([frame(1, "out", "", "0 0").replace(nonce, "other")])).toThrow("without its end");
  expect(() => parse(["b3V0\n>1 x\n"])).toThrow("with the end");
  expect(() => parse([frame(1, "out", "", "0 0 late output")])).toThrow("with the end");
});

test("a request is one line of quoted words, and its payload", () => {
  expect(encode("request", 7, { argv: ["a b", "it's"], stdin: "hi" })).toBe("request 7 4 'a b' 'it'\\''s'\naGk=");
  expect(quote("a\nb")).not.toContain("\n");
});

test("lines come whole, whatever ends them, and stop at the marker", () => {
  const lines: string[] = [];
  const splitter = new LineSplitter("end ", (line) => lines.push(line));
  for (const chunk of ["one\ntw", "o\r", "\n10 %\r20 %\rlast", "end 3\nlate\n"]) splitter.push(Buffer.from(chunk));
  expect(lines).toEqual(["one", "two", "10 %", "20 %", "last"]);
  expect([splitter.ending, splitter.bytes().toString()]).toEqual(["3", "one\ntwo\r\n10 %\r20 %\rlast"]);
});
