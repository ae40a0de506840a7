import { expect, test } from "vitest";
import { type Exchange, recording, replay, scripted } from "../../../src/provider/transports/fake.ts";

const greet = { argv: ["echo", "hello"], answer: { stdout: "hello\n" } };
const store = { argv: ["gw_store", "/etc/motd"], answer: { exitCode: 3, stderr: "full" } };

test("a scripted runner answers each exchange once, in any order", async () => {
  const runner = scripted([greet, store]);
  expect(await runner.request({ argv: store.argv, stdin: "text" })).toEqual({
    exitCode: 3,
    stdout: Buffer.alloc(0),
    stderr: "full",
  });
  expect((await runner.request({ argv: greet.argv })).stdout.toString()).toBe("hello\n");
  await expect(runner.request({ argv: greet.argv })).rejects.toThrow(
    /not in the transcript: asked .*hello.* next is nothing/,
  );
});

test("a recording replays, standard input included, binary answers too", async () => {
  const transcript: Exchange[] = [];
  const real = scripted([{ argv: ["cat"], answer: { stdoutBase64: "/wA=" } }]);
  await recording(real, (exchange) => transcript.push(exchange)).request({ argv: ["cat"], stdin: "secret" });
  const kept = JSON.stringify(transcript);
  expect(kept).not.toContain("secret");

  const again = replay(JSON.parse(kept) as Exchange[]);
  await expect(again.request({ argv: ["cat"], stdin: "other" })).rejects.toThrow("not in the transcript");
  expect((await again.request({ argv: ["cat"], stdin: "secret" })).stdout).toEqual(Buffer.from([0xff, 0]));
});
