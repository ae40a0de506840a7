// Runs around each test file, also where several share a process.
import { afterAll } from "vitest";

import { endTurns } from "./lab.ts";

afterAll(endTurns);
