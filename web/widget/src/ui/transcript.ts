import type { State } from "../types";
import type { Context } from "./context";
import { h, icon, setText } from "./dom";
import { Fields } from "./form";

/** The conversation by mail: where to, and that it is on its way. */
export class TranscriptCard {
  readonly element = h("div");
  private fields: Fields;
  private form: HTMLFormElement;
  private trouble = h("p", { class: "error", role: "alert" });
  private sent: HTMLElement;
  private sentText = h("p");

  constructor(private context: Context) {
    const { t, chat } = context;
    const close = () => chat.store.set({ sheet: "" });
    this.fields = new Fields(context);
    this.fields.ask([{ key: "transcript", type: "email", label: t("emailLabel"), required: true, options: [] }]);
    this.form = h(
      "form",
      { class: "email", novalidate: true, onsubmit: (event: Event) => void this.submit(event) },
      h("h2", {}, t("transcript")),
      h("p", {}, t("transcriptText")),
      this.fields.element,
      this.trouble,
      h("div", { class: "row-of" }, h("button", { type: "submit", class: "primary" }, t("transcriptSend")), h("button", { type: "button", class: "text-button", onclick: close }, t("cancel"))),
    );
    this.sent = h("div", { class: "email done", role: "status" }, icon("check"), this.sentText);
    this.element.append(this.form, this.sent);
  }

  update(state: State): void {
    this.form.hidden = state.sheet !== "transcript";
    this.sent.hidden = state.sheet !== "transcript-sent";
    setText(this.sentText, this.context.t("transcriptSent", { email: state.email }));
    this.fields.showErrors(state.formErrors);
    setText(this.trouble, this.form.hidden ? "" : (state.formErrors["form"] ?? ""));
  }

  focus(): void {
    this.fields.fill("transcript", this.context.chat.store.state.email);
    this.fields.focus();
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const { chat } = this.context;
    await chat.desk.mailTranscript(this.fields.text("transcript"));
    chat.store.tell();
    if (chat.store.state.formErrors["transcript"]) this.fields.focus();
  }
}
