import { createHash } from "node:crypto";

/** For `restartOn` and triggers: hexadecimal. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
