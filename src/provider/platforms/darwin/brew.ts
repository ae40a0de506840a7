// Homebrew: what is installed, by its own JSON, and its ways to change it. Names are formulae, `cask:NAME` or
// `owner/tap/formula`.
import { z } from "zod";

import type { Answer, Fact } from "../../host.ts";
import { listed } from "../../lines.ts";
import type { InstalledPackage, Packages } from "../platform.ts";

/** What is used of `brew info --json=v2`. */
const answer = z.object({
  formulae: z.array(
    z.object({
      name: z.string(),
      full_name: z.string(),
      aliases: z.array(z.string()).default([]),
      oldnames: z.array(z.string()).default([]),
      linked_keg: z.string().nullish(),
      installed: z.array(z.object({ version: z.string() })),
      pinned: z.boolean(),
    }),
  ),
  casks: z.array(
    z.object({
      token: z.string(),
      full_token: z.string().optional(),
      installed: z.string().nullish(),
      pinned: z.boolean().optional(),
    }),
  ),
});

const installed: Fact<InstalledPackage | undefined> = {
  name: "packages",
  manifest: true,
  command: () => ({ argv: ["gw_brew_list"] }),
  parse({ exitCode, stdout, stderr }, names) {
    if (exitCode !== 0) throw new Error(stderr.trim() || `brew info ended with exit code ${exitCode}`);
    const { formulae, casks } = understand(stdout.toString("utf8"));
    const found = new Map<string, InstalledPackage>();
    // A formula's own name goes before what others are also called.
    for (const { name, full_name, aliases, oldnames, linked_keg, installed, pinned } of formulae) {
      const version = linked_keg ?? installed.at(-1)?.version;
      if (version === undefined) continue;
      const state: InstalledPackage = { version, state: "installed", held: pinned };
      for (const called of [...aliases, ...oldnames]) if (!found.has(called)) found.set(called, state);
      for (const called of [name, full_name]) found.set(called, state);
    }
    for (const { token, full_token, installed: version, pinned } of casks) {
      if (!version) continue;
      // Homebrew pins casks since 5.1.12, and tells nothing of pins before.
      const state: InstalledPackage = { version, state: "installed", ...(pinned !== undefined && { held: pinned }) };
      for (const called of [token, full_token]) found.set(`cask:${called}`, state);
    }
    return new Map(names.map((name) => [name, found.get(name)]));
  },
};

function understand(text: string): z.output<typeof answer> {
  try {
    return answer.parse(JSON.parse(text));
  } catch {
    throw new Error(`brew info --json=v2: the answer is not understood: ${JSON.stringify(text.slice(0, 120))}`);
  }
}

/** Explained in words of the user: the lines that brew marks as errors, once each. */
function failure({ exitCode, stdout, stderr }: Answer): string {
  const lines = [...new Set(`${stderr}\n${stdout}`.split("\n"))].map((line) => line.trim()).filter(Boolean);
  if (exitCode !== BREW_FAILED) return stderr.trim(); // said by the helper itself
  const of = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);

  const holder = of(/A `(brew [^`]*)` process has already locked/)[0];
  if (holder !== undefined || lines.some((line) => /process is already running|Another active Homebrew/.test(line))) {
    return `Homebrew is in use by ${holder ?? "another program"}, still after the time allowed; wait for it to end, or end it, and run again`;
  }
  const network = of(/((?:curl: \(\d+\)|fatal: unable to access|Could not resolve host).*)/)[0];
  const absent = of(/No available (?:formula|cask)(?: or \w+)? with the name "([^"]+)"/).concat(
    of(/No formulae or casks found for ([^ ]+?)\.?$/),
    of(/Cask '([^']+)' is unavailable/),
  );
  const refreshed = network === undefined ? "its lists are fresh" : `its lists could not be refreshed: ${network}`;
  if (absent.length > 0) {
    return `Homebrew has no ${[...new Set(absent)].join(", ")} (${refreshed}); correct the name, or name the tap that has it, such as grafana/grafana/alloy`;
  }
  if (network !== undefined) {
    return `Homebrew cannot download: ${network}; let this Mac reach its servers (ghcr.io, formulae.brew.sh), and run again`;
  }
  if (lines.some((line) => /sudo: .*(terminal|password) is required/.test(line))) {
    return "the installer of this cask wants to be root, and Homebrew runs as its owner, who may not be without a password; install it once by hand (brew install --cask NAME at the Mac), and run again";
  }
  const errors = lines.filter((line) => /^(Error:|Refusing|fatal:|No space left)/i.test(line));
  return `brew said: ${(errors.length > 0 ? errors : lines).slice(-8).join("; ")}`;
}

/** What the helper ends with where brew failed; 69, 70 and 77 say it all themselves. */
const BREW_FAILED = 100;
const failureCodes = [BREW_FAILED, 69, 70, 77];
const exitCodes = [0, ...failureCodes];

const shipped: Fact<boolean> = {
  name: "shipped",
  command: (paths) => ({ argv: ["gw_brew_shipped", ...paths] }),
  parse: (answer, paths) => listed(answer, paths, "comparing with what formulae brought"),
};

export const packages: Packages = {
  installed,
  // A revision, such as 16.10_1, is the same version packaged anew; casks have none.
  suits: (version, { name, version: asked }) =>
    version === asked || (!name.startsWith("cask:") && version.replace(/_\d+$/, "") === asked),
  shipped,
  install: (wanted, { lockTimeoutSec }) => ({
    argv: [
      "gw_brew_install",
      String(lockTimeoutSec),
      ...wanted.map(({ name, version }) => (version === undefined ? name : `${name}=${version}`)),
    ],
    exitCodes,
    long: true,
  }),
  remove: ({ installed, held }, { lockTimeoutSec }) => ({
    argv: ["gw_brew_remove", String(lockTimeoutSec), held.join(" "), ...installed],
    exitCodes,
    long: true,
  }),
  failureCodes,
  failure,
};
