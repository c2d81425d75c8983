import type { State } from "../types";
import type { Context } from "./context";
import { h, icon, setAttribute, setText } from "./dom";

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/;

/** "Need to go?": leave an address and the answer comes by e-mail. */
export class EmailCard {
  readonly element = h("div");
  private input: HTMLInputElement;
  private error = h("p", { class: "error", id: "email-error", role: "alert" });
  private form: HTMLDivElement;
  private done: HTMLDivElement;
  private doneText = h("p");
  private shown: State["emailCard"] = "hidden";

  constructor(private context: Context) {
    const { t, chat } = context;
    this.input = h("input", {
      type: "email",
      name: "email",
      autocomplete: "email",
      inputmode: "email",
      placeholder: "name@example.com",
      "aria-label": t("emailLabel"),
      "aria-describedby": "email-error",
      maxlength: "254",
    });
    const save = h("button", { type: "submit", class: "primary" }, t("emailSave"));
    this.form = h(
      "div",
      { class: "email" },
      h("h2", {}, t("emailTitle")),
      h("p", {}, t("emailText")),
      h("form", { novalidate: true, onsubmit: (event: Event) => this.submit(event) }, this.input, save),
      this.error,
      h("div", { class: "foot" }, h("button", { type: "button", class: "text-button", onclick: () => chat.email.decline() }, t("notNow"))),
    );
    const change = () => {
      chat.email.offer();
      chat.store.tell();
      this.focus();
    };
    this.done = h(
      "div",
      { class: "email done", role: "status" },
      icon("check"),
      this.doneText,
      h("button", { type: "button", class: "text-button", onclick: change }, t("emailChange")),
    );
    this.element.append(this.form, this.done);
  }

  focus(): void {
    if (!this.input.value) this.input.value = this.context.chat.store.state.email;
    this.input.focus();
  }

  update(state: State): void {
    const saved = state.emailCard === "saved";
    const asking = state.emailCard === "offered" || state.emailCard === "saving";
    this.form.hidden = !asking;
    this.done.hidden = !saved;
    setText(this.doneText, this.context.t("emailSaved", { email: state.email }));
    setText(this.error, state.emailError);
    setAttribute(this.input, "aria-invalid", state.emailError ? "true" : null);
    this.input.readOnly = state.emailCard === "saving";
    this.shown = state.emailCard;
  }

  private submit(event: Event): void {
    event.preventDefault();
    if (this.shown === "saving") return;
    const address = this.input.value.trim();
    if (!ADDRESS.test(address)) {
      this.context.chat.store.set({ emailError: this.context.t("emailInvalid") });
      this.input.focus();
      return;
    }
    void this.context.chat.email.accept(address);
  }
}
