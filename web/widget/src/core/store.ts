type Listener<S> = (state: S, before: S) => void;

/** One observable value; several changes in one turn reach the listeners once. */
export class Store<S extends object> {
  private listeners = new Set<Listener<S>>();
  private told: S;
  private scheduled = false;

  constructor(public state: S) {
    this.told = state;
  }

  set(change: Partial<S>): void {
    this.state = { ...this.state, ...change };
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => this.tell());
  }

  /** Tell the listeners now: for what must be on the screen within the same click. */
  tell(): void {
    this.scheduled = false;
    if (this.told === this.state) return;
    const before = this.told;
    this.told = this.state;
    for (const listener of this.listeners) listener(this.state, before);
  }

  subscribe(listener: Listener<S>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
