import { readdir, readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../../src/provider/transports/connect.ts";
import { canRunLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { password, settings, startTransportLab } from "./accounts.ts";

const payload = "payload-canary-91c4e2";
const secrets = [password, payload];

/** Where a secret or a control word stands in arguments or environment of any process, lab hosts included. */
async function look(words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const read = async (path: string) => {
    // The process may have ended meanwhile.
    const text = await readFile(path, "latin1").catch(() => "");
    for (const word of words) if (text.includes(word)) found.push(`${path}: ${word}`);
  };
  await Promise.all(pids.flatMap((pid) => [read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/environ`)]));
  return found;
}

describe.skipIf(!canRunLab).each(["ssh", "openssh"] as const)(`secrets over %s ${whyNoLab}`, (transport) => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await startTransportLab();
  }, 180_000);

  test.each(["forgotten", "terminal"])(
    "fault 23: never in arguments, environment or files (%s)",
    { timeout: 60_000 },
    async (user) => {
      const found = new Set<string>();
      let looks = 0;
      let running = true;
      const sampler = (async () => {
        while (running) {
          for (const place of await look([...secrets, "control-word-55"])) found.add(place);
          looks++;
          await setTimeout(5);
        }
      })();

      const runner = await connect("one", settings(lab, "one", { transport, user, sudo: { password } }));
      const reader = { argv: ["sh", "-c", "sleep 2; cat >/dev/null # control-word-55"], stdin: payload };
      await Promise.all([runner.request(reader), runner.long(reader, () => {})]);
      // grep takes the words from its input: as arguments they would be found by the sampler.
      const inFiles = runner.request({
        argv: ["sh", "-c", "grep -rlsF -f - /tmp /run /var/tmp /dev/shm /home /root | head"],
        stdin: secrets.map((secret) => `${secret}\n`).join(""),
      });
      expect((await inFiles).stdout.toString()).toBe("");
      await expect.poll(() => looks, { timeout: 20_000 }).toBeGreaterThan(10); // a busy machine looks slowly
      await runner.close();
      running = false;
      await sampler;

      const places = [...found];
      expect(places.some((place) => place.endsWith("control-word-55"))).toBe(true);
      expect(places.filter((place) => secrets.some((secret) => place.endsWith(secret)))).toEqual([]);
    },
  );
});
