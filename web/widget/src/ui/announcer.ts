import type { State } from "../types";
import type { Context } from "./context";
import { h } from "./dom";

/** What a screen reader is told: what others say while the window is open, each once, and nothing of the rest.
 *  The log itself is silent, since its rows are drawn anew when they are sent, delivered and read. */
export class Announcer {
  readonly element = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
  private told = 0;

  constructor(private context: Context) {}

  update(state: State, before: State): void {
    const newest = state.messages.at(-1)?.id ?? 0;
    const isHistory = before.messages.length === 0 || !before.open;
    if (isHistory || newest < this.told) {
      this.told = newest;
      return;
    }
    const news = state.messages.filter((message) => message.id > this.told && message.from !== "visitor");
    this.told = newest;
    if (!news.length || !state.open) return;
    const { t } = this.context;
    const words = news.map((message) => {
      const said = [message.text, ...message.files.map((file) => file.name)].filter(Boolean).join(" ");
      return message.from === "system" ? said : t("says", { name: message.name || t("agent") }) + said;
    });
    this.element.textContent = words.join(" ");
  }
}
