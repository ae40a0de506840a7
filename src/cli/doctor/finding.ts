/** One line of `groundwork doctor`. */
export interface Finding {
  part: string;
  /** `optional`: not there, and not needed as things are. */
  status: "ok" | "missing" | "optional";
  found: string;
  /** The command or change that helps. */
  todo?: string;
}
