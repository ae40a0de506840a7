import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { exports } from "../../tools/lab/environment.ts";
import { harvestPackages, seedPackages } from "../../tools/lab/packages.ts";
import { labNamed } from "../../tools/lab/place.ts";
import { makePlan, readPlan } from "../../tools/lab/plan.ts";
import { missingPackages, nspawnObstacle } from "../../tools/lab/requirements.ts";
import { configurationOf } from "../../tools/lab/stack.ts";
import { chooseSubnet } from "../../tools/lab/subnet.ts";

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "it's a cache "));
  vi.stubEnv("GROUNDWORK_CACHE", cache);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(cache, { recursive: true });
});

describe("subnets", () => {
  test("the default lab always has the first, any other one never", () => {
    expect(chooseSubnet({ name: "default", tag: "gwffffffff" }, [])).toBe("198.18.0.0/24");
    for (const tag of ["gw00000000", "gw000001ff", "gwffffffff"]) {
      expect(chooseSubnet({ name: "mine", tag }, [])).not.toBe("198.18.0.0/24");
    }
  });

  test("one that is taken is passed over", () => {
    const lab = { name: "mine", tag: "gw00000000" };
    expect(chooseSubnet(lab, [])).toBe("198.18.1.0/24");
    expect(chooseSubnet(lab, ["198.18.0.0/22", "198.18.4.9", "10.0.0.0/8"])).toBe("198.18.5.0/24");
    expect(() => chooseSubnet(lab, ["198.18.0.0/15"])).toThrow(/no \/24 of 198\.18\.0\.0\/15 is free/);
  });
});

describe("names", () => {
  test.each(["", "Lab", "-x", "../x", "a b", "a".repeat(32)])("%j is refused", (name) => {
    expect(() => labNamed(name)).toThrow(/lab name .*lower-case/);
  });

  test("a link's name fits into the kernel's 15 letters, and caches do not share it", () => {
    const { tag } = labNamed("default");
    expect(`${tag}-254`.length).toBeLessThanOrEqual(15);
    vi.stubEnv("GROUNDWORK_CACHE", `${cache}/other`);
    expect(labNamed("default").tag).not.toBe(tag);
  });
});

describe("requirements", () => {
  test("what is missing is named at once, with what installs it", () => {
    expect(missingPackages([])).toEqual(
      expect.arrayContaining(["mmdebstrap", "systemd-container", "iproute2", "nftables", "openssh-client"]),
    );
  });

  test("without root, and elsewhere than on Linux, the reason is given", () => {
    const platform = vi.spyOn(process, "platform", "get").mockReturnValue("linux");
    vi.spyOn(process, "getuid").mockReturnValue(1000);
    expect(nspawnObstacle()).toMatch(/run it as root/);
    platform.mockReturnValue("darwin");
    expect(nspawnObstacle()).toMatch(/needs Linux, and this is darwin/);
  });
});

describe.skipIf(process.platform !== "linux")("plan (reads routes with Linux's ip)", () => {
  test("addresses are fixed by name, and what was planned stays", async () => {
    const lab = labNamed("test-plan");
    await mkdir(lab.folder, { recursive: true });
    const first = await makePlan(lab, ["storage"]);
    const second = await makePlan(lab, ["control", "extra"]);
    expect(second.subnet).toBe(first.subnet);
    expect(second.hosts.map(({ name, address }) => `${name} ${address.split(".")[3]}`)).toEqual([
      "control 11",
      "storage 13",
      "extra 14",
    ]);
    expect(await readPlan(lab)).toEqual(second);
    await expect(makePlan(lab, ["no/such"])).rejects.toThrow(/host name "no\/such"/);
  });

  test("a damaged plan is an error that says what to do, for its lab and for the others", async () => {
    const [broken, other] = [labNamed("test-broken"), labNamed("test-other")];
    for (const lab of [broken, other]) await mkdir(lab.folder, { recursive: true });
    await writeFile(join(broken.folder, "lab.json"), '{"lab": 1}');
    for (const lab of [broken, other]) {
      await expect(makePlan(lab, [])).rejects.toThrow(/lab\.json is damaged: .* lab down --lab test-broken/);
    }
  });

  test("two labs of one cache differ", async () => {
    const labs = ["test-one", "test-two"].map(labNamed);
    for (const lab of labs) await mkdir(lab.folder, { recursive: true });
    const blocked = { ...labs[1]!, tag: labs[0]!.tag };
    expect((await makePlan(labs[0]!, [])).subnet).not.toBe((await makePlan(blocked, [])).subnet);
  });
});

test("a lab's configuration has its addresses and its hosts' platforms, and all else stays", () => {
  const committed = `# comment
config:
  groundwork:hosts:
    control:
      platform: debian # of the first
      address: 198.18.0.11
    storage: { platform: debian, address: 198.18.0.13 }
`;
  const hosts = [
    { name: "control", address: "198.19.7.11", system: "mac" as const },
    { name: "extra", address: "198.19.7.14", system: "debian" as const },
  ];
  expect(configurationOf({ lab: "x", subnet: "198.19.7.0/24", backend: "nspawn", hosts }, committed)).toBe(
    committed.replace("debian # of", "darwin # of").replaceAll("198.18.0.", "198.19.7."),
  );
});

test("packages that one host downloaded are there for the next, partial ones not", async () => {
  const [old, fresh] = [join(cache, "old"), join(cache, "fresh")];
  await seedPackages(fresh);
  await mkdir(join(old, "var/cache/apt/archives/partial"), { recursive: true });
  await writeFile(join(old, "var/cache/apt/archives/nginx_1.26_amd64.deb"), "package");
  await writeFile(join(old, "var/cache/apt/archives/lock"), "");
  await harvestPackages(old);
  await harvestPackages(old);
  await seedPackages(fresh);
  expect(await readdir(join(fresh, "var/cache/apt/archives"))).toEqual(["nginx_1.26_amd64.deb"]);
  expect(await readFile(join(fresh, "var/cache/apt/archives/nginx_1.26_amd64.deb"), "utf8")).toBe("package");
});

test("a shell that evaluates the exports has them, whatever the path looks like", async () => {
  const lab = labNamed("mine");
  const names = ["GROUNDWORK_LAB", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE", "PATH"];
  const { stdout } = await execa("sh", ["-c", 'eval "$1"; shift; printenv "$@"', "sh", exports(lab), ...names]);
  const [folder, backend, passphrase, path] = stdout.split("\n");
  expect(folder).toBe(lab.folder);
  expect(new URL(backend!).pathname).toBe(new URL(`file://${lab.folder}/state`).pathname);
  expect(passphrase).toBe(join(lab.folder, "passphrase"));
  expect(path).toMatch(/^\/[^:]+\/node_modules\/\.bin:/);
});
