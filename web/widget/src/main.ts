import { installApi } from "./api";
import { Chat } from "./core/chat";
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
  const widget = new Widget(new Chat(base, channel, pageLocale(script), pageIsDark()), script);
  installApi(widget);
  widget.chat.start().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    console.warn(`Zhiyin chat is not shown on this page: ${reason}`);
  });
}

if (document.body) start();
else addEventListener("DOMContentLoaded", start);
