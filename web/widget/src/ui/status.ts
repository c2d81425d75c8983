import { openingWords } from "../core/opening";
import type { State } from "../types";
import type { Context } from "./context";
import { h, setText } from "./dom";
import { waitWords } from "./waiting";

/** One line under the head: whether somebody is there, and how long it takes. Says nothing that is not known. */
export class StatusLine {
  readonly element = h("div", { class: "status", role: "status", hidden: true });

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
    const { wait } = state;
    if (!wait || (!waiting && wait.place === null)) return ["", false];
    return [waitWords(wait, t), wait.is_closed];
  }
}
