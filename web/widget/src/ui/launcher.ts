import { unreadCount } from "../core/transcript";
import type { ChatMessage, State } from "../types";
import type { Context } from "./context";
import { h, icon, setAttribute, setText } from "./dom";

/** The round button, its badge, and a word beside it while the panel is closed. */
export class Launcher {
  readonly button: HTMLButtonElement;
  readonly teaser: HTMLDivElement;
  private badge = h("span", { class: "badge", "aria-hidden": "true", hidden: true });
  private who = h("b");
  private words = h("span");
  private dismiss: HTMLButtonElement;
  private teased = 0;

  constructor(private context: Context) {
    const { chat } = context;
    this.button = h(
      "button",
      {
        type: "button",
        class: "launcher",
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        onclick: () => (chat.store.state.open ? context.close() : context.open()),
      },
      icon("chat"),
      icon("down"),
      this.badge,
    );
    const say = h("button", { type: "button", class: "say", onclick: () => context.open() }, this.who, this.words);
    this.dismiss = h(
      "button",
      { type: "button", class: "tool small away", onclick: () => this.hideTeaser() },
      icon("close"),
    );
    this.teaser = h("div", { class: "teaser", role: "status", hidden: true }, say, this.dismiss);
    this.update(chat.store.state);
  }

  update(state: State): void {
    const unread = state.open ? 0 : unreadCount(state.messages, state.readUpTo);
    setText(this.badge, unread > 99 ? "99+" : String(unread));
    this.badge.hidden = unread === 0;
    const { t } = this.context;
    const label = state.open ? t("close") : unread ? t("openUnread", { n: String(unread) }) : t("open");
    setAttribute(this.button, "aria-label", label);
    setAttribute(this.button, "aria-expanded", String(state.open));
    setAttribute(this.dismiss, "aria-label", t("dismiss"));
    if (state.open) this.hideTeaser();
    else if (unread) this.teaseMessage(state.messages, state.readUpTo);
  }

  private teaseMessage(messages: ChatMessage[], readUpTo: number): void {
    const newest = messages.filter((message) => message.from === "agent" && message.id > readUpTo).pop();
    if (!newest || newest.id <= this.teased) return;
    this.teased = newest.id;
    this.say(newest.name || this.context.t("agent"), newest.text || newest.files.map((file) => file.name).join(", "));
  }

  say(who: string, words: string): void {
    setText(this.who, who);
    this.who.hidden = !who;
    setText(this.words, words);
    this.teaser.hidden = false;
  }

  hideTeaser(): void {
    this.teaser.hidden = true;
  }
}
