import type { State } from "../types";
import type { Desk } from "./desk";
import type { Store } from "./store";
import { isWaiting } from "./transcript";

const WAIT_MS = 30_000;

/** How long it takes is asked for only while somebody waits and looks. */
export class WaitWatch {
  constructor(
    private store: Store<State>,
    private desk: Desk,
    private known: () => boolean,
  ) {
    setInterval(() => this.look(), WAIT_MS);
    store.subscribe((state, before) => {
      if (state.messages !== before.messages || state.open !== before.open) this.look();
    });
  }

  private look(): void {
    const { state } = this.store;
    const waits = isWaiting(state) && this.known() && state.config?.shows_wait;
    if (!waits) {
      if (state.wait) this.store.set({ wait: null });
      return;
    }
    if (state.open && state.online && document.visibilityState === "visible") void this.desk.askWait();
  }
}
