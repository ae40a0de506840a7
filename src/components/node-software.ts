import type { PlatformName } from "../schemas/host.ts";
import { brew } from "./homebrew.ts";
import type { Software } from "./software.ts";

/** Node, and how accounts of programs for it begin. */
export type NodeSoftware = Pick<Software, "packages" | "program" | "user">;

const platforms: Readonly<Record<PlatformName, NodeSoftware>> = {
  debian: { packages: { nodejs: "*" }, program: "/usr/bin/node", user: "sot" },
  darwin: { packages: { "node@24": "*" }, program: `${brew}/opt/node@24/bin/node`, user: "_sot" },
};

export const nodeOn = (platform: PlatformName): NodeSoftware => platforms[platform];
