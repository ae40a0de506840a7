import { contracts } from "./cases.ts";
import { livesOnEngine } from "./engine.ts";

livesOnEngine("darwin", await contracts("darwin"));
