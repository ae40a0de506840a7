import { section } from "../stack.ts";
import { listens, service } from "./service.ts";

export const redis = section({
  ...service({ port: 6379, memoryMiB: 256 }),
  listens: listens.default("loopback"),
}).describe("Redis: cache and rate limits of the API");
