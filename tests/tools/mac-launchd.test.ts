import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";

const path = "/Library/LaunchDaemons/test.probe.plist";
const plist = (keys: string) => `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict><key>Label</key><string>test.probe</string>${keys}</dict></plist>`;
const program = (script: string) =>
  `<key>ProgramArguments</key><array><string>/bin/sh</string><string>-c</string><string>${script}</string></array>`;

describe.skipIf(!canRunLab)(`Mac-like host: launchd ${whyNoLab}`, () => {
  let lab: TestLab;
  const launchctl = (...words: string[]) => lab.run("mac", ["launchctl", ...words]);
  const shell = async (script: string) => (await lab.run("mac", ["sh", "-s"], { input: script })).stdout.trim();
  const state = async () => (await launchctl("print", "system/test.probe")).stdout;
  /** Unloads what an earlier test left, and writes another property list. */
  const write = async (keys: string) => {
    await launchctl("bootout", "system/test.probe");
    await expect
      .poll(async () => (await launchctl("print", "system/test.probe")).exitCode, { timeout: 10_000 })
      .toBe(113);
    await lab.run("mac", ["tee", path], { input: plist(keys) });
  };
  beforeAll(async () => {
    lab = await startLab("test-mac-launchd", { hosts: ["mac"], system: "mac" });
    await lab.reset("mac");
  });
  afterAll(() => lab.stop());

  test("it runs a daemon as its user, with its environment, and its output goes where it says", async () => {
    await write(`${program("id -un; echo $COLOUR; exec sleep 600")}<key>UserName</key><string>_www</string>
      <key>EnvironmentVariables</key><dict><key>COLOUR</key><string>dark blue</string></dict><key>RunAtLoad</key><true/>
      <key>StandardOutPath</key><string>/tmp/probe.log</string>`);
    expect(await launchctl("bootstrap", "system", path)).toEqual({ stdout: "", stderr: "", exitCode: 0 });
    await expect.poll(() => shell("cat /tmp/probe.log")).toBe("_www\ndark blue");
    expect(await state()).toMatch(
      /^system\/test.probe = {\n[\s\S]*\tstate = running\n[\s\S]*\truns = 1\n\tpid = \d+\n/,
    );
    expect((await launchctl("bootstrap", "system", path)).exitCode).toBe(5);
    await launchctl("kickstart", "-k", "system/test.probe");
    expect(await state()).toMatch(/\truns = 2\n[\s\S]*last terminating signal = Terminated: 15\n/);
  });

  test("a crash loop is throttled, counted, and its exit code named", async () => {
    await write(`${program("exit 78")}<key>KeepAlive</key><true/><key>ThrottleInterval</key><integer>1</integer>`);
    await launchctl("bootstrap", "system", path);
    await expect.poll(state, { timeout: 10_000 }).toMatch(/\tstate = spawn scheduled\n[\s\S]*\truns = 3\n/);
    expect(await state()).toMatch(/\tlast exit code = 78: EX_CONFIG\n/);
  });

  test("what may not write its log is not started", async () => {
    await write(`${program("sleep 9")}<key>UserName</key><string>_www</string><key>RunAtLoad</key><true/>
      <key>StandardErrorPath</key><string>/Library/Logs/probe.log</string>`);
    await launchctl("bootstrap", "system", path);
    await expect.poll(state).toMatch(/\tstate = not running\n[\s\S]*\tlast exit code = 78: EX_CONFIG\n/);
  });

  test("it starts the program that it loaded and no other, until it is loaded anew", async () => {
    await shell('cp "$(realpath /bin/sleep)" /opt/probe');
    await write(
      "<key>ProgramArguments</key><array><string>/opt/probe</string><string>600</string></array><key>KeepAlive</key><true/><key>ThrottleInterval</key><integer>1</integer>",
    );
    await launchctl("bootstrap", "system", path);
    await shell("cp /opt/probe /opt/other; mv /opt/other /opt/probe; pkill -f '^/opt/probe'");
    await expect.poll(state, { timeout: 10_000 }).toMatch(/\tlast exit code = 78: EX_CONFIG\n[\s\S]*spawn failed/);
    await launchctl("kickstart", "system/test.probe");
    expect(await state()).toMatch(/\tlast exit code = 78: EX_CONFIG\n/);
    await launchctl("bootout", "system/test.probe");
    await launchctl("bootstrap", "system", path);
    await expect.poll(state).toMatch(/\tstate = running\n/);
  });

  test("daemons may open 256 files unless they say more", async () => {
    const told = "<key>RunAtLoad</key><true/><key>StandardOutPath</key><string>/tmp/files</string>";
    await write(`${program("ulimit -n")}${told}`);
    await launchctl("bootstrap", "system", path);
    await expect.poll(() => shell("cat /tmp/files")).toBe("256");
  });

  test("a clean exit ends it where only failures are to be repeated", async () => {
    await write(`${program("exit 0")}<key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
      <key>ThrottleInterval</key><integer>1</integer>`);
    await launchctl("bootstrap", "system", path);
    await shell("sleep 2");
    expect(await state()).toMatch(/\tstate = not running\n[\s\S]*\truns = 1\n\tlast exit code = 0\n/);
  });

  test("an interval starts it again and again", async () => {
    await write(`${program("echo x")}<key>StartInterval</key><integer>1</integer>
      <key>ThrottleInterval</key><integer>1</integer><key>StandardOutPath</key><string>/tmp/ticks</string>`);
    await launchctl("bootstrap", "system", path);
    await expect.poll(() => shell("wc -l </tmp/ticks | xargs"), { timeout: 10_000 }).toBe("3");
  });

  test("bootout answers before a slow daemon has ended, and its label is taken until then", async () => {
    await write(`${program("trap 'sleep 2; exit' TERM; while :; do sleep 0.1; done")}<key>RunAtLoad</key><true/>`);
    await launchctl("bootstrap", "system", path);
    await shell("sleep 0.5");
    expect((await launchctl("bootout", "system/test.probe")).exitCode).toBe(0);
    expect((await launchctl("bootstrap", "system", path)).stderr).toBe("Bootstrap failed: 5: Input/output error");
    await expect.poll(async () => (await launchctl("bootstrap", "system", path)).exitCode, { timeout: 10_000 }).toBe(0);
  });

  test("a daemon that everybody may write, and one that is disabled, are refused", async () => {
    await write(`${program("sleep 9")}`);
    await shell(`chmod 666 ${path}`);
    expect((await launchctl("bootstrap", "system", path)).stderr).toMatch(/bad ownership\/permissions/);
    await shell(`chmod 644 ${path}; launchctl disable system/test.probe`);
    expect((await launchctl("bootstrap", "system", path)).stderr).toMatch(/Service is disabled/);
    expect((await launchctl("print-disabled", "system")).stdout).toMatch(/"test.probe" => disabled/);
  });

  test("a restart of the host starts enabled daemons, and forgets what is lost on a Mac", { repeats: 9 }, async () => {
    await write(`${program("echo up >/tmp/booted; sleep 600")}<key>RunAtLoad</key><true/>`);
    await shell(
      "launchctl enable system/test.probe; sysctl iogpu.wired_limit_mb=1; touch /tmp/old; (sleep 0.2; shutdown -r now) &",
    );
    await expect
      .poll(() => shell("cat /tmp/booted; ls /tmp/old; sysctl -n iogpu.wired_limit_mb").catch(() => ""), {
        timeout: 20_000,
        interval: 500,
      })
      .toBe("up\n0");
  });
});
