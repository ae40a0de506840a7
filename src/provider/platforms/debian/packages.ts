// dpkg's state of packages, and apt's ways to change it.
import type { Answer, Fact } from "../../host.ts";
import { linesIn, listed } from "../../lines.ts";
import type { InstalledPackage, Packages } from "../platform.ts";

/** Second letter of dpkg's status: what the package is now, whatever was wanted of it. */
const states: Readonly<Record<string, string>> = {
  i: "installed",
  H: "half-installed",
  U: "unpacked, not configured",
  F: "half-configured",
  W: "waits for triggers of others",
  t: "triggers not run yet",
};
const gone = ["n", "c"]; // not installed; only its configuration files are left

const installed: Fact<InstalledPackage | undefined> = {
  name: "packages",
  manifest: true,
  command: (names) => ({ argv: ["gw_dpkg_list", ...names] }),
  parse({ exitCode, stdout, stderr }, names) {
    // 1 with "no packages found matching NAME" for each that dpkg never heard of
    const complaints = stderr.split("\n").filter((line) => line && !line.includes("no packages found matching"));
    if (exitCode > 1 || complaints.length > 0) throw new Error(`dpkg-query: ${complaints.join("; ") || stderr.trim()}`);
    const packages = new Map<string, InstalledPackage | undefined>(names.map((name) => [name, undefined]));
    const lines = linesIn(stdout);
    for (const line of lines.filter((line) => !line.startsWith(auto))) {
      const [name, found] = parsePackage(line, lines);
      // The same package of a second architecture does not hide the first.
      if (found && packages.get(name)?.state !== "installed") packages.set(name, found);
    }
    return packages;
  },
};

/** Before the name of a package that came only as a dependency. */
const auto = "auto\t";

function parsePackage(line: string, lines: readonly string[]): [string, InstalledPackage | undefined] {
  const [status, name, version] = line.split("\t");
  if (!status || !name || version === undefined) throw new Error(`dpkg-query said ${JSON.stringify(line)}`);
  const letter = status.charAt(1);
  if (gone.includes(letter)) return [name, undefined];
  const state = states[letter];
  if (!state) throw new Error(`dpkg-query: status ${JSON.stringify(status)} of ${name} is not understood`);
  const marks = { automatic: lines.includes(`${auto}${name}`), held: status.startsWith("h") };
  return [name, { version, state: status.charAt(2) === "R" ? "must be reinstalled" : state, ...marks }];
}

/** Explained in words of the user: the lines that apt marks as errors, once each. */
function failure({ stdout, stderr }: Answer): string {
  const lines = [...new Set(`${stdout}\n${stderr}`.split("\n"))].map((line) => line.trim());
  const of = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);

  if (lines.some((line) => /^E: (Could not get lock|Unable to acquire|Unable to lock)|frontend lock was/.test(line))) {
    const holder = of(/(?:held|locked) by (process .*?|another process with pid \d+)\.*$/).at(-1) ?? "another program";
    return `apt is in use by ${holder}, still after the time allowed; wait for it to end, or end it, and run again`;
  }
  const stale = of(/^[WE]: (Failed to fetch .*)$/).slice(0, 1);
  const refreshed =
    stale.length > 0 ? `the package lists could not be refreshed: ${stale[0]}` : "the package lists are fresh";
  const absent = of(/^E: (?:Unable to locate package|Package '?) ?([^' ]+)/);
  if (absent.length > 0) {
    return `there is no package ${absent.join(", ")} (${refreshed}); correct the name, or add the repository that has it`;
  }
  const versions = of(/^E: (Version '.*' for '.*') was not found/);
  if (versions.length > 0)
    return `${versions.join(", ")} does not exist (${refreshed}); choose one that \`apt-cache policy\` shows`;

  const errors = lines.filter(
    (line) => /^(E:|dpkg: error|No space left|Sub-process)/.test(line) || / depends on |No space left/i.test(line),
  );
  return `apt said: ${(errors.length > 0 ? errors : lines.filter(Boolean)).slice(-8).join("; ")}`;
}

/** dpkg keeps the digests of configuration files that packages brought. */
const shipped: Fact<boolean> = {
  name: "shipped",
  command: (paths) => ({ argv: ["gw_dpkg_shipped", ...paths] }),
  parse: (answer, paths) => listed(answer, paths, "comparing with what packages brought"),
};

export const packages: Packages = {
  installed,
  suits: (version, { version: asked }) => version === asked,
  shipped,
  install: (wanted, { recommends, lockTimeoutSec }) => ({
    argv: [
      "gw_apt_install",
      String(lockTimeoutSec),
      recommends ? "--install-recommends" : "--no-install-recommends",
      ...(wanted.some(({ version }) => version !== undefined)
        ? ["--allow-downgrades", "--allow-change-held-packages"]
        : []),
      ...wanted.map(({ name, version }) => (version === undefined ? name : `${name}=${version}`)),
    ],
    exitCodes: [0, 100],
    long: true,
  }),
  remove: ({ installed, automatic, held }, { lockTimeoutSec }) => ({
    argv: ["gw_apt_remove", String(lockTimeoutSec), held.join(" "), automatic.join(" "), ...installed],
    exitCodes: [0, 100],
    long: true,
  }),
  failureCodes: [100],
  failure,
};
