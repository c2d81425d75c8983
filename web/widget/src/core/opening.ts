import { translate, type Locale, type Texts } from "../i18n";
import type { PreChat, State } from "../types";
import { covers } from "./pages";
import { clock, startOfDay } from "./time";
import { pageUrl } from "./watching";

const STILL_TALKING_MS = 30 * 60_000;
const DAY_MS = 86_400_000;

export type View = "chat" | "form" | "offline";

/** What the visitor meets: the chat, a form before it, or one in its place. */
export function viewOf(state: State, now: number, page = pageUrl()): View {
  const { config } = state;
  if (!config) return "chat";
  const closed = config.offline?.when_closed && !isOpen(state);
  if (config.offline && (closed || config.offline.is_unstaffed) && !isTalking(state, now)) return "offline";
  return preChatOf(state, page) && !state.answered && !hasBegun(state) ? "form" : "chat";
}

export function preChatOf(state: State, page = pageUrl()): PreChat | undefined {
  return state.config?.pre_chat.find((form) => covers(form.pages, page));
}

export function isOpen({ config }: Pick<State, "config">): boolean {
  return config?.hours?.is_open ?? true;
}

function hasBegun(state: State): boolean {
  return !state.ended && (state.pending.length > 0 || state.messages.some((message) => message.from === "visitor"));
}

/** An agent has just written: closing time does not cut a conversation off. */
function isTalking(state: State, now: number): boolean {
  const last = state.messages.filter((message) => message.from === "agent").pop();
  return !state.ended && Boolean(last && now - Date.parse(last.at) < STILL_TALKING_MS);
}

/** "We open tomorrow at 09:00", in the visitor's language and by their clock; "" while open or without hours. */
export function openingWords(state: State, now: Date, locale: Locale, texts?: Texts): string {
  const { config } = state;
  if (!config?.hours || config.hours.is_open) return "";
  if (!config.hours.opens_at) return translate(locale, "closed", {}, texts);
  const at = new Date(config.hours.opens_at);
  const days = Math.round((startOfDay(at) - startOfDay(now)) / DAY_MS);
  const time = clock(at, locale);
  if (days <= 0) return translate(locale, "opensToday", { time }, texts);
  if (days === 1) return translate(locale, "opensTomorrow", { time }, texts);
  const options: Intl.DateTimeFormatOptions =
    days < 7 ? { weekday: "long" } : { month: locale === "en" ? "short" : "long", day: "numeric" };
  const day = new Intl.DateTimeFormat(locale, options).format(at);
  return translate(locale, "opensOn", { day, time }, texts);
}

/** When the settings should be asked for again, since somebody comes or goes; 0 when nothing is known to change. */
export function nextChange(state: State): number {
  const hours = state.config?.hours;
  return Date.parse(hours?.opens_at ?? hours?.closes_at ?? "") || 0;
}
