import type { ChatMessage, State, Wait } from "../types";
import type { Store } from "./store";
import type { StreamEvent } from "./stream";
import { markRead } from "./transcript";

const TYPING_FADES_MS = 7_000;

/** What the live stream tells, put where it shows. */
export class Hearing {
  private typingTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private store: Store<State>,
    private receive: (messages: ChatMessage[]) => void,
  ) {}

  on(event: StreamEvent): void {
    const data: unknown = JSON.parse(event.data);
    if (event.name === "message") this.receive([data as ChatMessage]);
    if (event.name === "read") {
      const upTo = (data as { up_to: number }).up_to;
      this.store.set({ messages: markRead(this.store.state.messages, upTo) });
    }
    if (event.name === "wait") this.store.set({ wait: data as Wait });
    if (event.name === "typing") this.showTyping(data as { on: boolean; name: string });
    if (event.name === "case") this.showCase((data as { asks_rating: boolean }).asks_rating);
  }

  private showTyping({ on, name }: { on: boolean; name: string }): void {
    clearTimeout(this.typingTimer);
    this.store.set({ typing: on ? name : "" });
    if (on) this.typingTimer = setTimeout(() => this.store.set({ typing: "" }), TYPING_FADES_MS);
  }

  /** The case is over or goes on; thanks for a rating just given stay. */
  private showCase(asksRating: boolean): void {
    const { rating } = this.store.state;
    if (asksRating) this.store.set({ rating: "asked" });
    else if (rating === "asked") this.store.set({ rating: "hidden" });
  }
}
