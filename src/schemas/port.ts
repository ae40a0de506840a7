import { z } from "zod";

const range = "must be a whole number from 1 to 65535";
export const port = z.int({ error: range }).min(1, range).max(65535, range);
