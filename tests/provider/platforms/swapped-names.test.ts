// Root makes files in folders of accounts that may be another's by now: such an account swaps names while root works on them.
import { execa } from "execa";
import { expect, test } from "vitest";

import { libraryOf } from "../../../src/provider/platforms/library.ts";
import { frame } from "../../../src/provider/platforms/posix/safe-write.ts";
import { sha256 } from "../../../src/provider/sha256.ts";
import { quote } from "../../../src/provider/transports/frames.ts";

const account = "65534";
const canBecome = process.platform === "linux" && process.getuid?.() === 0;

/** Before each of these the account has its turn. */
const tools = "mkdir ls cp ln openssl tar chown chmod mv sync";

/** What the account puts in the place of each name that root makes in its folder. */
const plants = {
  "a link to a folder of root's": 'ln -s "$folder" "$name"',
  "a folder of its own, full of links": 'mkdir "$name" && for in in new f d; do ln -s "$secret" "$name/$in"; done',
};

const over = { type: "file", sha256: sha256("before\n") } as const;
const written = { path: "/", mode: "0644", owner: account, group: account, over };
const header = (content: string | undefined) =>
  quote(String(frame({ ...written, content })).replace(" /", " $theirs/f"));

/** Each on the path $theirs/f, or $theirs/d, in the folder of the account. */
const works: Record<string, string> = {
  "a file": `printf '%s' ${header("after\n")} | sed "s|[$]theirs|$theirs|" | (gw_file_write)`,
  "attributes of a file": `printf '%s' ${header(undefined)} | sed "s|[$]theirs|$theirs|" | (gw_file_write)`,
  "a file that was there before": "(gw_keep $theirs/f && gw_put_back $theirs/f)",
  "a small file": "echo small | gw_put 644 $theirs/f",
  "a link": `(gw_link_make nowhere f:${over.sha256} $theirs/f)`,
  "a directory": `(gw_directory_make 0755 ${account} ${account} $theirs/d)`,
  "a key": `rm -f $theirs/f; (gw_tls_key_make $theirs/f 0600 ${account} ${account} name)`,
  "an archive": `printf 'bytes %s\\n' "$(wc -c <$base/app)" | cat - $base/app | (gw_archive_unpack $(sha256sum <$base/app | cut -c 1-64) tar.gz 0 ${account} ${account} $theirs/a)`,
};

/** Lets the account swap before the first tool, then before the second, until a work ends without a turn for it. */
const script = (work: string, plant: string) => `
set -u
base=$(mktemp -d) && chmod 755 $base && cd $base
theirs=$base/theirs secret=$base/roots/secret folder=$base/roots/folder
mkdir -p theirs/d app.d tools roots/folder && echo content >app.d/program && tar -czf app -C app.d . && chown ${account}:${account} theirs
echo secret >$secret; echo of root >$folder/f; chmod 600 $secret; chmod 700 $folder $folder/f; cp -p $secret $folder/new; cp -p $secret $folder/d
cat >swap <<'SWAP'
cd "$theirs" && for name in .groundwork.* *.groundwork-* d; do
  [ -e "$name" ] && mv "$name" "stolen$name" && ${plant}
done
SWAP
cat >turn <<'TURN'
#!/bin/sh
read -r turn <$base/count; echo $((turn + 1)) >$base/count
[ "$turn" != $at ] || setpriv --reuid ${account} --regid ${account} --clear-groups sh $base/swap 2>/dev/null
TURN
for tool in ${tools}; do
  { cat turn; echo "exec $(command -v $tool)" '"$@"'; } >tools/$tool
done
cp turn tools/sync # takes long, and changes no name
chmod 755 tools/*
export base theirs secret folder at
told() { find roots -printf '%p %M %u:%g %n %s %C@\\n' | sort; }
before=$(told)
cat >library <<'LIBRARY'
${libraryOf("debian")}
LIBRARY
cat >work <<'WORK'
. $base/library
gw_kept=$base/kept
gw_detect
PATH=$base/tools:$PATH
${work}
WORK
at=0
while at=$((at + 1)); [ $at -lt 60 ]; do
  rm -rf theirs/* theirs/.g* kept; echo before >theirs/f; mkdir theirs/d; chown -R ${account} theirs; echo 1 >count
  said=$(timeout 10 sh work 2>&1 </dev/null); code=$?
  [ "$(told)" = "$before" ] || { echo "at $at: what is root's changed: $said"; told; break; }
  [ $code != 124 ] || { echo "at $at: hangs"; break; }
  read -r turn <count; [ $turn -gt $at ] || break
done
[ $at -gt 3 ] && [ $code = 0 ] || echo "at $at: $code $said"
cd / && rm -rf $base
`;

const cases = Object.entries(works).flatMap(([made, work]) =>
  Object.entries(plants).map(([as, plant]) => [made, as, work, plant]),
);
test.skipIf(!canBecome).each(cases)(
  "an account gains nothing while root makes %s, and it swaps names for %s",
  async (_, __, work = "", plant = "") => {
    const { stdout, stderr } = await execa("sh", ["-c", script(work, plant)]);
    expect(stdout + stderr).toBe("");
  },
);
