// Keys that open an account, what was there before, and what takes a change back: the library's shell, with doubles.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { platformOf } from "../../../src/provider/platforms/index.ts";
import { libraryOf } from "../../../src/provider/platforms/library.ts";

const { authorizeKeys, restoreKeys } = platformOf("debian").accounts;

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "keys-"));
  await mkdir(join(place, "home", ".ssh"), { recursive: true });
});
afterEach(() => rm(place, { recursive: true }));

const file = () => join(place, "home", ".ssh", "authorized_keys");
const holds = () => readFile(file(), "utf8").catch(() => "nothing");
const notes = () => readdir(join(place, "notes", "authorized-keys")).catch(() => []);

/** Programs that change accounts; the one who logged in is admin, who is in sudo and adm. */
const doubles: Record<string, string> = {
  setpriv: `while [ "$1" != sh ]; do shift; done; exec "$@"`,
  usermod: `for word; do printf '<%s>' "$word"; done >>$PLACE/usermod; echo >>$PLACE/usermod`,
  getent: `case "$*" in
    "passwd admin") echo "admin:x:1:50:O'Brien, of \\$HOME:$PLACE/home:/bin/a shell" ;;
    "shadow admin") echo 'admin:$y$hash:1::::::' ;;
    group) printf 'sudo:x:27:other,admin\\nadm:x:4:admin\\nstaff:x:50:\\n' ;;
  esac`,
};

async function run(text: string, { name = "sh", input = "" } = {}): Promise<string> {
  const bin = join(place, "bin");
  await mkdir(bin, { recursive: true });
  for (const [program, does] of Object.entries(doubles)) {
    await writeFile(join(bin, program), `#!/bin/sh\n${does}\n`);
    await chmod(join(bin, program), 0o755);
  }
  const env = { PATH: `${bin}:${process.env["PATH"]}`, PLACE: place, SUDO_USER: "admin", LC_ALL: "C" };
  const library = libraryOf("debian").replaceAll("/var/lib/groundwork", join(place, "notes"));
  await writeFile(join(place, "library"), `${library}\ngw_detect\n${text}\n`);
  return (await execa(name, [join(place, "library")], { env, input })).stdout;
}
const authorize = (keys: readonly string[], recorded: boolean) => {
  const { argv, stdin = "" } = authorizeKeys("admin", keys, recorded);
  return run(argv.join(" "), { input: String(stdin) });
};
const restore = () => run(restoreKeys("admin").argv.join(" "));

describe("keys that were there before", () => {
  test("come back, however often ours changed since", async () => {
    await writeFile(file(), "# mine\nssh-ed25519 AAAA me\n");
    await authorize(["ssh-ed25519 BBBB colleague"], false);
    await authorize(["ssh-ed25519 CCCC colleague"], true);
    expect(await holds()).toBe("ssh-ed25519 CCCC colleague\n");
    await restore();
    expect(await holds()).toBe("# mine\nssh-ed25519 AAAA me\n");
    expect(await notes()).toEqual([]);
  });

  test("were none: then there is no file again", async () => {
    await authorize(["ssh-ed25519 BBBB colleague"], false);
    await restore();
    expect(await readdir(join(place, "home", ".ssh"))).toEqual([]);
    expect(await notes()).toEqual([]);
  });

  test("of a run that died are kept by the next", async () => {
    await writeFile(file(), "ssh-ed25519 AAAA me\n");
    await authorize(["ssh-ed25519 BBBB colleague"], false);
    await authorize(["ssh-ed25519 CCCC colleague"], false);
    await restore();
    expect(await holds()).toBe("ssh-ed25519 AAAA me\n");
  });

  test("give way to what somebody wrote after we let go of the account", async () => {
    await writeFile(file(), "ssh-ed25519 AAAA me\n");
    await authorize(["ssh-ed25519 BBBB colleague"], false);
    await writeFile(file(), "ssh-ed25519 DDDD successor\n");
    await authorize(["ssh-ed25519 BBBB colleague"], false);
    await restore();
    expect(await holds()).toBe("ssh-ed25519 DDDD successor\n");
  });

  test("stay as they are where nothing was kept", async () => {
    await writeFile(file(), "ssh-ed25519 AAAA me\n");
    await restore();
    expect(await holds()).toBe("ssh-ed25519 AAAA me\n");
  });
});

test.each(["dash", "bash"])("a script in %s gives the login account back what it had", async (shell) => {
  await writeFile(file(), "ssh-ed25519 AAAA me\n");
  const undo = await run("gw_login_undo", { name: shell });
  await writeFile(file(), "ssh-ed25519 BBBB colleague\n");
  const env = { PATH: `${join(place, "bin")}:${process.env["PATH"]}`, PLACE: place };
  await execa(shell, ["-s"], { input: undo, env, extendEnv: false });
  expect(await holds()).toBe("ssh-ed25519 AAAA me\n");
  expect((await readFile(join(place, "usermod"), "utf8")).trim().split("\n")).toEqual([
    "<--gid><50><--><admin>",
    "<--groups><sudo,adm><--><admin>",
    "<--shell></bin/a shell><--><admin>",
    "<--comment><O'Brien, of $HOME><--><admin>",
    "<--unlock><--><admin>",
  ]);
});
