import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Unreachable } from "../../src/provider/errors.ts";
import type { Host } from "../../src/provider/host.ts";
import { drift } from "../../src/provider/resource.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";
import type { Values } from "../../src/provider/values.ts";
import { canRunLab, whyNoLab } from "../support/lab.ts";
import { type Contract, desiredOf } from "./cases.ts";
import type { ContractPlatform } from "./contract-case.ts";
import { type ContractHost, contractHost } from "./lab-host.ts";
import { losing, onHost } from "./sessions.ts";

const title = canRunLab ? "fault 3: a lost connection" : `fault 3: a lost connection (skipped: ${whyNoLab})`;

/** Every registered type, its connection lost before each write in turn, which is also after the one before it ran. */
export const survivesCrashes = (platform: ContractPlatform, all: readonly Contract[]) =>
  describe.skipIf(!canRunLab)(title, () => {
    let machine: ContractHost;
    let runner: Runner;

    beforeAll(async () => {
      machine = await contractHost(platform, "crash");
      runner = await machine.runner();
    });
    afterAll(async () => {
      await runner?.close();
      await machine?.lab.stop();
    });

    /** By the helper's connection, but none of our code: many logins would take longer than the test. */
    const shell = async (script: string): Promise<string> => {
      const { exitCode, stdout, stderr } = await runner.request({ argv: ["sh", "-c", script] });
      expect(exitCode, `${script}: ${stderr}`).toBe(0);
      return stdout.toString("utf8").trim();
    };
    /** Every file that could be left behind. Not: manifests, which only speed reading up, logs, and useradd's backups. */
    const files = async () => {
      const places = {
        debian: "etc home root srv tmp usr/local var/lib/groundwork var/spool",
        darwin:
          "private/etc Users opt/contract private/tmp usr/local private/var/root private/var/lib/groundwork Library/LaunchDaemons",
      }[platform];
      const not = ["*var/lib/groundwork/manifest*", "etc/*-"].map((path) => `! -path '${path}'`).join(" ");
      return (await shell(`cd /; find ${places} -xdev ! -type d ${not} 2>/dev/null | sort`)).split("\n");
    };

    test.each(all.map((contract) => [contract.kind, contract] as const))("%s", async (_, contract) => {
      const { resource, right, deleted, cleared = ":" } = contract;
      const desired = desiredOf(contract);
      await shell(cleared);
      const clean = await files();

      for (let nth = 1, crashed = true; crashed; nth++) {
        const made = await lost(nth, (host) => resource.apply(host, desired));
        const after = await onHost(platform, runner, (host) => resource.apply(host, desired, made));
        expect(drift(resource.schema, after, desired), `made again before write ${nth}`).toEqual([]);
        expect(await shell(right.script)).toBe(right.answer);

        const gone = await lost(nth, (host) => resource.remove(host, after).then(() => after));
        await onHost(platform, runner, (host) => resource.remove(host, after));
        await onHost(platform, runner, (host) => resource.remove(host, after)); // delete again: nothing there is success
        expect(await shell(deleted.script)).toBe(deleted.answer);
        expect(await files(), `left behind before write ${nth}`).toEqual(clean);
        await shell(cleared);
        crashed = made === undefined || gone === undefined;
      }

      await onHost(platform, runner, (host) => resource.apply(host, desired)); // later cases build on it
    });

    /** What `work` answers, or `undefined` where the link broke first; any other failure is one. */
    async function lost(nth: number, work: (host: Host) => Promise<Values>): Promise<Values | undefined> {
      try {
        return await onHost(platform, runner, (host) => work(losing(host, nth)));
      } catch (error) {
        expect(error).toBeInstanceOf(Unreachable);
        return undefined;
      }
    }
  });
