import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";

const rules = `block drop in all
pass in quick proto tcp from any to any port 22 flags any
peers = "{ 203.0.113.7, 203.0.113.8 }"
pass in quick inet proto tcp from $peers to any port = 5432 label "postgres"
`;

describe.skipIf(!canRunLab)(`Mac-like host: pf ${whyNoLab}`, () => {
  let lab: TestLab;
  const shell = (script: string, input = "") => lab.run("mac", ["sh", "-c", script], { input });
  const reaches = async (port: number) => (await shell(`nc -z -w 1 ${lab.address("mac")} ${port}`)).exitCode === 0;
  beforeAll(async () => {
    lab = await startLab("test-mac-pf", { hosts: ["mac"], system: "mac" });
    await lab.reset("mac");
    await shell("(nc -lk 7000 >/dev/null 2>&1 &) ; sleep 0.5");
  });
  afterAll(() => lab.stop());

  test("rules of an anchor filter once pf is on and the main rules call it", async () => {
    expect(
      await shell("pfctl -a test -f -", "block drop in quick proto tcp from any to any port 7000\n"),
    ).toMatchObject({
      exitCode: 0,
      stderr: "No ALTQ support in kernel\nALTQ related functions disabled",
    });
    expect(await reaches(7000)).toBe(true);
    expect((await shell("pfctl -E")).stderr).toMatch(/pf enabled\nToken : \d+$/);
    expect(await reaches(7000)).toBe(true);
    await shell("(cat /etc/pf.conf; echo 'anchor \"test\"') | pfctl -q -f -");
    expect((await shell("pfctl -qs info")).stdout).toMatch(/^Status: Enabled for 0 days/);
    expect(await reaches(7000)).toBe(false);
    expect(await reaches(22)).toBe(true);
    await shell("pfctl -qd");
    expect(await reaches(7000)).toBe(true);
  });

  test("it prints rules in full, with ports by name", async () => {
    expect((await shell("pfctl -q -a shown -f - && pfctl -q -a shown -s rules", rules)).stdout).toBe(
      [
        "block drop in all",
        "pass in quick proto tcp from any to any port = ssh flags any keep state",
        'pass in quick inet proto tcp from 203.0.113.7 to any port = postgresql flags S/SA keep state label "postgres"',
        'pass in quick inet proto tcp from 203.0.113.8 to any port = postgresql flags S/SA keep state label "postgres"',
      ].join("\n"),
    );
  });

  test("a fault is named by its line, and changes nothing", async () => {
    expect(await shell("pfctl -q -a shown -f -", "pass in all\npass inn all\n")).toMatchObject({
      exitCode: 1,
      stderr: "stdin:2: syntax error\npfctl: Syntax error in config file: pf rules not loaded",
    });
    expect((await shell("pfctl -q -a shown -s rules")).stdout).toMatch(/^block drop in all\n/);
    expect((await shell("sudo -u operator pfctl -q -s rules")).stderr).toBe("pfctl: /dev/pf: Permission denied");
  });
});
