/**
 * Waits no longer than the program's `customTimeouts` allow. What was begun cannot be taken back: it is left to end.
 *
 * @param seconds 0 is no limit, as the engine says it
 */
export async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  if (seconds === 0 || seconds > longestTimerSec) return work;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, seconds * 1000, new Error(tooLong(seconds)));
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** A longer one goes off at once. */
const longestTimerSec = 0x7fffffff / 1000;

const tooLong = (seconds: number): string =>
  `not done within the ${seconds} s that \`customTimeouts\` allows: how far it came is not known. What the host was asked for goes on there; run again to see what it has, with a longer time if it needs one`;
