/** Homebrew's folder on Apple silicon. */
export const brew = "/opt/homebrew";
