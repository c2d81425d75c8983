import type { State, Wait } from "../types";
import type { Context } from "./context";
import { h, setAttribute, setText } from "./dom";

/** What somebody in the queue is told in one line: their place, and how long it takes, as far as that is known. */
export function waitWords({ place, seconds, low, high }: Wait, t: Context["t"]): string {
  const words: string[] = [];
  const minutes = (value: number) => Math.ceil(value / 60);
  if (place !== null) words.push(place > 1 ? t("waitPlace", { n: String(place) }) : t("waitNext"));
  if (seconds !== null && seconds <= 60 && !low) words.push(t("waitMinute"));
  else if (seconds !== null) words.push(t("waitMinutes", { n: low && high ? `${minutes(low)}–${minutes(high)}` : String(minutes(seconds)) }));
  return words.join(" · ");
}

/** What somebody in the queue may do beside waiting: be called at the same place. */
export class WaitCard {
  readonly element = h("section", { class: "email", hidden: true });
  private words = h("p");
  private input: HTMLInputElement;
  private form: HTMLFormElement;
  private error = h("p", { class: "error", role: "alert" });
  private call: HTMLButtonElement;
  private drop: HTMLButtonElement;
  private asks = false;

  constructor(private context: Context) {
    const { t, chat } = context;
    this.input = h("input", { type: "tel", autocomplete: "tel", "aria-label": t("phoneLabel"), placeholder: t("phoneLabel"), maxlength: "30" });
    const onsubmit = (event: Event) => {
      event.preventDefault();
      void chat.desk.callBack(this.input.value).then((done) => done && this.open(false));
    };
    this.form = h("form", { novalidate: true, onsubmit }, this.input, h("button", { type: "submit", class: "primary" }, t("callAsk")));
    this.call = h("button", { type: "button", class: "text-button", onclick: () => this.open(!this.asks) });
    this.drop = h("button", { type: "button", class: "text-button", onclick: () => void chat.desk.dropCall() }, t("callDrop"));
    this.element.append(this.words, this.form, this.error, this.call, this.drop);
  }

  update({ wait, formErrors }: State): void {
    const { t } = this.context;
    this.element.hidden = !wait?.place || !(wait.call_back || wait.closed);
    if (!wait || this.element.hidden) return;
    setText(this.words, wait.call_back === "taken" ? t("callTaken") : [wait.closed, wait.call_back && t("callText")].filter(Boolean).join(" "));
    setText(this.call, t(this.asks ? "notNow" : wait.call_back === "taken" ? "emailChange" : "callAsk"));
    setText(this.error, formErrors["phone"] ?? formErrors["form"] ?? "");
    setAttribute(this.input, "aria-invalid", formErrors["phone"] ? "true" : null);
    this.form.hidden = !this.asks;
    this.error.hidden = !this.error.textContent;
    this.call.hidden = !wait.call_back;
    this.drop.hidden = this.asks || wait.call_back !== "taken";
  }

  private open(asks: boolean): void {
    const { store } = this.context.chat;
    this.asks = asks;
    store.set({ formErrors: {} });
    store.tell();
    if (asks) this.input.focus();
  }
}
