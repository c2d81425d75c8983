import { translate } from "../i18n";
import type { State } from "../types";
import { type Client, Refused } from "./client";
import type { Store } from "./store";
import { waitingSince } from "./transcript";

/** Going on by e-mail: offered once when nobody has answered for a while, where the channel can. */
export class EmailOffer {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private store: Store<State>,
    private client: Client,
    private ready: () => Promise<void>,
  ) {}

  consider(): void {
    clearTimeout(this.timer);
    const { config, email, messages, emailCard } = this.store.state;
    const since = waitingSince(messages);
    if (!since && emailCard === "offered") this.store.set({ emailCard: "hidden" });
    if (!config?.email_offered || email || !since || emailCard !== "hidden") return;
    const wait = Math.max(since + config.email_after_seconds * 1_000 - Date.now(), 0);
    this.timer = setTimeout(() => this.offer(), wait);
  }

  offer(): void {
    this.store.set({ emailCard: "offered", emailError: "" });
  }

  decline(): void {
    this.store.set({ emailCard: "declined", emailError: "" });
  }

  async accept(email: string): Promise<void> {
    this.store.set({ emailCard: "saving", emailError: "" });
    try {
      await this.ready();
      await this.client.post("/email", { email });
      this.store.set({ emailCard: "saved", email });
    } catch (error) {
      const words = error instanceof Refused ? error.detail : "";
      const reason = words || translate(this.store.state.locale, "notSaved", {}, this.store.state.config?.texts);
      this.store.set({ emailCard: "offered", emailError: reason });
    }
  }
}
