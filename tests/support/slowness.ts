import { setTimeout } from "node:timers/promises";
import { execa } from "execa";

/** A fifth of a second of work, and what a processor gave it: `0m0.20s 0m0.00s`. */
const work = "i=0; while [ $i -lt 150000 ]; do i=$((i + 1)); done; times";

/** Each two seconds looks how much longer work takes than on a machine that has nothing else to do. @returns ends it: the factor, 1 at least */
export function watchSlowness(): () => Promise<number> {
  let over = false;
  let wall = 0;
  let processor = 0;
  const watching = (async () => {
    do {
      const begun = performance.now();
      const { stdout } = await execa("sh", ["-c", work]);
      wall += (performance.now() - begun) / 1000;
      processor += Number(/^0m([\d.]+)s/.exec(stdout)?.[1]);
      await setTimeout(over ? 0 : 2000);
    } while (!over);
  })();
  return async () => {
    over = true;
    await watching;
    return Math.max(1, wall / processor);
  };
}
