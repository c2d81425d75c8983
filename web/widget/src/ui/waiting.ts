import { openingWords } from "../core/opening";
import type { State, Wait } from "../types";
import type { Context } from "./context";
import { h, setAttribute, setText } from "./dom";

/** What somebody in the queue is told in one line: their place, and how long it takes, as far as that is known. */
export function waitWords({ place, seconds, low, high }: Wait, t: Context["t"]): string {
  const words: string[] = [];
  const minutes = (value: number) => String(Math.ceil(value / 60));
  if (place !== null) words.push(place > 1 ? t("waitPlace", { n: String(place) }) : t("waitNext"));
  if (low !== null && high !== null && low < high) words.push(t("waitRange", { low: minutes(low), high: minutes(high) }));
  else if (seconds !== null) words.push(seconds <= 60 ? t("waitMinute") : t("waitMinutes", { n: minutes(seconds) }));
  return words.join(" · ");
}

/** What somebody in the queue may do beside waiting: be called at the same place, or have the answer by e-mail. */
export class WaitCard {
  readonly element = h("section", { class: "offer", hidden: true });
  private title = h("h2");
  private words = h("p");
  private form: HTMLFormElement;
  private input: HTMLInputElement;
  private error = h("p", { class: "error", id: "phone-error", role: "alert" });
  private call: HTMLButtonElement;
  private mail: HTMLButtonElement;
  private foot: HTMLDivElement;

  constructor(private context: Context) {
    const { t, chat } = context;
    this.input = h("input", {
      type: "tel",
      name: "tel",
      autocomplete: "tel",
      inputmode: "tel",
      placeholder: t("phoneLabel"),
      "aria-label": t("phoneLabel"),
      "aria-describedby": "phone-error",
      maxlength: "30",
    });
    const submit = (event: Event) => {
      event.preventDefault();
      void chat.desk.callBack(this.input.value);
    };
    this.form = h("form", { novalidate: true, onsubmit: submit }, this.input, h("button", { type: "submit", class: "primary" }, t("callConfirm")));
    this.call = h("button", { type: "button", class: "text-button", onclick: () => this.open() });
    this.mail = h("button", { type: "button", class: "text-button", onclick: () => chat.email.offer() }, t("byEmail"));
    this.foot = h("div", { class: "foot" }, this.call, this.mail);
    this.element.append(this.title, this.words, this.form, this.error, this.foot);
  }

  update(state: State): void {
    const { t } = this.context;
    const { wait, config, calling } = state;
    this.element.hidden = !wait || wait.place === null || !(wait.call_back || wait.is_closed);
    if (!wait || this.element.hidden) return;
    const taken = wait.call_back === "taken";
    const asks = calling && wait.call_back !== "";
    setText(this.title, t(taken ? "callTaken" : wait.is_closed ? "closed" : "callTitle"));
    setText(this.words, taken ? t("callKept", { n: String(wait.place) }) : wait.closed || t(wait.call_back ? "callText" : "closedKept"));
    setText(this.call, t(asks ? "notNow" : taken ? "callChange" : "callAsk"));
    setText(this.error, asks ? (state.formErrors["phone"] ?? state.formErrors["form"] ?? "") : "");
    setAttribute(this.input, "aria-invalid", state.formErrors["phone"] ? "true" : null);
    this.form.hidden = !asks;
    this.call.hidden = !wait.call_back;
    this.mail.hidden = asks || !config?.email_offered || Boolean(state.email) || state.emailCard !== "hidden";
    this.foot.hidden = this.call.hidden && this.mail.hidden;
  }

  private open(): void {
    const { store } = this.context.chat;
    store.set({ calling: !store.state.calling, formErrors: {} });
    store.tell();
    if (store.state.calling) this.input.focus();
  }
}

/** Outside the queue's own hours: when they begin again. */
export function closedWords(state: State, wait: Wait, t: Context["t"]): string {
  const config = state.config && { ...state.config, hours: { is_open: false, opens_at: wait.opens_at, closes_at: null, zone: "" } };
  const opens = openingWords({ ...state, config }, new Date(), state.locale, config?.texts);
  return wait.place === null ? opens : `${opens} · ${t("waitPlace", { n: String(wait.place) })}`;
}
