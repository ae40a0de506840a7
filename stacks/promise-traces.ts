/**
 * Pulumi's SDK notes where each promise came from, to tell leaked ones by; mapping all these traces to TypeScript takes a
 * quarter of a preview. Nobody sees them unless PULUMI_DEBUG_PROMISE_LEAKS is set; traces of errors stay as they are.
 */
export function leavePromisesUntraced(): void {
  const mapped = Error.prepareStackTrace;
  if (!mapped || process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) return;
  Error.prepareStackTrace = (error, frames) =>
    frames[0]?.getFunctionName() === "debuggablePromise" ? "" : mapped(error, frames);
}
