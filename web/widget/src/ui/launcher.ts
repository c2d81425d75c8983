import { unreadCount } from "../core/transcript";
import type { ChatMessage, State } from "../types";
import type { Context } from "./context";
import { h, icon, setAttribute, setText, type IconName } from "./dom";

/** The round button, its badge, and a word beside it while the panel is closed. */
export class Launcher {
  readonly button: HTMLButtonElement;
  readonly teaser: HTMLDivElement;
  private badge = h("span", { class: "badge", "aria-hidden": "true", hidden: true });
  private who = h("b");
  private words = h("span");
  private dismiss: HTMLButtonElement;
  private teased = 0;
  private greeted = "";
  private face = h("span", { class: "face-of" });
  private label = h("span", { class: "label", hidden: true });
  private icon: IconName | "" = "";

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
      this.face,
      icon("down"),
      this.label,
      this.badge,
    );
    const say = h("button", { type: "button", class: "say", onclick: () => context.open() }, this.who, this.words);
    this.dismiss = h(
      "button",
      { type: "button", class: "tool small away", onclick: () => this.waveAway() },
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
    const wanted = state.config?.launcher_icon ?? "chat";
    if (this.icon !== wanted) this.face.replaceChildren(icon((this.icon = wanted)));
    const words = state.config?.launcher_label ?? "";
    setText(this.label, words);
    this.label.hidden = !words || state.open;
    this.button.classList.toggle("wide", !this.label.hidden);
    const label = state.open ? t("close") : unread ? t("openUnread", { n: String(unread) }) : words || t("open");
    setAttribute(this.button, "aria-label", label);
    setAttribute(this.button, "aria-expanded", String(state.open));
    setAttribute(this.dismiss, "aria-label", t("dismiss"));
    if (state.open) this.hideTeaser();
    else if (unread) this.teaseMessage(state.messages, state.readUpTo);
    else if (state.greeting && state.greeting.id !== this.greeted) {
      this.greeted = state.greeting.id;
      this.say("", state.greeting.text);
    }
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

  private waveAway(): void {
    this.hideTeaser();
    this.context.chat.greeter.dismiss();
    this.button.focus();
  }

  hideTeaser(): void {
    this.teaser.hidden = true;
  }
}
