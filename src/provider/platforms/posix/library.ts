import { debianLibrary } from "../debian/library.ts";
import { archiveLibrary } from "./archive.sh.ts";
import { configurationLibrary } from "./configuration.sh.ts";
import { directoriesLibrary } from "./directories.sh.ts";
import { filesLibrary } from "./files.sh.ts";
import { helper } from "./helper.sh.ts";
import { machineLibrary } from "./machine.sh.ts";
import { manifest } from "./manifest.sh.ts";
import { records } from "./records.sh.ts";
import { safeWriteLibrary } from "./safe-write.sh.ts";
import { tlsLibrary } from "./tls.sh.ts";

/** All that the helper shell knows: sent over its standard input at the start of each channel, never as an argument. */
export const library: string = [
  helper,
  manifest,
  records,
  filesLibrary,
  safeWriteLibrary,
  directoriesLibrary,
  configurationLibrary,
  archiveLibrary,
  machineLibrary,
  tlsLibrary,
  debianLibrary,
].join("\n");
