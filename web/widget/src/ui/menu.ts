import type { State } from "../types";
import type { Context } from "./context";
import { h, icon, setAttribute } from "./dom";

/** What can be done beside writing: a list that opens under its button, by mouse and by keyboard. */
export class Menu {
  readonly element: HTMLElement;
  private list: HTMLElement;
  private button: HTMLButtonElement;
  private byEmail: HTMLElement;
  private transcript: HTMLElement;
  private end: HTMLElement;

  constructor(context: Context, askEmail: () => void, askTranscript: () => void) {
    const { t, chat } = context;
    this.byEmail = this.item(t("byEmail"), askEmail);
    this.transcript = this.item(t("transcript"), askTranscript);
    this.end = this.item(t("endChat"), () => void chat.desk.end());
    this.list = h("div", { class: "menu", role: "menu", hidden: true, onkeydown: (event: KeyboardEvent) => this.pressed(event) }, this.byEmail, this.transcript, this.end);
    this.button = h(
      "button",
      { type: "button", class: "tool", "aria-label": t("more"), title: t("more"), "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this.show(this.list.hidden) },
      icon("more"),
    );
    this.element = h("div", { class: "has-menu" }, this.button, this.list);
    this.element.addEventListener("focusout", (event) => {
      if (!this.element.contains(event.relatedTarget as Node | null)) this.show(false);
    });
  }

  update(state: State): void {
    const spoken = state.messages.some((message) => message.from === "visitor");
    const offered = Boolean(state.config?.email_offered);
    this.byEmail.hidden = !offered || !spoken || Boolean(state.email);
    this.transcript.hidden = !offered || !spoken;
    this.end.hidden = !spoken || state.ended;
    this.element.hidden = this.byEmail.hidden && this.transcript.hidden && this.end.hidden;
  }

  /** Escape closes the list before it closes the window; says whether it was open. */
  close(): boolean {
    if (this.list.hidden) return false;
    this.show(false);
    this.button.focus();
    return true;
  }

  private show(open: boolean): void {
    this.list.hidden = !open;
    setAttribute(this.button, "aria-expanded", String(open));
    if (open) this.items()[0]?.focus();
  }

  private items(): HTMLElement[] {
    return ([...this.list.children] as HTMLElement[]).filter((item) => !item.hidden);
  }

  private item(words: string, act: () => void): HTMLElement {
    const onclick = () => {
      this.show(false);
      this.button.focus();
      act();
    };
    return h("button", { type: "button", role: "menuitem", tabindex: "-1", onclick }, words);
  }

  private pressed(event: KeyboardEvent): void {
    const items = this.items();
    const root = this.element.getRootNode() as ShadowRoot;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
    if (!step) return;
    event.preventDefault();
    const at = items.indexOf(root.activeElement as HTMLElement);
    items[(at + step + items.length) % items.length]?.focus();
  }
}
