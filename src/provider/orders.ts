import DataLoader from "dataloader";

/** What each order came to, in their sequence. */
type Outcomes = readonly (undefined | Error)[];

/** Work on one host whose every run costs seconds before it does anything: what is ordered meanwhile goes together in the next run. */
export class Orders<Order> {
  readonly #loader: DataLoader<Order, undefined>;
  #running: Promise<unknown> = Promise.resolve();

  /**
   * @param carryOut one run, whose failure is that of its order
   * @param joined one order for all of them, or `undefined` where they cannot share a run
   */
  constructor(
    private readonly carryOut: (order: Order) => Promise<void>,
    private readonly joined: (orders: readonly Order[]) => Order | undefined,
  ) {
    const batch = (orders: readonly Order[]) => {
      const outcomes = this.#together(orders);
      this.#running = outcomes;
      return outcomes;
    };
    this.#loader = new DataLoader(batch, { cache: false, batchScheduleFn: (go) => void this.#running.then(go) });
  }

  /** Resolves when the order has been carried out, alone or with others; throws for what is wrong with this one. */
  async add(order: Order): Promise<void> {
    await this.#loader.load(order);
  }

  async #together(orders: readonly Order[]): Promise<Outcomes> {
    const joined = orders.length > 1 ? this.joined(orders) : undefined;
    if (joined && !(await this.#outcome(joined))) return orders.map(() => undefined);
    const outcomes: (undefined | Error)[] = []; // one by one, so that each fails for itself only
    for (const order of orders) outcomes.push(await this.#outcome(order));
    return outcomes;
  }

  #outcome(order: Order): Promise<undefined | Error> {
    return this.carryOut(order).then(
      () => undefined,
      (error: Error) => error,
    );
  }
}
