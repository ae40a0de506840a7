/** Below this a step is not worth a line, in milliseconds. */
const PATIENCE = 2_000;
/** Between two plain lines where the line cannot be rewritten (a log, a pipe), in milliseconds. */
const PLAIN_INTERVAL = 10_000;

/** What the steps that run say, longest first: on a terminal they share one line. */
const running = new Set<() => string>();
const all = (): string => [...running].map((said) => said()).join("  ");

/** Shown behind the seconds, such as `412 packages`. */
export type Report = (detail: string) => void;

/** Runs `work` and, once it takes longer than 2 s, shows on standard error how long and how far. */
export async function step<T>(title: string, work: (report: Report) => Promise<T>): Promise<T> {
  const out = process.stderr;
  const started = Date.now();
  let detail = "";
  let shown = 0;

  const line = (end: string) =>
    `${title}: ${Math.round((Date.now() - started) / 1000)} s${detail && `, ${detail}`}${end}`;
  const goesOn = () => line(" …");
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - started < PATIENCE) return;
    running.add(goesOn);
    if (out.isTTY) out.write(`\r\u001b[K${all().slice(0, out.columns - 1)}`);
    else if (now - shown >= PLAIN_INTERVAL) out.write(`${goesOn()}\n`);
    else return;
    shown = now;
  }, 500);

  const finish = (end: string) => {
    clearInterval(timer);
    running.delete(goesOn);
    if (shown) out.write(`${out.isTTY ? "\r\u001b[K" : ""}${line(end)}\n`);
  };

  try {
    const result = await work((text) => {
      detail = text;
    });
    finish(" (done)");
    return result;
  } catch (error) {
    finish(" (failed)");
    throw error;
  }
}
