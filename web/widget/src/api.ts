import { unreadCount } from "./core/transcript";
import { localeOf } from "./i18n";
import type { Identity } from "./types";
import type { Widget } from "./ui/widget";

export type Listener = (value: number) => void;
type Command = [name: string, ...rest: unknown[]];

/** window.ZhiyinChat("open" | "close" | "identify" | "forget" | "locale" | "on", …). Calls made before
 *  the script has loaded wait in `ZhiyinChat.q` (the host page's stub) and are carried out in order. */
export interface ZhiyinChat {
  (...command: Command): void;
  q?: ArrayLike<unknown>[];
}

declare global {
  interface Window {
    ZhiyinChat?: ZhiyinChat;
  }
}

export function installApi(widget: Widget): void {
  const listeners = new Map<string, Set<Listener>>();
  const tell = (event: string, value: number) => listeners.get(event)?.forEach((listener) => listener(value));
  const commands: Record<string, (...rest: never[]) => void> = {
    open: () => widget.open(),
    close: () => widget.close(),
    identify: (identity: Identity) => widget.chat.identify(identity),
    forget: () => widget.chat.forget(),
    locale: (language: string) => widget.speak(localeOf(language)),
    on: (event: string, listener: Listener) => {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
      if (event === "unread") listener(unread(widget));
    },
  };
  const call: ZhiyinChat = (name, ...rest) => {
    const command = commands[name];
    if (!command) throw new Error(`ZhiyinChat: no command "${name}". There are: ${Object.keys(commands).join(", ")}.`);
    command(...(rest as never[]));
  };
  const waiting = window.ZhiyinChat?.q ?? [];
  window.ZhiyinChat = call;
  for (const command of waiting) call(...(Array.from(command) as Command));
  let told = 0;
  widget.chat.store.subscribe((state, before) => {
    if (state.open !== before.open) tell(state.open ? "open" : "close", 0);
    const count = unread(widget);
    if (count !== told) tell("unread", (told = count));
  });
}

function unread(widget: Widget): number {
  const { messages, readUpTo } = widget.chat.store.state;
  return unreadCount(messages, readUpTo);
}
