import type { Chat } from "../core/chat";
import { translate, type Word } from "../i18n";

/** What every part of the screen is given. */
export interface Context {
  chat: Chat;
  /** A word in the language in force. */
  t: (key: Word, params?: Record<string, string>) => string;
  open: () => void;
  close: () => void;
  /** The chat is the whole page: it neither opens nor closes, and links stay in it. */
  isPage: boolean;
}

export function contextFor(chat: Chat, open: () => void, close: () => void, isPage = false): Context {
  return { chat, open, close, isPage, t: (key, params) => translate(chat.store.state.locale, key, params, chat.store.state.config?.texts) };
}
