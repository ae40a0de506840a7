import { contracts } from "./cases.ts";
import { livesOnEngine } from "./engine.ts";

livesOnEngine("debian", await contracts("debian"));
