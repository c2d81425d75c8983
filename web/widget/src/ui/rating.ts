import type { Word } from "../i18n";
import type { State } from "../types";
import type { Context } from "./context";
import { h, icon, setAttribute, setText } from "./dom";

const SCORES = [1, 2, 3, 4, 5] as const;

/** "How did we do?": one to five, why, and a word; asked where the conversation has come to its end. */
export class RatingCard {
  readonly element = h("div");
  private form: HTMLFormElement;
  private thanks: HTMLElement;
  private stars: HTMLInputElement[] = [];
  private said = h("span", { class: "said", "aria-hidden": "true" });
  private why: HTMLElement;
  private words: HTMLTextAreaElement;
  private error = h("p", { class: "error", role: "alert" });
  private reasons = new Set<string>();

  constructor(private context: Context) {
    const { t } = context;
    const row = h("div", { class: "stars" }, ...SCORES.map((score) => this.star(score)));
    this.why = h("div", { class: "why", role: "group", "aria-label": t("rateWhy"), hidden: true });
    this.words = h("textarea", { rows: "2", maxlength: "2000", placeholder: t("rateWords"), "aria-label": t("rateWords"), hidden: true });
    const submit = h("button", { type: "submit", class: "primary" }, t("rateSend"));
    this.form = h(
      "form",
      { class: "email rating", novalidate: true, onsubmit: (event: Event) => this.submit(event) },
      h("fieldset", {}, h("legend", {}, t("rateTitle")), h("div", { class: "scale" }, row, this.said)),
      this.why,
      this.words,
      this.error,
      submit,
    );
    this.thanks = h("div", { class: "email done", role: "status" }, icon("check"), h("p", {}, t("rateThanks")));
    this.element.append(this.form, this.thanks);
    this.show();
  }

  update(state: State): void {
    this.form.hidden = state.rating !== "asked" && state.rating !== "sending";
    this.thanks.hidden = state.rating !== "thanked";
    setText(this.error, this.form.hidden ? "" : (state.formErrors["form"] ?? ""));
  }

  private star(score: number): HTMLElement {
    const { t } = this.context;
    const label = `${t("rateStar", { n: String(score) })} ${t(`rate${score}` as Word)}`;
    const input = h("input", { type: "radio", name: "score", value: String(score), class: "unseen", "aria-label": label, onchange: () => this.chosen() });
    this.stars.push(input);
    return h("label", { class: "star" }, input, icon("star"));
  }

  private get score(): number {
    return Number(this.stars.find((star) => star.checked)?.value ?? 0);
  }

  /** More is asked below: bring it into view. */
  private chosen(): void {
    this.show();
    this.form.lastElementChild?.scrollIntoView({ block: "nearest" });
  }

  private show(): void {
    const { score } = this;
    const { config } = this.context.chat.store.state;
    for (const star of this.stars) star.parentElement?.classList.toggle("on", Number(star.value) <= score);
    setText(this.said, score ? this.context.t(`rate${score}` as Word) : "");
    this.why.hidden = this.words.hidden = !score;
    const reasons = (score >= 4 ? config?.good_reasons : config?.bad_reasons) ?? [];
    for (const reason of this.reasons) if (!reasons.includes(reason)) this.reasons.delete(reason);
    this.why.replaceChildren(...reasons.map((reason) => this.chip(reason)));
  }

  private chip(reason: string): HTMLElement {
    const button = h("button", { type: "button", class: "reason", "aria-pressed": String(this.reasons.has(reason)) }, this.context.t(reason as Word));
    button.addEventListener("click", () => {
      if (!this.reasons.delete(reason)) this.reasons.add(reason);
      setAttribute(button, "aria-pressed", String(this.reasons.has(reason)));
    });
    return button;
  }

  private submit(event: Event): void {
    event.preventDefault();
    if (!this.score) return this.stars[0]?.focus();
    void this.context.chat.desk.rate(this.score, [...this.reasons], this.words.value.trim());
  }
}
