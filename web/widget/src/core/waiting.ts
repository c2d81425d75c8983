import type { State } from "../types";
import type { Desk } from "./desk";
import type { Store } from "./store";
import { isWaiting } from "./transcript";

const WAIT_MS = 30_000;

/** How long it takes is asked for when somebody begins to wait and when they come back; in between the stream tells.
 *  Only where that is held up on its way it is asked for every half minute. */
export class WaitWatch {
  constructor(
    private store: Store<State>,
    private desk: Desk,
    private known: () => boolean,
  ) {
    setInterval(() => store.state.connection !== "live" && this.look(), WAIT_MS);
    store.subscribe((state, before) => {
      const is = (name: "messages" | "open" | "connection") => state[name] !== before[name];
      if (is("messages") || is("open") || (is("connection") && state.connection === "live")) this.look();
    });
  }

  private look(): void {
    const { state } = this.store;
    const waits = (isWaiting(state) || state.wait?.place) && this.known() && state.config?.shows_wait;
    if (!waits) {
      if (state.wait) this.store.set({ wait: null });
      return;
    }
    if (state.open && state.online && document.visibilityState === "visible") void this.desk.askWait();
  }
}
