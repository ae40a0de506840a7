import { contracts } from "./cases.ts";
import { survivesCrashes } from "./crash.ts";

/** Their writes are the same functions of the posix library, or the same SQL, in the same order as on Debian. */
const known = [
  "archive",
  "certificate",
  "certificate-authority",
  "directory",
  "exec",
  "host-entries",
  "kes-key",
  "link",
  "machine",
  "ollama-model",
  "postgres-database",
  "postgres-extension",
  "postgres-import",
  "postgres-role",
  "postgres-script",
  "private-key",
];

survivesCrashes("darwin", await contracts("darwin"), known);
