// What Pulumi runs: the program as one bundled file, built anew when a source changed.
import { fileURLToPath } from "node:url";

import { load } from "../tools/toolchain/load.mjs";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const { default: run } = await load({ root, entry: "stacks/index.ts", name: "program", external: ["@pulumi/*"] });
export default run;
