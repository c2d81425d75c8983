import { offersPerson } from "../core/transcript";
import type { State, Upload } from "../types";
import type { Context } from "./context";
import { h, icon, placeChildren, setAttribute, setText } from "./dom";

const TALLEST_PX = 132;

/** Where the visitor writes: text, files, and word of how the connection is. */
export class Composer {
  readonly element: HTMLDivElement;
  readonly write: HTMLTextAreaElement;
  private chips = h("div", { class: "chips", hidden: true });
  private notice = h("div", { class: "notice", role: "status", hidden: true });
  private sendButton: HTMLButtonElement;
  private person: HTMLButtonElement;
  private drawn = new Map<string, { upload: Upload; element: HTMLElement }>();

  constructor(
    private context: Context,
    above: HTMLElement,
  ) {
    const { t } = context;
    this.write = h("textarea", {
      class: "write",
      rows: "1",
      placeholder: t("placeholder"),
      "aria-label": t("placeholder"),
      enterkeyhint: "send",
      maxlength: "8000",
      oninput: () => this.typed(),
      onkeydown: (event: KeyboardEvent) => this.pressed(event),
      onpaste: (event: ClipboardEvent) => this.pasted(event),
      onblur: () => context.chat.typing.stopped(),
    });
    const chooser = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1" });
    chooser.addEventListener("change", () => {
      context.chat.uploads.add([...(chooser.files ?? [])]);
      chooser.value = "";
      this.write.focus();
    });
    const attach = h(
      "button",
      { type: "button", class: "tool", "aria-label": t("attach"), title: t("attach"), onclick: () => chooser.click() },
      icon("clip"),
    );
    this.sendButton = h(
      "button",
      { type: "button", class: "send", "aria-label": t("send"), title: t("send"), onclick: () => this.send() },
      icon("send"),
    );
    // Keep the on-screen keyboard up: a tap on "send" must not take the focus from the text.
    this.sendButton.addEventListener("pointerdown", (event) => event.preventDefault());
    const line = h("div", { class: "line" }, attach, chooser, this.write, this.sendButton);
    this.person = h("button", { type: "button", class: "person", hidden: true, onclick: () => this.askPerson() }, icon("headset"), t("toPerson"));
    this.element = h("div", { class: "foot-area" }, above, this.person, this.notice, h("div", { class: "box" }, this.chips, line));
    this.write.value = context.chat.storage.get("draft");
    this.update(context.chat.store.state);
  }

  update(state: State): void {
    placeChildren(this.chips, state.uploads.map((upload) => this.chip(upload)));
    for (const key of this.drawn.keys()) {
      if (!state.uploads.some((upload) => upload.key === key)) this.drawn.delete(key);
    }
    this.chips.hidden = state.uploads.length === 0;
    const [words, bad] = this.noticeOf(state);
    setText(this.notice, words);
    this.notice.hidden = !words;
    this.notice.classList.toggle("bad", bad);
    this.showWhetherSendable(state);
    this.person.hidden = !offersPerson(state, Date.now());
  }

  /** A person is asked for in words that stand in the conversation like any other; what is being written stays. */
  private askPerson(): void {
    const { chat, t } = this.context;
    chat.outbox.add(t("toPerson"), [], new Date(), chat.store.state.greeting?.id);
    chat.store.set({ ended: false, rating: "hidden" });
    this.write.focus();
  }

  private noticeOf(state: State): [string, boolean] {
    const { t } = this.context;
    if (state.notice) return [state.notice, true];
    if (!state.online) return [t("offline"), false];
    if (state.connection === "lost") return [t("reconnecting"), false];
    return ["", false];
  }

  private showWhetherSendable(state: State): void {
    const something = this.write.value.trim() !== "" || state.uploads.length > 0;
    const ready = something && state.uploads.every((upload) => upload.file !== null);
    setAttribute(this.sendButton, "aria-disabled", String(!ready));
  }

  private typed(): void {
    this.grow();
    const { chat } = this.context;
    chat.storage.set("draft", this.write.value);
    chat.typing.typed(this.write.value);
    if (chat.store.state.notice) chat.store.set({ notice: "" });
    this.showWhetherSendable(chat.store.state);
  }

  private pressed(event: KeyboardEvent): void {
    if (!isPlainEnter(event)) return;
    event.preventDefault();
    this.send();
  }

  private pasted(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.context.chat.uploads.add(files);
  }

  private send(): void {
    const { chat, t } = this.context;
    const { uploads } = chat.store.state;
    if (!chat.send(this.write.value)) {
      if (uploads.some((upload) => !upload.error && !upload.file)) chat.store.set({ notice: t("filesPending") });
      return;
    }
    this.write.value = "";
    chat.storage.set("draft", "");
    chat.store.set({ notice: "" });
    this.grow();
    this.showWhetherSendable(chat.store.state);
    this.write.focus();
  }

  /** As tall as its text, through the number of rows: no inline style. */
  grow(): void {
    this.write.rows = 1;
    const line = 22;
    const lines = Math.round((Math.min(this.write.scrollHeight, TALLEST_PX) - 16) / line);
    this.write.rows = Math.max(lines, 1);
  }

  private chip(upload: Upload): HTMLElement {
    const known = this.drawn.get(upload.key);
    if (known?.upload === upload) return known.element;
    const { t, chat } = this.context;
    const element = h("div", { class: upload.error ? "chip bad" : "chip" });
    const preview = upload.preview ? h("img", { src: upload.preview, alt: "" }) : null;
    preview?.addEventListener("error", () => preview.replaceWith(icon("file")));
    element.append(preview ?? icon("file"), h("span", { class: "label", title: upload.name }, upload.name));
    if (upload.error) {
      const retry = () => chat.uploads.retry(upload.key);
      element.append(h("button", { type: "button", class: "text-button", onclick: retry }, t("retry")));
    }
    const remove = h(
      "button",
      {
        type: "button",
        class: "tool small",
        "aria-label": `${t("remove")} ${upload.name}`,
        onclick: () => chat.uploads.remove(upload.key),
      },
      icon("close"),
    );
    element.append(remove);
    if (upload.error) element.append(h("span", { class: "error", role: "alert" }, upload.error));
    else if (!upload.file) {
      const label = `${t("uploading")} ${upload.name}`;
      element.append(h("progress", { max: "1", value: String(upload.progress), "aria-label": label }));
    }
    this.drawn.set(upload.key, { upload, element });
    return element;
  }
}

/** Enter that means "send": not with Shift, and not the Enter that ends a Chinese, Japanese or Korean
 *  composition (229 is what Safari says of that one, after the composition has ended). */
export function isPlainEnter(event: KeyboardEvent): boolean {
  const composing = event.isComposing || event.keyCode === 229;
  return event.key === "Enter" && !composing && !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
}
