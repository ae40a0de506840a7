import { Turns } from "../turns.ts";

/** A path that moves from one resource to another in one run: each looks again when its turn comes. */
export const pathTurns = () => new Turns();
