import type { PlatformName } from "../schemas/host.ts";
import { brew } from "./homebrew.ts";
import type { Software } from "./software.ts";

/** Node, and how accounts of programs for it begin. */
export type NodeSoftware = Pick<Software, "packages" | "program" | "user">;

const platforms: Readonly<Record<Exclude<PlatformName, "nixos">, NodeSoftware>> = {
  debian: { packages: { nodejs: "*" }, program: "/usr/bin/node", user: "sot" },
  darwin: { packages: { "node@24": "*" }, program: `${brew}/opt/node@24/bin/node`, user: "_sot" },
};

/** @throws Error where nobody has said what it is called there. */
export function nodeOn(platform: PlatformName): NodeSoftware {
  if (platform === "nixos") throw new Error("node is not described for nixos; hosts can be debian or darwin");
  return platforms[platform];
}
