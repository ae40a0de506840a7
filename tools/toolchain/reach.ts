/** How long a server may take to answer before it counts as out of reach, in milliseconds. */
const DEADLINE = 3_000;

/** Why something cannot be downloaded, or `undefined` where it can. */
export async function whyOutOfReach(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(DEADLINE) });
    return answer.ok ? undefined : `${url} answers ${answer.status}`;
  } catch (error) {
    const { cause } = error as { cause?: { code?: string; message?: string } };
    return `${new URL(url).hostname}: ${cause?.code ?? cause?.message ?? (error as Error).message}`;
  }
}
