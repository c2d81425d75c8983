import { preChatOf } from "../core/opening";
import type { Field, State } from "../types";
import type { Context } from "./context";
import { h, icon, setText } from "./dom";
import { Fields } from "./form";

/** What is asked before the first message. */
export class PreChatForm {
  readonly element: HTMLFormElement;
  private intro = h("p", { class: "intro" });
  private fields: Fields;
  private trouble = h("p", { class: "error", role: "alert" });
  private asked: unknown = null;

  constructor(private context: Context) {
    this.fields = new Fields(context);
    const submit = h("button", { type: "submit", class: "primary" }, context.t("begin"));
    const onsubmit = (event: Event) => void this.submit(event);
    this.element = h("form", { class: "ask", novalidate: true, onsubmit }, this.intro, this.fields.element, this.trouble, submit);
  }

  update(state: State): void {
    const form = preChatOf(state);
    if (form && form !== this.asked) {
      this.fields.ask(form.fields);
      this.asked = form;
      if (state.email) this.fields.fill("email", state.email);
    }
    setText(this.intro, form?.intro ?? "");
    this.fields.showErrors(state.formErrors);
    setText(this.trouble, state.formErrors["form"] ?? "");
  }

  focus(): void {
    this.fields.focus(this.context.chat.store.state.formErrors);
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const done = await this.context.chat.desk.fillIn(this.fields.values());
    this.context.chat.store.tell();
    if (!done) this.focus();
  }
}

const own = (key: string, type: Field["type"], label: string): Field => ({ key, type, label, required: true, options: [] });

/** What stands in place of the chat when nobody is there: a message, and where its answer goes. */
export class OfflineForm {
  readonly element: HTMLElement;
  private form: HTMLFormElement;
  private intro = h("p", { class: "intro" });
  private fields: Fields;
  private trouble = h("p", { class: "error", role: "alert" });
  private doneText = h("p");
  private done: HTMLElement;
  private asked: unknown = null;

  constructor(private context: Context) {
    const { t, chat } = context;
    this.fields = new Fields(context);
    const submit = h("button", { type: "submit", class: "primary" }, t("leaveSend"));
    const onsubmit = (event: Event) => this.submit(event);
    this.form = h("form", { class: "ask", novalidate: true, onsubmit }, h("h2", {}, t("leaveTitle")), this.intro, this.fields.element, this.trouble, submit);
    const again = () => {
      chat.store.set({ leaving: "no" });
      chat.store.tell();
      this.fields.focus();
    };
    this.done = h(
      "div",
      { class: "email done", role: "status" },
      icon("check"),
      this.doneText,
      h("button", { type: "button", class: "text-button", onclick: again }, t("leaveAgain")),
    );
    this.element = h("div", {}, this.form, this.done);
  }

  update(state: State): void {
    const offline = state.config?.offline;
    if (offline && offline !== this.asked) {
      const { t } = this.context;
      const rest = offline.fields.filter((field) => field.type !== "email");
      this.fields.ask([...rest, own("email", "email", t("emailLabel")), own("message", "long", t("leaveMessage"))]);
      this.asked = offline;
      if (state.email) this.fields.fill("email", state.email);
    }
    setText(this.intro, offline?.intro || this.context.t("leaveText"));
    this.form.hidden = state.leaving !== "no";
    this.done.hidden = state.leaving === "no";
    const word = state.leaving === "left" ? "leaveDone" : state.leaving === "waiting" ? "leaveWaiting" : "sending";
    setText(this.doneText, this.context.t(word, { email: state.email }));
    this.done.classList.toggle("waits", state.leaving !== "left");
    this.fields.showErrors(state.formErrors);
    setText(this.trouble, state.formErrors["form"] ?? "");
  }

  focus(): void {
    if (!this.form.hidden) this.fields.focus(this.context.chat.store.state.formErrors);
  }

  private submit(event: Event): void {
    event.preventDefault();
    const { email, message, ...values } = this.fields.values();
    const { chat } = this.context;
    if (chat.desk.leave(String(message ?? ""), String(email ?? ""), values)) this.fields.clear("message");
    chat.store.tell();
    this.focus();
  }
}
