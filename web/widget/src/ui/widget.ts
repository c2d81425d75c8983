import type { Chat } from "../core/chat";
import type { State } from "../types";
import { contextFor, type Context } from "./context";
import { h } from "./dom";
import { Launcher } from "./launcher";
import { pageIsDark, pageLocale, watchPage } from "./page";
import { Panel } from "./panel";
import { Sheets } from "./sheets";
import { themeVariables } from "./theme";
import { Viewport } from "./viewport";

/** Everything on the screen, inside one shadow root that the host page's styles can't reach. */
export class Widget {
  readonly host = document.createElement("zhiyin-chat");
  private shadow = this.host.attachShadow({ mode: "open" });
  private root = h("div", { class: "root" });
  private sheets = new Sheets(this.shadow);
  private viewport = new Viewport(this.sheets);
  private context: Context;
  private launcher: Launcher;
  private panel: Panel | null = null;
  private asked = false;
  private localePinned = false;
  private returnFocusTo: HTMLElement | null = null;

  constructor(
    readonly chat: Chat,
    private script: HTMLScriptElement | null,
    private isPage = false,
  ) {
    this.context = contextFor(chat, () => this.open(), () => this.close(), isPage);
    this.launcher = new Launcher(this.context);
    if (!isPage) this.root.append(this.launcher.teaser, this.launcher.button);
    this.shadow.append(this.root);
    chat.store.subscribe((state, before) => this.update(state, before));
    watchPage(() => this.followPage());
  }

  private update(state: State, before: State): void {
    if (!state.config) {
      this.host.remove();
      return;
    }
    if (!this.host.isConnected) document.documentElement.append(this.host);
    if (state.locale !== before.locale) this.speakAgain();
    if (state.config !== before.config || state.dark !== before.dark) this.dress(state);
    this.launcher.update(state);
    this.panel?.update(state, before);
    if (this.isPage && !state.open) this.open();
  }

  private dress(state: State): void {
    const dark = state.config?.theme === "dark" || (state.config?.theme !== "light" && state.dark);
    this.root.className = this.classes(state, dark);
    this.root.lang = state.locale;
    const accent = (dark && state.config?.color_dark) || state.config?.color || "";
    this.sheets.set({
      ...themeVariables(accent, dark),
      "edge-side": `${state.config?.edge_side ?? 20}px`,
      "edge-bottom": `${state.config?.edge_bottom ?? 20}px`,
    });
  }

  private classes(state: State, dark: boolean): string {
    const side = state.config?.position === "left" ? "left" : "right";
    return ["root", side, state.config?.corners, dark && "dark", state.open && "open", this.isPage && "page"].filter(Boolean).join(" ");
  }

  open(): void {
    const { store } = this.chat;
    if (store.state.open || !store.state.config) return;
    this.returnFocusTo = focusedElsewhere(this.host);
    this.panel ??= this.makePanel();
    store.set({ open: true });
    store.tell();
    this.root.classList.add("open");
    this.viewport.start(!this.isPage);
    this.panel.show();
    this.chat.opened();
    if (this.asked) this.panel.askEmail();
    this.asked = false;
  }

  close(): void {
    const { store } = this.chat;
    if (!store.state.open || this.isPage) return;
    store.set({ open: false });
    store.tell();
    this.root.classList.remove("open");
    this.viewport.stop();
    this.panel?.hide();
    this.chat.typing.stopped();
    (this.returnFocusTo?.isConnected ? this.returnFocusTo : this.launcher.button).focus();
    this.offerEmailOnLeaving(store.state);
  }

  /** Somebody leaves while they wait for an answer: say once that it can come by e-mail. */
  private offerEmailOnLeaving(state: State): void {
    if (!state.config?.email_offered || state.email || state.emailCard === "declined" || !this.chat.waiting) return;
    this.asked = true;
    this.launcher.say("", this.context.t("emailTeaser"));
  }

  private makePanel(): Panel {
    const panel = new Panel(this.context);
    this.root.prepend(panel.element);
    this.launcher.button.setAttribute("aria-controls", "panel");
    return panel;
  }

  /** The page changed its language or theme. */
  private followPage(): void {
    const { store } = this.chat;
    const locale = pageLocale(this.script);
    const dark = pageIsDark();
    if (dark !== store.state.dark) store.set({ dark });
    if (locale !== store.state.locale && !this.localePinned) this.changeLocale(locale);
  }

  /** The host page chose a language by hand: the page's own no longer decides. */
  speak(locale: State["locale"]): void {
    this.localePinned = true;
    if (locale !== this.chat.store.state.locale) this.changeLocale(locale);
  }

  private changeLocale(locale: State["locale"]): void {
    this.chat.store.set({ locale });
    void this.chat.loadConfig().catch(() => undefined);
  }

  private speakAgain(): void {
    const { open } = this.chat.store.state;
    this.dress(this.chat.store.state);
    this.panel?.element.remove();
    this.panel = null;
    if (!open) return;
    this.panel = this.makePanel();
    this.panel.show();
  }
}

/** What on the host page had the focus; nothing when it was nowhere, or with us. */
function focusedElsewhere(host: HTMLElement): HTMLElement | null {
  const active = document.activeElement;
  const nowhere = active === host || active === document.body || active === document.documentElement;
  return active instanceof HTMLElement && !nowhere ? active : null;
}
