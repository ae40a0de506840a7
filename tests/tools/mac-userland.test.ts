import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";

describe.skipIf(!canRunLab)(`Mac-like host: commands ${whyNoLab}`, () => {
  let lab: TestLab;
  const sh = (script: string) => lab.run("mac", ["sh", "-s"], { input: script });
  const says = async (script: string) => (await sh(script)).stdout.trim();
  beforeAll(async () => {
    lab = await startLab("test-mac-userland", { hosts: ["mac"], system: "mac" });
    await lab.reset("mac");
  });
  afterAll(() => lab.stop());

  test("it says that it is a Mac, with a serial number of its own", async () => {
    expect(await says("sw_vers -productVersion; uname -sm; sysctl -n hw.memsize machdep.cpu.brand_string")).toBe(
      "15.6.1\nDarwin arm64\n68719476736\nApple M4 Pro",
    );
    expect(await says("ioreg -rd1 -c IOPlatformExpertDevice")).toMatch(/"IOPlatformSerialNumber" = "[0-9A-Z]{10}"/);
    expect(await says('readlink /etc; id -gn; echo "$PATH"')).toBe("private/etc\nwheel\n/usr/bin:/bin:/usr/sbin:/sbin");
  });

  test("what only Linux has is not on the PATH", async () => {
    const linux =
      "systemctl apt-get dpkg getent sha256sum md5sum runuser useradd usermod ip ss timeout flock tac setsid gawk";
    expect(await says(`for name in ${linux}; do command -v $name; done`)).toBe("");
  });

  test.each([
    ["mv -T a b", 64, "mv: illegal option -- T\nusage: mv [-f | -i | -n] [-hv] source target"],
    ["cp --preserve=all a b", 64, "cp: illegal option -- -\nusage: cp"],
    ["stat -c %a /", 1, "stat: illegal option -- c\nusage: stat [-FLnq]"],
    ["date -d now", 1, "date: illegal option -- d\nusage: date [-jnRu]"],
    ["date --iso-8601", 1, "date: illegal option -- -\nusage: date [-jnRu]"],
    ["sed --expression p", 1, "sed: illegal option -- -\nusage: sed script"],
    ["xargs -d x", 1, "xargs: illegal option -- d\nusage: xargs"],
    ["find -name x", 1, "find: illegal option -- n\nusage: find"],
    ["find / -printf x", 1, "find: -printf: unknown primary or operator"],
    ["head -n -1 /etc/hosts", 1, "head: illegal line count -- -1"],
    ["grep -P x /etc/hosts", 2, "grep: invalid option -- P\nusage: grep"],
    ["base64 -w0 </dev/null", 64, "base64: invalid option -- w"],
    ["ls --color-always", 1, "ls: illegal option -- -"],
    ["mktemp --suffix=x", 1, "mktemp: illegal option -- -"],
    ["realpath -m /x", 1, "realpath: illegal option -- m"],
    ["touch -d yesterday x", 1, "touch: out of range or illegal time specification"],
    ["sysctl -w no.such=1", 1, "sysctl: unknown oid 'no.such'"],
  ])("%s is refused as BSD does", async (command, exitCode, stderr) => {
    const answer = await sh(command);
    expect(answer.exitCode).toBe(exitCode);
    expect(answer.stderr.slice(0, stderr.length)).toBe(stderr);
  });

  test.each([
    ["stat -f '%Lp %Su:%Sg %z %HT %N' /etc/pf.conf", /^644 root:wheel \d+ Regular File \/etc\/pf.conf$/],
    [
      "date -u -r 86399 '+%F %T'; date -u -v+1d -r 0 +%F; date -j -u -f %Y-%m-%d 2024-02-03 +%F",
      /^1970-01-01 23:59:59\n1970-01-02\n2024-02-03$/,
    ],
    ["printf 'a b\\n' >/tmp/f; sed -i '' 's/a/c/' /tmp/f; sed -E -e 's/b+/d/' /tmp/f", /^c d$/],
    ["printf 'x' | base64; echo; printf 'eA==' | base64 -D", /^eA==\nx$/],
    [
      "printf x | shasum -a 256 | cut -d ' ' -f 1; md5 -q /dev/null",
      /^2d711642b7[0-9a-f]{54}\nd41d8cd98f00b204e9800998ecf8427e$/,
    ],
    ["printf 'a\\nb\\n' | tail -r | xargs", /^b a$/],
    ["find /etc/ -maxdepth 1 -name pf.conf -exec basename {} \\;", /^pf.conf$/],
    ["tar --version", /^bsdtar/],
    ["df -k / | tail -n 1", /^\/dev\/disk3s1s1 +\d+ +\d+ +\d+ +\d+% +\d+ +\d+ +\d+% +\/$/],
    ["mount | sed -n 's/^.* on \\/proc //p'", /^\(proc, local\)$/],
    ["netstat -an -p tcp | awk '$6 == \"LISTEN\" { print $4 }' | sort -u", /^\*\.22$/],
    ["sysctl iogpu.wired_limit_mb=57344; sysctl -n iogpu.wired_limit_mb", /^iogpu.wired_limit_mb: 0 -> 57344\n57344$/],
    ["pmset -a sleep 0; pmset -g custom", /^AC Power:\n[\s\S]* sleep +0\n/],
    ["plutil -extract Label raw /System/Library/LaunchDaemons/ssh.plist", /^com.openssh.sshd$/],
  ])("%s works", async (command, answer) => {
    expect(await says(command)).toMatch(answer);
  });

  test("names live in the preferences and in the kernel", async () => {
    expect((await sh("scutil --get HostName")).stderr).toBe("HostName: not set");
    expect(await says("hostname; scutil --set HostName db.example; hostname; scutil --get LocalHostName")).toBe(
      "mac.local\ndb.example\nmac",
    );
  });

  test("users and groups are records of the directory, and the kernel's too", async () => {
    expect(
      await says(`
        dscl . -create /Users/_probe; dscl . -create /Users/_probe UniqueID 333; dscl . -create /Users/_probe PrimaryGroupID 20
        dseditgroup -o create -i 444 probes; dseditgroup -o edit -a _probe -t user probes
        id _probe; dscl . -read /Users/_probe UniqueID; dseditgroup -o checkmember -m _probe probes
        dscl . -delete /Users/_probe; dscl . -read /Users/_probe; echo $?`),
    ).toBe(
      "uid=333(_probe) gid=20(staff) groups=20(staff),444(probes)\nUniqueID: 333\nyes _probe is a member of probes\n56",
    );
  });

  test("the administrator logs in with zsh, has sudo and owns Homebrew", async () => {
    const script = `sudo -u operator -H zsh -c 'id -Gn; sudo -n id -u; stat -f %Su /opt/homebrew; dscl . -read /Users/operator UserShell'`;
    expect(await says(script)).toBe("staff admin\n0\noperator\nUserShell: /bin/zsh");
  });
});
