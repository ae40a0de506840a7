const quietMs = 2_000;
const repeatMs = 10_000;

/** Does `work`; when it takes longer than two seconds, says so on stderr, now and then, and at its end. */
export async function step<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(0)} s`;
  let shown = false;
  let timer = setTimeout(function show() {
    console.error(shown ? `${title} ... ${seconds()}` : `${title} ...`);
    shown = true;
    timer = setTimeout(show, repeatMs);
  }, quietMs);
  try {
    const result = await work();
    if (shown) console.error(`${title}: done in ${seconds()}`);
    return result;
  } finally {
    clearTimeout(timer);
  }
}
