import { viewOf, type View } from "../core/opening";
import type { State } from "../types";
import { Announcer } from "./announcer";
import { firstLetter } from "./bubble";
import { Composer } from "./composer";
import type { Context } from "./context";
import { h, icon, setText } from "./dom";
import { Log } from "./log";
import { Menu } from "./menu";
import { showPicture } from "./pictures";
import { StatusLine } from "./status";

const FOCUSABLE = "button:not([tabindex='-1']), [href], input:not([hidden]), select, textarea, [tabindex='0']";

/** The dialog: head, conversation, composer. */
export class Panel {
  readonly element: HTMLDivElement;
  readonly log: Log;
  readonly composer: Composer;
  private mark = h("div", { class: "mark", "aria-hidden": "true" });
  private title = h("div", { class: "title", id: "title" });
  private hint = h("div", { class: "hint" });
  private menu: Menu;
  private status: StatusLine;
  private announcer: Announcer;
  private view: View = "chat";
  private drop: HTMLDivElement;

  constructor(private context: Context) {
    const { t } = context;
    this.log = new Log(context);
    this.composer = new Composer(context, this.log.below);
    this.drop = h("div", { class: "drop", hidden: true }, t("dropHere"));
    this.status = new StatusLine(context);
    this.announcer = new Announcer(context);
    this.menu = new Menu(context, () => this.askEmail(), () => this.askTranscript());
    const head = h(
      "div",
      { class: "head" },
      this.mark,
      h("div", { class: "who" }, this.title, this.hint),
      this.menu.element,
      !context.isPage && this.tool("close", t("close"), () => context.close()),
    );
    this.element = h(
      "div",
      {
        class: "panel",
        id: "panel",
        role: context.isPage ? "main" : "dialog",
        "aria-modal": context.isPage ? null : "true",
        "aria-labelledby": "title",
        hidden: true,
        onkeydown: (event: KeyboardEvent) => this.pressed(event),
      },
      head,
      this.status.element,
      this.announcer.element,
      this.log.scroll,
      this.composer.element,
      this.drop,
    );
    this.acceptDrops();
    this.update(context.chat.store.state, context.chat.store.state);
  }

  private tool(name: "close", label: string, act: () => void): HTMLButtonElement {
    return h("button", { type: "button", class: "tool", "aria-label": label, title: label, onclick: act }, icon(name));
  }

  update(state: State, before: State): void {
    const { config } = state;
    setText(this.title, config?.title || this.context.t("dialog"));
    setText(this.hint, config?.reply_hint ?? "");
    showPicture(this.mark, this.context, config?.logo ?? "", firstLetter(config?.name ?? ""));
    this.menu.update(state);
    this.status.update(state, this.context.chat.waiting);
    this.announcer.update(state, before);
    this.log.update(state, before);
    this.composer.update(state);
    this.follow(viewOf(state, Date.now()));
  }

  /** A form comes or goes: the composer makes room, and the focus goes where one writes now. */
  private follow(view: View): void {
    this.composer.element.hidden = view !== "chat";
    if (view === this.view) return;
    this.view = view;
    if (!this.element.hidden) this.focus();
  }

  private focus(): void {
    if (this.view === "form") this.log.preChat.focus();
    else if (this.view === "offline") this.log.offline.focus();
    else if (!this.context.isPage || !matchMedia("(pointer: coarse)").matches) this.composer.write.focus();
  }

  show(): void {
    this.element.hidden = false;
    this.composer.grow();
    this.log.toEnd();
    this.focus();
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

  private askTranscript(): void {
    const { chat } = this.context;
    chat.store.set({ sheet: "transcript", formErrors: {} });
    chat.store.tell();
    this.log.toEnd();
    this.log.transcript.focus();
  }

  private pressed(event: KeyboardEvent): void {
    // The host page's own shortcuts must not fire while somebody writes to us.
    event.stopPropagation();
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      if (!this.menu.close()) this.context.close();
    }
    if (event.key === "Tab" && !this.context.isPage) this.keepFocusInside(event);
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
