import { z } from "zod";

/** As sha256sum prints it. */
export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits, as sha256sum prints them");
