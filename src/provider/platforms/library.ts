import { darwinLibrary } from "./darwin/library.ts";
import { debianLibrary } from "./debian/library.ts";
import type { Platform } from "./platform.ts";
import { posixLibrary } from "./posix/library.ts";

/** All that the helper shell knows: sent over its standard input at the start of each channel, never as an argument. */
export const libraryOf = (platform: Platform["name"]): string => `${posixLibrary}\n${ofPlatform[platform]}`;

const ofPlatform: Readonly<Record<Platform["name"], string>> = {
  darwin: darwinLibrary,
  debian: debianLibrary,
};
