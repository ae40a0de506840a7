import { accountsLibrary } from "./accounts.sh.ts";
import { archiveLibrary } from "./archive.sh.ts";
import { authorizedKeysLibrary } from "./authorized-keys.sh.ts";
import { besideLibrary } from "./beside.sh.ts";
import { configurationLibrary } from "./configuration.sh.ts";
import { directoriesLibrary } from "./directories.sh.ts";
import { filesLibrary } from "./files.sh.ts";
import { guardLibrary } from "./guard.sh.ts";
import { helper } from "./helper.sh.ts";
import { hostEntriesLibrary } from "./host-entries.sh.ts";
import { jobsLibrary } from "./jobs.sh.ts";
import { kesLibrary } from "./kes.sh.ts";
import { machineLibrary } from "./machine.sh.ts";
import { manifest } from "./manifest.sh.ts";
import { ollamaLibrary } from "./ollama.sh.ts";
import { records } from "./records.sh.ts";
import { safeWriteLibrary } from "./safe-write.sh.ts";
import { tlsLibrary } from "./tls.sh.ts";
import { unitsLibrary } from "./units.sh.ts";
import { withinLibrary } from "./within.sh.ts";

/** What the helper shell knows of every system; the tools it calls `gw_...` are spelled in `gnu.sh.ts` or by the platform. */
export const posixLibrary: string = [
  helper,
  manifest,
  besideLibrary,
  records,
  filesLibrary,
  safeWriteLibrary,
  directoriesLibrary,
  withinLibrary,
  configurationLibrary,
  archiveLibrary,
  machineLibrary,
  tlsLibrary,
  guardLibrary,
  hostEntriesLibrary,
  kesLibrary,
  ollamaLibrary,
  unitsLibrary,
  jobsLibrary,
  accountsLibrary,
  authorizedKeysLibrary,
].join("\n");
