import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { smokeTestNames } from "../../schemas/macminis/web.ts";

export type SmokeTestName = (typeof smokeTestNames)[number];

export interface SmokeTestsArgs {
  /** Address of the site, as its users know it. */
  site: pulumi.Input<string>;
  /** Certificate that the site's is trusted by, PEM; empty for public ones. */
  authority?: pulumi.Input<string>;
  /** Text of the program: an ES module for Node that takes the name of a test. */
  program: string;
  /** Which tests there are, each with what it stands on: it runs when one of these changes, and only then. */
  tests: Partial<Record<SmokeTestName, pulumi.Input<string>[]>>;
  /** Length that embeddings must have. */
  dimension: number;
  /** Where to look when a part of the system fails, by its name in the API's /health. */
  logs: Record<string, string>;
}

/**
 * Asks what was just deployed as its users do, from the machine that runs Pulumi. One that fails fails the update, and
 * says which part of the system to look at.
 *
 * @example
 * new SmokeTests("smoke", {
 *   site: "http://198.18.0.11",
 *   program: "console.log(process.argv[2]);",
 *   tests: { site: ["digest of what is served"] },
 *   dimension: 768,
 *   logs: { nginx: "the log of nginx on control" },
 * });
 */
export class SmokeTests extends pulumi.ComponentResource {
  constructor(name: string, args: SmokeTestsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:SmokeTests", name, {}, opts);
    const environment = {
      SITE: args.site,
      AUTHORITY: args.authority ?? "",
      DIMENSION: String(args.dimension),
      LOGS: JSON.stringify(args.logs),
    };
    for (const test of smokeTestNames) {
      const triggers = args.tests[test];
      if (!triggers) continue;
      new local.Command(
        `${name}-${test}`,
        {
          create: `node --input-type=module - ${test}`,
          stdin: args.program,
          environment,
          triggers,
          logging: "none", // a failure shows it all
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
