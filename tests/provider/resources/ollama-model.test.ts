import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Unobservable } from "../../../src/provider/errors.ts";
import model from "../../../src/provider/resources/ollama-model.ts";
import server from "../../../src/provider/resources/ollama-server.ts";
import type { Values } from "../../../src/provider/values.ts";
import { ollamaModelSchema } from "../../../src/schemas/ollama-model.ts";
import { ollamaServerSchema } from "../../../src/schemas/ollama-server.ts";
import type { TinyModel } from "../../../tools/ollama/tiny-model.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type OllamaHost, ollamaHost } from "../../support/ollama.ts";

const generator = "lab/stand-in-for-llama3.3:tiny";
const embedder = "lab/stand-in-for-nomic-embed-text:tiny";
const moving: TinyModel = { name: "lab/moving:tiny", kind: "generation", width: 64, seed: 4 };
const big: TinyModel = { name: "lab/big:tiny", kind: "embedding", width: 1024, seed: 5 };
const other: TinyModel = { ...big, name: "lab/other:tiny", seed: 6 };

describe.skipIf(!canRunLab)(`Ollama on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let ollama: OllamaHost;

  beforeAll(async () => {
    ollama = await ollamaHost();
  });
  afterAll(() => ollama?.stop());

  const wanted = (name: string, values: Values = {}): Values =>
    ollamaModelSchema.inputs.parse({
      host: "inference",
      model: `${ollama.registry}/${name}`,
      insecure: true,
      ...values,
    }) as Values;
  const tagged = async () =>
    (JSON.parse(await ollama.api("tags")) as { models: { name: string; digest: string }[] }).models;
  const loaded = async () =>
    (JSON.parse(await ollama.api("ps")) as { models: { name: string; expires_at: string }[] }).models;

  const small = "/var/small/models"; // on a disk of its own, with 40 MiB
  const roomy = { modelsFolder: "/var/lib/ollama/models" };

  test("MM-02: a preview warns where what is to be pulled does not fit the disk of the models, all of it together", async () => {
    await ollama.shell("mkdir -p /var/small; mount -t tmpfs -o size=40m tmpfs /var/small");
    const room = String.raw`\d[\d.]* are free for pulls in ${small}`;
    const host = await ollama.connected();
    const said = async (name: string, values: Values, recorded?: Values) =>
      ((await model.examine?.(host, wanted(name, values), recorded)) ?? []).map(({ said }) => said);

    expect(await said(embedder, { diskMiB: 50, ...roomy })).toEqual([]);
    expect(await said(embedder, { diskMiB: 50, modelsFolder: small })).toEqual([
      expect.stringMatching(`^MM-02 \\S+nomic-embed-text:tiny takes 0 GiB of disk, and ${room}: .* free some`),
    ]);
    expect(await said(embedder, { diskMiB: 30, modelsFolder: small })).toEqual([]);
    expect(await said(generator, { diskMiB: 30, modelsFolder: small })).toEqual([
      expect.stringMatching(`^MM-02 \\S+nomic\\S+ and \\S+llama\\S+ take together 0\\.1 GiB of disk, and ${room}`),
    ]);

    await ollama.api("pull", { model: `${ollama.registry}/${embedder}`, insecure: true, stream: false });
    const later = await ollama.connected(); // as the next preview
    const then = async (values: Values, recorded?: Values) =>
      model.examine?.(later, wanted(embedder, { diskMiB: 50, modelsFolder: small, ...values }), recorded);
    expect(await then({})).toEqual([]);
    expect(await then({ pulls: 2 }, wanted(embedder))).toHaveLength(1);
    await ollama.shell(
      `curl -sS -X DELETE http://127.0.0.1:11434/api/delete -d '{"model":"${ollama.registry}/${embedder}"}'`,
    );
  });

  test("MM-02: what an interrupted pull left there is no missing room", async () => {
    const host = await ollama.connected();
    const fits = async (diskMiB: number) =>
      (await model.examine?.(host, wanted(embedder, { diskMiB, modelsFolder: small })))?.length === 0;
    await ollama.shell(`mkdir -p ${small}/blobs; head -c 30M /dev/zero >${small}/blobs/sha256-0-partial`);
    expect(await fits(39)).toBe(true);
    expect(await fits(41)).toBe(false);
    await ollama.shell("umount /var/small");
  });

  test("is pulled from the lab's registry with progress, and then there is no drift", async () => {
    await ollama.throttle(8_000_000);
    expect(await ollama.drifted(model, wanted(embedder))).toBe("gone");
    const state = await ollama.apply(model, wanted(embedder));
    const percents = ollama.progress.flatMap((line) => /^pulling .*: (\d+) % of (\d+) MB$/.exec(line)?.[1] ?? []);
    expect(percents.length, ollama.progress.join("\n")).toBeGreaterThan(2);
    expect(ollama.progress.at(-1)).toBe("writing manifest");
    await ollama.throttle();

    const [found] = await tagged();
    expect(found?.name).toBe(`${ollama.registry}/${embedder}`);
    expect(state).toMatchObject({ currentDigest: found?.digest, resident: "onDemand" });
    expect(await ollama.drifted(model, wanted(embedder))).toEqual([]);
  });

  test("a real embedding tells the dimension; another one is refused with what it means", async () => {
    expect(await ollama.read(model, wanted(embedder, { dimension: 768 }))).toMatchObject({ dimension: 768 });
    expect(await ollama.drifted(model, wanted(embedder, { dimension: 1024 }))).toEqual(["dimension"]);
    await expect(ollama.apply(model, wanted(embedder, { dimension: 1024 }))).rejects.toThrow(
      /inference: .*embeds a text as 768 numbers, not 1024: vectors of another model cannot be compared/,
    );
  });

  test("a resident model stays loaded; one that was unloaded is drift, and loaded again", async () => {
    const resident = wanted(generator, { resident: "always" });
    await ollama.apply(model, resident);
    const [first] = (await loaded()).filter(({ name }) => name.endsWith(generator));
    expect(new Date(first?.expires_at ?? 0).getFullYear()).toBeGreaterThan(2200);

    await ollama.api("generate", { model: resident["model"], keep_alive: 0 });
    await ollama.shell("while curl -sS http://127.0.0.1:11434/api/ps | grep -q llama3.3; do sleep 0.1; done");
    expect(await ollama.drifted(model, resident)).toEqual(["resident"]);
    await ollama.apply(model, resident);
    expect(await ollama.drifted(model, resident)).toEqual([]);
  });

  test("what is on demand may be loaded; one that becomes so is unloaded", async () => {
    const onDemand = wanted(generator);
    expect(await ollama.drifted(model, onDemand)).toEqual([]);
    await ollama.apply(model, onDemand, { ...onDemand, resident: "always" });
    await ollama.shell("while curl -sS http://127.0.0.1:11434/api/ps | grep -q llama3.3; do sleep 0.1; done");
    expect(await ollama.drifted(model, wanted(generator, { resident: "always" }))).toEqual(["resident"]);
  });

  test("after a restart of the server residents are loaded again", async () => {
    const resident = wanted(generator, { resident: "always" });
    await ollama.apply(model, resident);
    await ollama.shell(
      "systemctl restart ollama; until curl -fs http://127.0.0.1:11434/api/version; do sleep 0.1; done",
    );
    expect(await ollama.drifted(model, resident)).toEqual(["resident"]);
    await ollama.apply(model, resident, resident);
    expect(await ollama.drifted(model, resident)).toEqual([]);
  });

  test("a tag that moved is found by its digest, and pulled", async () => {
    await ollama.push(moving);
    const before = await ollama.apply(model, wanted(moving.name));
    await ollama.push({ ...moving, seed: 40 });
    expect(await ollama.drifted(model, wanted(moving.name))).toEqual([]); // nothing looks into the registry

    const after = await ollama.apply(model, wanted(moving.name, { pulls: 2 }), before);
    expect(after["currentDigest"]).not.toBe(before["currentDigest"]);
    const pinned = wanted(moving.name, { digest: String(after["currentDigest"]).slice(0, 12) });
    expect(await ollama.drifted(model, pinned)).toEqual([]);
    const other = wanted(moving.name, { digest: before["currentDigest"] });
    expect(await ollama.drifted(model, other)).toEqual(["digest"]);
    await expect(ollama.apply(model, other)).rejects.toThrow(
      /the registry of .*moving:tiny serves [0-9a-f]{12} under that tag now, not [0-9a-f]{12}; that is pulled. Correct `digest`/,
    );
  });

  test("an interrupted pull leaves no model, and the next one takes up what was fetched", async () => {
    await ollama.push(big);
    await ollama.throttle(4_000_000);
    const pulling = ollama.apply(model, wanted(big.name));
    const cut = expect(pulling).rejects.toThrow(/was not pulled: .*Run again|ended with|gone/);
    await ollama.shell(
      "until [ -n \"$(find /var/lib/ollama/models/blobs -name '*-partial*')\" ]; do sleep 0.1; done; sleep 1; pkill -x curl",
    );
    await cut;
    expect((await tagged()).map(({ name }) => name)).not.toContain(`${ollama.registry}/${big.name}`);
    expect(await ollama.shell("ls /var/lib/ollama/models/blobs | grep -c partial")).not.toBe("0");

    await ollama.throttle();
    await ollama.apply(model, wanted(big.name, { dimension: 1024 }));
    expect(await ollama.drifted(model, wanted(big.name))).toEqual([]);
  });

  test("a full disk is explained with the room there is, and nothing half-pulled counts", async () => {
    await ollama.remove(model, wanted(big.name));
    await ollama.shell("mount -t tmpfs -o size=6m tmpfs /var/lib/ollama/models/blobs");
    try {
      await expect(ollama.apply(model, wanted(big.name))).rejects.toThrow(
        /inference: .*big:tiny was not pulled: .*no space left on device.* Make room at \/var\/lib\/ollama\/models\/blobs \(.* free\), and run again/,
      );
      expect(await ollama.drifted(model, wanted(big.name))).toBe("gone");
    } finally {
      await ollama.shell("umount /var/lib/ollama/models/blobs");
    }
    await ollama.apply(model, wanted(big.name));
    expect(await ollama.drifted(model, wanted(big.name))).toEqual([]);
  });

  test("of two pulls that fit the disk one by one, the second is not begun where the first left too little", async () => {
    const models = "/var/lib/ollama/models";
    await ollama.push(other);
    const { sizeBytes } = (await ollama.read(model, wanted(big.name))) ?? {};
    const diskMiB = Math.ceil(Number(sizeBytes) / 1024 ** 2); // of either
    await ollama.shell(`mount -t tmpfs -o size=${diskMiB + 1}m tmpfs ${models}; mkdir ${models}/blobs`);
    try {
      const host = await ollama.connected();
      const [pulled, refused] = await Promise.allSettled(
        [big, other].map(({ name }) => model.apply(host, wanted(name, { diskMiB, modelsFolder: models }))),
      );
      expect(pulled?.status).toBe("fulfilled");
      expect(String((refused as PromiseRejectedResult).reason)).toMatch(
        /inference: \S+other:tiny is not pulled: it takes \S+ GiB of disk, and \S+ are free for it in \/var\/lib\/ollama\/models\. Free some/,
      );
      expect((await tagged()).map(({ name }) => name)).toEqual([`${ollama.registry}/${big.name}`]);
    } finally {
      await ollama.shell(`umount ${models}`);
    }
  });

  test.each([
    ["lab/no-such-model:tiny", {}, /no such model or tag: correct `model`/],
    [generator, { insecure: false, pulls: 2 }, /does not speak TLS: set `insecure: true`/],
  ])("%s cannot be pulled, and is told why", async (name, values, reason) => {
    const recorded = { ...wanted(name), pulls: 1 };
    await expect(ollama.apply(model, wanted(name, values), recorded)).rejects.toThrow(reason);
  });

  test("a registry out of reach is told as such", async () => {
    const away = ollamaModelSchema.inputs.parse({ host: "inference", model: "127.0.0.1:9/lab/x:y", insecure: true });
    await expect(ollama.apply(model, away as Values)).rejects.toThrow(/registry is not in reach of this host/);
  });

  test("undeclared models are told and left, or removed where that is said", async () => {
    const declared = [generator, embedder].map((name) => `${ollama.registry}/${name}`);
    const contents = ollamaServerSchema.inputs.parse({ host: "inference", models: declared }) as Values;
    const state = await ollama.apply(server, contents);
    const others = [big.name, moving.name].map((name) => `${ollama.registry}/${name}`);
    expect(state).toMatchObject({ undeclared: others, version: "0.17.4" });
    expect(ollama.progress).toContain(`models that are not declared: ${others.join(", ")}`);
    expect(await ollama.drifted(server, contents)).toEqual([]);

    const alone = { ...contents, others: "remove" };
    expect(await ollama.drifted(server, alone)).toEqual(["models"]);
    expect(await ollama.apply(server, alone)).toMatchObject({ undeclared: [] });
    expect((await tagged()).map(({ name }) => name).sort()).toEqual(declared.toSorted());
  });

  test("an ID is enough to import, and all models are listed", async () => {
    const name = `${ollama.registry}/${embedder}`;
    const found = await model.read(await ollama.connected(), { host: "inference", ...model.identify(name) }, true);
    expect(found).toMatchObject({ model: name, resident: "onDemand", digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await model.list?.(await ollama.connected())).toContain(name);
  });

  test("a delete frees memory and disk; what is gone is deleted without an error", async () => {
    const resident = wanted(generator, { resident: "always" });
    await ollama.apply(model, resident);
    await ollama.remove(model, resident);
    await ollama.shell("while curl -sS http://127.0.0.1:11434/api/ps | grep -q llama3.3; do sleep 0.1; done");
    expect((await tagged()).map(({ name }) => name)).not.toContain(resident["model"]);
    await ollama.remove(model, resident);
  });

  test("a delete leaves the files of a model that was there before, and frees its memory", async () => {
    const theirs = wanted(generator, { resident: "always" });
    await ollama.api("pull", { model: theirs["model"], insecure: true, stream: false });
    await ollama.apply(model, theirs);
    await ollama.remove(model, theirs);
    await ollama.shell("while curl -sS http://127.0.0.1:11434/api/ps | grep -q llama3.3; do sleep 0.1; done");
    expect((await tagged()).map(({ name }) => name)).toContain(theirs["model"]);
    expect(ollama.progress).toContain(`left: ${theirs["model"]} was there before groundwork`);
  });

  test("a server that is down is unknown, neither unchanged nor gone", async () => {
    await ollama.shell("systemctl stop ollama");
    const down = ollama.read(model, wanted(embedder));
    await expect(down).rejects.toThrow(Unobservable);
    await expect(down).rejects.toThrow(
      /inference: no Ollama answers at http:\/\/127\.0\.0\.1:11434: the connection is refused; start it/,
    );
    await expect(ollama.read(server, { host: "inference", server: "http://127.0.0.1:11434" })).rejects.toThrow(
      Unobservable,
    );
  });
});
