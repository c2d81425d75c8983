import type { Client } from "./client";

const TELL_TYPING_EVERY_MS = 4_000;
const STILL_MS = 5_000;

/** Tells the other side that the visitor is writing: seldom enough to be cheap, and that they stopped. */
export class TypingTeller {
  private toldAt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private client: Client,
    private known: () => boolean,
  ) {}

  typed(text: string): void {
    clearTimeout(this.timer);
    if (!text.trim()) {
      this.stopped();
      return;
    }
    if (Date.now() - this.toldAt >= TELL_TYPING_EVERY_MS) {
      this.toldAt = Date.now();
      this.tell(true);
    }
    this.timer = setTimeout(() => this.stopped(), STILL_MS);
  }

  stopped(): void {
    clearTimeout(this.timer);
    if (!this.toldAt) return;
    this.toldAt = 0;
    this.tell(false);
  }

  /** The message itself says that writing is over. */
  sent(): void {
    clearTimeout(this.timer);
    this.toldAt = 0;
  }

  private tell(on: boolean): void {
    if (this.known()) this.client.post("/typing", { on }).catch(() => undefined);
  }
}
