import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { same } from "../../src/provider/values.ts";
import { importAll, importOne } from "../support/imports.ts";
import { canRunLab, whyNoLab } from "../support/lab.ts";
import { plannedIn } from "../support/preview.ts";
import { type DeclaredResource, type Project, startProject } from "../support/project.ts";
import { cutLink } from "../support/unplug.ts";
import { type Contract, desiredOf, host } from "./cases.ts";
import type { ContractPlatform } from "./contract-case.ts";
import { type ContractHost, contractHost } from "./lab-host.ts";

const title = canRunLab ? "the life of every resource" : `the life of every resource (skipped: ${whyNoLab})`;

/** Every registered type on a lab host, through the real engine, with plain `pulumi` commands and one program. */
export const livesOnEngine = (platform: ContractPlatform, all: readonly Contract[]) =>
  describe.skipIf(!canRunLab)(title, () => {
    let machine: ContractHost;
    let first: Project;
    let second: Project;

    /** All in one script. */
    const answers = async (of: (contract: Contract) => { script: string; answer: string }) => {
      const script = all.map((contract) => `( ${of(contract).script} ) 2>&1; printf '\\0'`).join("\n");
      const found = (await machine.shell(script)).split("\0").map((answer) => answer.trim());
      expect(Object.fromEntries(all.map(({ kind }, index) => [kind, found[index]]))).toEqual(
        Object.fromEntries(all.map((each) => [each.kind, of(each).answer])),
      );
    };
    const declare = (resources: readonly DeclaredResource[]) =>
      first.declare({ hosts: { [host]: machine.connection }, resources });

    beforeAll(async () => {
      machine = await contractHost(platform, "engine");
      first = await startProject({ stack: "first" });
      second = await first.second("second");
      await declare(all.map(declared));
    });

    afterAll(async () => {
      await first?.remove();
      await machine?.lab.stop();
    });

    test("create: `up` makes all, each is right by an independent check, and the next preview shows nothing", async () => {
      await first.succeed(["up", "--yes", "--skip-preview"]);
      await answers(({ right }) => right);
      await first.succeed(["preview", "--expect-no-changes"]);
    });

    test("drift: a plain preview shows every change made outside, at its property", async () => {
      for (const { change } of all) await machine.shell(change.script);
      const { output } = await first.succeed(["preview"]);
      const planned = plannedIn(output);
      const found = all.map(({ kind }) => [kind, told(planned.get(kind))]);
      const wanted = all.map(({ kind, change: { shows } }) => [kind, shows === "gone" ? "create" : tops(shows)]);
      expect(Object.fromEntries(found), output).toEqual(Object.fromEntries(wanted));
    });

    test("repair: `up` puts all of it right, and then nothing is left to do", async () => {
      await first.succeed(["up", "--yes", "--skip-preview"]);
      await answers(({ right }) => right);
      await first.succeed(["preview", "--expect-no-changes"]);
    });

    test("left out: what means none is taken away, what is not managed stays as it is", async () => {
      await declare(all.map(withoutLeftOut));
      const { output } = await first.succeed(["preview"]);
      const planned = plannedIn(output);
      for (const { kind, leftOut } of all)
        expect(told(planned.get(kind)), `${kind}:\n${output}`).toEqual(leftOut?.none?.toSorted() ?? "same");
      await first.succeed(["up", "--yes", "--skip-preview"]);
      await first.succeed(["preview", "--expect-no-changes"]);
      await declare(all.map(declared));
      await first.succeed(["up", "--yes", "--skip-preview"]);
      await answers(({ right }) => right);
    });

    test("import: another stack takes over all by ID, and differs only in what no machine can tell", async () => {
      const importable = all.filter(({ notImported }) => !notImported);
      await declare([]);
      await second.succeed(["up", "--yes", "--skip-preview"]);
      await importAll(second, importable.map(imported));
      await second.succeed(["refresh", "--preview-only", "--expect-no-changes"]);
      await declare(importable.map(declared));
      const { output } = await second.succeed(["preview"]);
      const planned = plannedIn(output);
      const found = importable.map(({ kind }) => [kind, told(planned.get(kind))]);
      const wanted = importable.map((each) => [each.kind, untoldBy(each) ?? "same"]);
      expect(Object.fromEntries(found), output).toEqual(Object.fromEntries(wanted));

      await second.succeed(["up", "--yes", "--skip-preview"]);
      await second.succeed(["preview", "--expect-no-changes"]);
      expect((await second.resources()).length).toBe(importable.length);
      await declare(all.map(declared));
      await answers(({ right }) => right);
    });

    test("import: what a program of it could not say is refused, and nothing is recorded", async () => {
      const refused = all.filter(({ notImported }) => notImported);
      for (const each of refused) {
        const { exitCode, output } = await importOne(second, { ...imported(each), name: `${each.kind}-refused` });
        expect(exitCode, output).not.toBe(0);
        expect(output).toContain(each.notImported);
      }
      expect((await second.resources()).length).toBe(all.length - refused.length);
    });

    test("fault 20: on an unreachable host nothing is in sync, nothing is deleted, and destroy refuses too", async () => {
      const ids = async () => (await first.resources()).map(({ urn, id }) => `${urn} ${id}`);
      const before = await ids();
      await cutLink(machine.labName, host, async () => {
        for (const command of [
          ["preview"],
          ["refresh", "--preview-only"],
          ["refresh", "--yes"],
          ["up", "--yes", "--skip-preview"],
          ["destroy", "--yes", "--skip-preview"],
        ]) {
          const { exitCode, output } = await first.pulumi(command);
          expect(exitCode, `${command.join(" ")}:\n${output}`).toBe(1);
          expect(output).toMatch(
            new RegExp(`${host}: .*(no answer|no route|not reachable|unreachable|timed out|did not answer)`, "i"),
          );
          expect(output).not.toMatch(/\b\d+ (deleted|to delete|to create|created)/);
        }
      });
      expect(await ids()).toEqual(before);
      await first.succeed(["preview", "--expect-no-changes"]);
    });

    test("delete: `destroy` removes what it made, gives back what it replaced, and keeps data", async () => {
      await first.succeed(["destroy", "--yes", "--skip-preview"]);
      await answers(({ deleted }) => deleted);
    });

    test("fault 21: what is gone already is deleted without an error", async () => {
      await second.succeed(["destroy", "--yes", "--skip-preview"]);
      await answers(({ deleted }) => deleted);
    });
  });

const declared = ({ kind, resource, args, after, secrets }: Contract): DeclaredResource => ({
  type: resource.schema.type,
  name: kind,
  args: { ...args, host },
  after,
  secrets,
});

function withoutLeftOut(contract: Contract): DeclaredResource {
  const { none = [], kept = [] } = contract.leftOut ?? {};
  const said = Object.entries(contract.args).filter(([key]) => ![...none, ...kept].includes(key));
  return declared({ ...contract, args: Object.fromEntries(said) });
}

const imported = (contract: Contract) => ({
  type: contract.resource.schema.type,
  name: contract.kind,
  id: contract.resource.id(desiredOf(contract)),
});

/** What an import cannot know: what no machine tells, and what is declared otherwise than by default of how to treat it. */
function untoldBy(contract: Contract): string[] | undefined {
  const { resource, args, untold = [] } = contract;
  const { inputs, intent = [] } = resource.schema;
  const byDefault = (key: string) => inputs.shape[key]?.safeParse(undefined).data;
  const chosen = intent.filter(
    (key) => byDefault(key) !== undefined && !same(byDefault(key), desiredOf(contract)[key]),
  );
  const all = [...new Set([...chosen, ...untold.filter((key) => key in args)])].sort();
  return all.length > 0 ? all : undefined;
}

const told = (planned: ReturnType<ReturnType<typeof plannedIn>["get"]>) =>
  planned?.operation === "update" ? [...planned.properties].sort() : planned?.operation;

/** The engine's rows name the first part of a path. */
const tops = (paths: readonly string[]): string[] =>
  [...new Set(paths.map((path) => /^\w+/.exec(path)?.[0] ?? path))].sort();
