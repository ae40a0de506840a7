import type { Platform } from "../platform.ts";

/** Runs a program as another user, with the user's own HOME; macOS has no runuser, and its sudo keeps HOME as it is. */
export const become = (platform: Platform["name"], user: string): string[] =>
  platform === "darwin" ? ["sudo", "-n", "-H", "-u", user, "--"] : ["runuser", "-u", user, "--"];
