import type { State } from "../types";
import { firstLetter } from "./bubble";
import { Composer } from "./composer";
import type { Context } from "./context";
import { h, icon, setText } from "./dom";
import { Log } from "./log";

const FOCUSABLE = "button, [href], input:not([hidden]), textarea, [tabindex='0']";

/** The dialog: head, conversation, composer. */
export class Panel {
  readonly element: HTMLDivElement;
  readonly log: Log;
  readonly composer: Composer;
  private mark = h("div", { class: "mark", "aria-hidden": "true" });
  private title = h("div", { class: "title", id: "title" });
  private hint = h("div", { class: "hint" });
  private byEmail: HTMLButtonElement;
  private drop: HTMLDivElement;

  constructor(private context: Context) {
    const { t } = context;
    this.log = new Log(context);
    this.composer = new Composer(context, this.log.below);
    this.drop = h("div", { class: "drop", hidden: true }, t("dropHere"));
    this.byEmail = this.tool("mail", t("byEmail"), () => this.askEmail());
    const head = h(
      "div",
      { class: "head" },
      this.mark,
      h("div", { class: "who" }, this.title, this.hint),
      this.byEmail,
      this.tool("close", t("close"), () => context.close()),
    );
    this.element = h(
      "div",
      {
        class: "panel",
        id: "panel",
        role: "dialog",
        "aria-modal": "true",
        "aria-labelledby": "title",
        hidden: true,
        onkeydown: (event: KeyboardEvent) => this.pressed(event),
      },
      head,
      this.log.scroll,
      this.composer.element,
      this.drop,
    );
    this.acceptDrops();
    this.update(context.chat.store.state, context.chat.store.state);
  }

  private tool(name: "mail" | "close", label: string, act: () => void): HTMLButtonElement {
    return h("button", { type: "button", class: "tool", "aria-label": label, title: label, onclick: act }, icon(name));
  }

  update(state: State, before: State): void {
    const { config } = state;
    setText(this.title, config?.title || this.context.t("dialog"));
    setText(this.hint, config?.reply_hint ?? "");
    setText(this.mark, firstLetter(config?.name ?? ""));
    this.byEmail.hidden = !config?.email_offered || Boolean(state.email);
    this.log.update(state, before);
    this.composer.update(state);
  }

  show(): void {
    this.element.hidden = false;
    this.composer.grow();
    this.log.toEnd();
    this.composer.write.focus();
  }

  hide(): void {
    this.element.hidden = true;
  }

  askEmail(): void {
    const { chat } = this.context;
    chat.email.offer();
    chat.store.tell();
    this.log.toEnd();
    this.log.email.focus();
  }

  private pressed(event: KeyboardEvent): void {
    // The host page's own shortcuts must not fire while somebody writes to us.
    event.stopPropagation();
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      this.context.close();
    }
    if (event.key === "Tab") this.keepFocusInside(event);
  }

  private keepFocusInside(event: KeyboardEvent): void {
    const all = [...this.element.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((item) => item.offsetParent !== null);
    const [first, last] = [all[0], all[all.length - 1]];
    const root = this.element.getRootNode() as ShadowRoot;
    const leaving = event.shiftKey ? root.activeElement === first : root.activeElement === last;
    if (!leaving) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }

  private acceptDrops(): void {
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const show = (change: number) => {
      depth = Math.max(depth + change, 0);
      this.drop.hidden = depth === 0;
    };
    this.element.addEventListener("dragenter", (event) => {
      if (carriesFiles(event)) show(1);
    });
    this.element.addEventListener("dragleave", () => show(-1));
    this.element.addEventListener("dragover", (event) => {
      if (carriesFiles(event)) event.preventDefault();
    });
    this.element.addEventListener("drop", (event) => {
      event.preventDefault();
      show(-depth);
      this.context.chat.uploads.add([...(event.dataTransfer?.files ?? [])]);
    });
  }
}
