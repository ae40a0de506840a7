/** Waits for all of them, also where one fails. @throws Error with all that failed */
export async function together(works: readonly Promise<unknown>[]): Promise<void> {
  const failures = (await Promise.allSettled(works)).flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new Error(failures.map(({ message }: Error) => message).join("\n"));
}
