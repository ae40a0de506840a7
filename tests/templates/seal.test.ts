// templates/kes/seal with a real KES and age on a lab host.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { root } from "../../tools/toolchain/places.ts";
import { copyKes, startKes } from "../support/kes.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";

describe.skipIf(!canRunLab)(`sealed files ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  const seal = "/etc/kes-admin/seal";

  beforeAll(async () => {
    lab = await startLab("test-keys-seal", { hosts: ["storage"] });
    await lab.reset("storage");
    await copyKes(lab, "storage");
    await shell(`${startKes}\nkes key create dumps`);
    await shell("apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq age >/dev/null 2>&1");
    await lab.copy(`${root}/templates/kes/seal`, "storage", seal);
    await shell(
      `chmod 755 ${seal}; (echo canary; openssl rand 300000) >/srv/dump; ${seal} dumps /srv/dump /srv/sealed`,
    );
  });
  afterAll(() => lab?.stop());

  const run = (script: string) => lab.run("storage", ["sh", "-s"], { input: script });
  const shell = async (script: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(script);
    if (exitCode !== 0) throw new Error(`${script}\nended with ${exitCode}: ${stderr}`);
    return stdout.trim();
  };

  test.each(["dash", "bash"])("what was sealed comes back whole (%s)", async (interpreter) => {
    await shell(`${interpreter} ${seal} dumps /srv/dump /srv/again; ${interpreter} ${seal} -d /srv/again /srv/opened`);
    expect(await shell("cmp /srv/dump /srv/opened && stat -c %a /srv/opened; ls /srv | grep -c part || :")).toBe(
      "600\n0",
    );
    expect(await shell("grep -c canary /srv/again || :")).toBe("0");
  });

  test("by hand, as the file says: KES opens the identity, age the rest", async () => {
    const [format = "", key = "", wrapped = ""] = (await shell("head -n 1 /srv/sealed")).split(" ");
    expect([format, key]).toEqual(["groundwork-sealed-1", "dumps"]);
    const context = Buffer.from(`${format} ${key}`).toString("base64");
    const answer = await shell(`. /etc/kes-admin/shell; kes key decrypt dumps ${wrapped} ${context}`);
    const identity = Buffer.from((JSON.parse(answer) as { plaintext: string }).plaintext, "base64").toString();
    expect(identity).toMatch(/^AGE-SECRET-KEY-1/);
    expect(
      await shell(`echo ${identity} >/tmp/id; tail -n +2 /srv/sealed | age -d -i /tmp/id | cmp - /srv/dump; echo $?`),
    ).toBe("0");
  });

  test.each([
    ["a byte of the text", "printf X | dd of=/srv/bad bs=1 seek=200000 conv=notrunc status=none"],
    ["its end", "truncate -s -1 /srv/bad"],
    ["all but its first 64 KiB", "truncate -s 66000 /srv/bad"],
    ["the name of its key", "sed -i '1s/ dumps / other /' /srv/bad"],
    ["its wrapped data key", "sed -i '1s/....$/AAAA/' /srv/bad"],
    ["its format", "sed -i '1s/sealed-1/sealed-2/' /srv/bad"],
    ["everything", "head -c 1000 /dev/urandom >/srv/bad"],
  ])("a file with %s changed is refused, and nothing is written", async (_, change) => {
    await shell(`. /etc/kes-admin/shell; kes key create other 2>/dev/null; cp /srv/sealed /srv/bad; ${change}`);
    const { exitCode, stderr } = await run(`${seal} -d /srv/bad /srv/none`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^seal: /m);
    expect(await shell("ls /srv | grep none || :")).toBe("");
  });

  test("each file has a data key of its own, which no argument shows", async () => {
    await shell("rm -f /tmp/stop; : >/tmp/seen");
    const sampling = shell(
      "while [ ! -e /tmp/stop ]; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' >>/tmp/seen || :; done",
    );
    await shell(
      `for n in 1 2 3 4 5; do ${seal} dumps /srv/dump /srv/own-$n; ${seal} -d /srv/own-$n /srv/opened; done; touch /tmp/stop`,
    );
    await sampling;
    expect(await shell("head -qn 1 /srv/own-* | sort -u | wc -l")).toBe("5");
    expect(await shell("grep -c /v1/key/ /tmp/seen")).not.toBe("0");
    expect(await shell("grep -c AGE-SECRET-KEY-1 /tmp/seen || :")).toBe("0");
  });

  test("a round trip tells whether all works; without KES it fails and says why", async () => {
    expect(await run(`${seal} -t dumps`)).toMatchObject({ exitCode: 0 });
    expect(await run(`${seal} -t none`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("key does not exist"),
    });
    await shell("systemctl stop kes");
    const down = await run(`${seal} dumps /srv/dump /srv/none`);
    expect(down).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("seal: KES does not answer at https://"),
    });
  });
});
