interface Turn {
  readonly keys: ReadonlySet<string>;
  readonly ended: Promise<void>;
}

/** Work that touches the same thing goes one after the other, in the order it came; all other at once. */
export class Turns {
  readonly #taken = new Set<Turn>();

  async take<Value>(keys: readonly string[], work: () => Promise<Value>): Promise<Value> {
    const before = [...this.#taken].filter((turn) => keys.some((key) => turn.keys.has(key)));
    const done = Promise.all(before.map(({ ended }) => ended)).then(work);
    const end = () => void this.#taken.delete(turn);
    const turn: Turn = { keys: new Set(keys), ended: done.then(end, end) }; // whoever took it is told how
    this.#taken.add(turn);
    return done;
  }
}
