import type { ChatMessage } from "../types";
import type { Client } from "./client";

export const POLL_MS = 6_000;
const LONGEST_POLL_MS = 60_000;

interface Missed {
  items: ChatMessage[];
  has_more: boolean;
  staff_read_up_to: number;
}

/** Fetches what is missing after the last message without a gap before it; slower after each failure. */
export class CatchingUp {
  /** The last try failed: something may still be missing. */
  behind = false;
  private busy = false;
  private notBefore = 0;
  private wait = POLL_MS;

  constructor(
    private client: Client,
    private after: () => number,
    private took: (items: ChatMessage[], staffReadUpTo: number) => void,
  ) {}

  run(): void {
    if (this.busy || Date.now() < this.notBefore) return;
    this.busy = true;
    this.client
      .get<Missed>(`/messages?after=${this.after()}`)
      .then((missed) => {
        this.busy = this.behind = false;
        this.wait = POLL_MS;
        this.took(missed.items, missed.staff_read_up_to);
        if (missed.has_more) this.run();
      })
      .catch(() => {
        this.busy = false;
        this.behind = true;
        this.notBefore = Date.now() + this.wait;
        this.wait = Math.min(this.wait * 2, LONGEST_POLL_MS);
      });
  }

  /** The network is back: don't sit out the rest of the wait. */
  wake(): void {
    this.notBefore = 0;
  }
}
