import { openingWords } from "../core/opening";
import type { State } from "../types";
import type { Context } from "./context";
import { h, setText } from "./dom";

/** One line under the head: whether somebody is there, and how long it takes. Says nothing that is not known. */
export class StatusLine {
  readonly element = h("div", { class: "status", hidden: true });

  constructor(private context: Context) {}

  update(state: State, waiting: boolean): void {
    const [words, away] = this.words(state, waiting);
    setText(this.element, words);
    this.element.hidden = !words;
    this.element.classList.toggle("away", away);
  }

  private words(state: State, waiting: boolean): [string, boolean] {
    const { t } = this.context;
    const closed = openingWords(state, new Date(), state.locale, state.config?.texts);
    if (closed) return [closed, true];
    if (state.config?.offline?.is_unstaffed) return [t("unstaffed"), true];
    return [waiting && state.wait ? this.waitWords(state.wait) : "", false];
  }

  private waitWords({ place, seconds }: NonNullable<State["wait"]>): string {
    const { t } = this.context;
    const words: string[] = [];
    if (place !== null) words.push(place > 1 ? t("waitPlace", { n: String(place) }) : t("waitNext"));
    if (seconds !== null) {
      words.push(seconds <= 60 ? t("waitMinute") : t("waitMinutes", { n: String(Math.ceil(seconds / 60)) }));
    }
    return words.join(" · ");
  }
}
