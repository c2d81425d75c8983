import { installApi } from "./api";
import { Chat } from "./core/chat";
import { carryWhatWasRead } from "./core/watching";
import { pageIsDark, pageLocale } from "./ui/page";
import { Widget } from "./ui/widget";

const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>("script[data-channel][src*='widget.js']");

function start(): void {
  const channel = script?.dataset["channel"];
  if (!script || !channel) {
    console.warn('Zhiyin chat: the script tag needs data-channel="KEY" (Settings → Channels → Web chat).');
    return;
  }
  if (document.querySelector("zhiyin-chat")) return;
  const base = script.dataset["desk"] || new URL(script.src).origin;
  const isPage = "page" in script.dataset;
  if (isPage) carryWhatWasRead(location.search);
  const widget = new Widget(new Chat(base, channel, pageLocale(script), pageIsDark()), script, isPage);
  installApi(widget);
  if (isPage) identifyFromAddress(widget.chat);
  widget.chat.start().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    console.warn(`Zhiyin chat is not shown on this page: ${reason}`);
  });
}

/** A mini-program or an app names its visitor after the `#`, which no server ever sees; then it is taken away. */
function identifyFromAddress(chat: Chat): void {
  const told = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (!told["id"] && !told["name"]) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  const { id = "", name = "", email = "", phone = "", hmac = "" } = told;
  chat.identify({ id, name, email, phone, hmac });
}

if (document.body) start();
else addEventListener("DOMContentLoaded", start);
