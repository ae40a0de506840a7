// What can go wrong, told apart: the caller's fault, and that of a service which the API needs.

/** An answer that is the caller's fault. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** A service on the way to an answer, a hop, did not do its part. */
export class HopError extends Error {
  constructor(hop, message, { refused = false } = {}) {
    super(message);
    this.hop = hop;
    /** It answered, and said no. */
    this.refused = refused;
  }
}

/** Node hides the reason of a failed fetch or connection in `cause` or `code`. */
export const reasonOf = (error) => error.cause?.message || error.message || error.cause?.code || error.code || "failed";

/** An answer did without a hop, or with another in its place: its user is told which, and the log. */
export function missing(degraded, name, error) {
  degraded[name] = reasonOf(error);
  console.error(`${name}: ${degraded[name]}`);
}

/** Runs a part of the work; whatever fails in it is the hop's. */
export async function hop(name, work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal || error instanceof HopError) throw error;
    throw new HopError(name, reasonOf(error));
  }
}
