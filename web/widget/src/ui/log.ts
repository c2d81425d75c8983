import { viewOf } from "../core/opening";
import { rowsOf } from "../core/rows";
import type { State } from "../types";
import { drawRow, signature } from "./bubble";
import type { Context } from "./context";
import { h, icon, placeChildren, setText } from "./dom";
import { EmailCard } from "./email";
import { OfflineForm, PreChatForm } from "./forms";
import { RatingCard } from "./rating";
import { TranscriptCard } from "./transcript";
import { WaitCard } from "./waiting";

const NEAR_END_PX = 80;

/** The conversation: greeting, messages, who is typing, the e-mail card; keeps its place while reading. */
export class Log {
  readonly scroll: HTMLDivElement;
  readonly below: HTMLButtonElement;
  readonly email: EmailCard;
  readonly transcript: TranscriptCard;
  readonly preChat: PreChatForm;
  readonly offline: OfflineForm;
  private rating: RatingCard;
  private wait: WaitCard;
  private ended: HTMLElement;
  private hello = h("div", { class: "hello" });
  private older: HTMLButtonElement;
  private list: HTMLDivElement;
  private typing = h("div", { class: "typing", hidden: true }, h("i"), h("i"), h("i"), h("span", { class: "unseen" }));
  private drawn = new Map<string, { signature: string; element: HTMLElement }>();
  private atEnd = true;

  constructor(private context: Context) {
    const { chat, t } = context;
    this.email = new EmailCard(context);
    this.transcript = new TranscriptCard(context);
    this.preChat = new PreChatForm(context);
    this.offline = new OfflineForm(context);
    this.rating = new RatingCard(context);
    this.wait = new WaitCard(context);
    this.ended = h("p", { class: "system", hidden: true }, t("ended"));
    this.list = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": t("log") });
    this.older = h("button", { type: "button", class: "text-button older", onclick: () => void this.showOlder() }, t("older"));
    this.scroll = h(
      "div",
      { class: "scroll", tabindex: "0", "aria-label": t("log"), onscroll: () => this.notePlace() },
      this.hello,
      this.older,
      this.list,
      this.typing,
      this.email.element,
      this.wait.element,
      this.ended,
      this.rating.element,
      this.transcript.element,
      this.preChat.element,
      this.offline.element,
    );
    this.below = h(
      "button",
      { type: "button", class: "below", hidden: true, onclick: () => this.toEnd() },
      icon("down"),
      t("newBelow"),
    );
    // A picture that arrives late pushes the end away: follow it.
    this.scroll.addEventListener("load", () => this.atEnd && this.toEnd(), true);
    // So does a composer that grows, or an on-screen keyboard.
    if ("ResizeObserver" in window) new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.scroll);
    this.update(chat.store.state, chat.store.state);
  }

  update(state: State, before: State): void {
    setText(this.hello, state.config?.greeting ?? "");
    this.older.hidden = !state.hasMore;
    this.drawRows(state);
    this.typing.hidden = !state.typing;
    const label = this.typing.lastElementChild;
    if (label) setText(label, state.typing ? this.context.t("typing", { name: state.typing }) : "");
    this.wait.update(state);
    this.email.update(state);
    this.updateCards(state);
    this.keepPlace(state, before);
  }

  private updateCards(state: State): void {
    const view = viewOf(state, Date.now());
    this.ended.hidden = !state.ended;
    this.rating.update(state);
    this.transcript.update(state);
    this.preChat.element.hidden = view !== "form";
    this.offline.element.hidden = view !== "offline";
    if (view === "form") this.preChat.update(state);
    if (view === "offline") this.offline.update(state);
  }

  private drawRows(state: State): void {
    const seen = new Set<string>();
    const elements = rowsOf(state).map((row) => {
      seen.add(row.key);
      const drawing = `${signature(row)}${row.state === "sending" ? state.online : ""}`;
      const known = this.drawn.get(row.key);
      if (known?.signature === drawing) return known.element;
      const element = drawRow(row, this.context, state.online);
      this.drawn.set(row.key, { signature: drawing, element });
      return element;
    });
    for (const key of this.drawn.keys()) if (!seen.has(key)) this.drawn.delete(key);
    placeChildren(this.list, elements);
  }

  private keepPlace(state: State, before: State): void {
    const spoke = state.pending.length > before.pending.length;
    const asked = state.rating !== before.rating || state.sheet !== before.sheet || state.greeting !== before.greeting;
    if (asked) this.atEnd = true;
    if (this.atEnd || spoke) this.toEnd();
    else if (state.messages.at(-1)?.from === "agent" && state.messages.at(-1) !== before.messages.at(-1)) {
      this.below.hidden = false;
    }
  }

  private notePlace(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (this.atEnd) this.below.hidden = true;
  }

  toEnd(): void {
    this.atEnd = true;
    this.below.hidden = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  private async showOlder(): Promise<void> {
    const fromEnd = this.scroll.scrollHeight - this.scroll.scrollTop;
    this.atEnd = false;
    await this.context.chat.loadOlder().catch(() => undefined);
    this.context.chat.store.tell();
    this.scroll.scrollTop = this.scroll.scrollHeight - fromEnd;
  }
}
