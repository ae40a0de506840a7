import { contracts } from "./cases.ts";
import { survivesCrashes } from "./crash.ts";

survivesCrashes("darwin", await contracts("darwin"));
