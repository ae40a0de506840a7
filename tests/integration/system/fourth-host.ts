import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";

import type { Deployed } from "../../support/deployed.ts";
import { post } from "./post.ts";
import { targets } from "./prometheus.ts";

/** A machine more, which takes the models over. */
export function fourthHost(system: () => Deployed): void {
  test("a fourth machine is set up by one `up`, the models move to it, all who ask them follow, and the previous host is free of them", async () => {
    const { lab } = system();
    const { config } = parse(await readFile(system().config, "utf8")) as Configuration;
    const { connection, ...inference } = config["groundwork:hosts"]["inference"]!;
    const names = (port: number, host: string) =>
      system().sh(host, `curl -fsS http://${lab.address(host)}:${port}/api/tags | grep -o '"model":"[^"]*"' | sort`);
    const { port } = config["groundwork:services"].ollama;
    const before = await names(port, "inference");

    const fourth = { ...inference, address: lab.address("fourth"), connection: { ...connection, address: "fourth" } };
    await system().configure({ "hosts.fourth": fourth, "services.ollama.host": "fourth" });
    const said = await system().up();

    expect(await names(port, "fourth")).toBe(before);
    for (const name of ["embeddings", "evaluate"]) {
      expect(said).toContain(`command:local:Command smoke-${name} replaced`);
    }
    const { body } = await post(system(), "/api/evaluate", { question: "What colour is the door?" });
    expect(body["answer"]).toBe("yes.");
    const left = `ss -ltnH 'sport = :${port}'; systemctl list-unit-files --no-legend 'ollama*' || :; ls /opt | grep ollama || :`;
    expect(await system().sh("inference", left)).toBe("");
    for (const host of ["control", "inference", "storage", "fourth"]) {
      expect(await system().sh(host, "getent hosts fourth")).toMatch(new RegExp(`^${lab.address("fourth")} +fourth`));
    }
    const watched = async () =>
      (await targets(system()))
        .filter(({ labels }) => labels["host"] === "fourth")
        .map(({ labels, health }) => `${labels["job"]} ${health}`)
        .sort();
    await expect.poll(watched, { timeout: 60_000, interval: 1000 }).toEqual(["node up", "ollama up"]);
    const reach = await lab.run("control", ["curl", "-sS", "-m", "3", `http://${lab.address("fourth")}:9100/metrics`]);
    expect(reach.exitCode, "only Prometheus reaches its metrics").not.toBe(0);
    await system().unchanged();
  });
}

interface Configuration {
  readonly config: {
    readonly "groundwork:hosts": Record<string, { readonly connection: object }>;
    readonly "groundwork:services": { readonly ollama: { readonly port: number } };
  };
}
