import { Chat } from "./core/chat";
import type { ChatMessage, Config, State } from "./types";
import { Widget } from "./ui/widget";

/** What the settings show of a widget that is not saved yet. */
interface Told {
  config: Config;
  locale: State["locale"];
  dark: boolean;
  view: "closed" | "greeting" | "chat" | "form" | "offline" | "rating";
  lines: [ChatMessage["from"], string][];
}

/** A widget that speaks to nobody: the settings around it tell what it looks like, and it keeps nothing. */
function start(script: HTMLScriptElement): void {
  const chat = new Chat(location.origin, "preview", "zh-CN", false, false);
  chat.client.silent = true;
  const widget = new Widget(chat, script);
  addEventListener("message", (event: MessageEvent<Told>) => {
    if (event.origin !== location.origin || event.source !== parent) return;
    show(chat, widget, event.data);
  });
  parent.postMessage("zhiyin-preview", location.origin);
}

function show(chat: Chat, widget: Widget, { config, locale, dark, view, lines }: Told): void {
  const at = new Date().toISOString();
  const spoken = view === "chat" || view === "rating" ? lines : [];
  const messages = spoken.map(([from, text], index): ChatMessage => {
    return { id: index + 1, from, name: "", text, files: [], at, client_id: "", read: false, machine: null };
  });
  const hours = config.hours && { ...config.hours, is_open: view !== "offline" };
  const offline = view === "offline" ? { when_closed: true, is_unstaffed: true, intro: "", fields: [], ...config.offline } : null;
  const shown = { ...config, hours, offline, pre_chat: view === "form" ? config.pre_chat.map((form) => ({ ...form, pages: [] })) : [] };
  const greeting = view === "greeting" ? (config.greetings[0] ?? null) : null;
  chat.store.set({ config: shown, locale, dark, messages, greeting, readUpTo: messages.length, rating: view === "rating" ? "asked" : "hidden" });
  widget.speak(locale);
  chat.store.tell();
  if (view === "closed" || view === "greeting") widget.close();
  else widget.open();
}

const own = document.currentScript;
if (own instanceof HTMLScriptElement) start(own);
