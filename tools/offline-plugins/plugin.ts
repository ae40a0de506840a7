import type { Change, Failure } from "./inputs.ts";
import type { Values } from "./wire.ts";

/** A stand-in for a plugin of Pulumi's that cannot be downloaded. */
export interface Plugin {
  readonly name: string;
  readonly version: string;
  readonly schema: object;
  /** Takes secrets marked as such; otherwise the engine opens them, and marks what is recorded under the same name. */
  readonly acceptSecrets?: boolean;
  /** Type token to resource. */
  readonly resources: Readonly<Record<string, Resource>>;
  /** The run is given up. */
  cancel?(): void;
}

/** One type of resource; values that it returns may be marked as secrets. */
export interface Resource {
  check(inputs: Values): Failure[];
  diff(state: Values, inputs: Values): Change[];
  /** What a preview of a creation shows. */
  preview(inputs: Values): Values;
  create(inputs: Values, call: Call): Promise<{ id: string; state: Values }> | { id: string; state: Values };
  /** An empty state is an import. */
  read(id: string, state: Values): Promise<Found> | Found;
  update(state: Values, inputs: Values, call: Call & { preview: boolean }): Promise<Values> | Values;
  delete?(state: Values, call: Call): Promise<void>;
}

export interface Found {
  readonly id: string;
  readonly state: Values;
  /** Those of an import; otherwise they stay as they were. */
  readonly inputs?: Values;
}

export interface Call {
  /** Last part of the URN. */
  readonly name: string;
  /** Shows a line to the user, beside the resource. */
  log(line: string): void;
}
