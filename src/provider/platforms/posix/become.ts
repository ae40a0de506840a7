import type { Platform } from "../platform.ts";

/** Runs a program as another user; macOS has no runuser. */
export const become = (platform: Platform["name"], user: string): string[] =>
  platform === "darwin" ? ["sudo", "-n", "-u", user, "--"] : ["runuser", "-u", user, "--"];
