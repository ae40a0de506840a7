import { contracts } from "./cases.ts";
import { survivesCrashes } from "./crash.ts";

survivesCrashes("debian", await contracts("debian"));
