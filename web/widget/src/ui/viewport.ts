import type { Sheets } from "./sheets";

const KEYBOARD_PX = 120;

/** On phones the panel fills what is really visible: the on-screen keyboard takes its part away. */
export class Viewport {
  private lock: CSSStyleSheet | null = null;
  private fit = () => this.measure();

  constructor(private sheets: Sheets) {}

  start(locksPage = true): void {
    if (!window.visualViewport) return;
    window.visualViewport?.addEventListener("resize", this.fit);
    window.visualViewport?.addEventListener("scroll", this.fit);
    this.measure();
    if (locksPage) this.lockPage();
  }

  stop(): void {
    window.visualViewport?.removeEventListener("resize", this.fit);
    window.visualViewport?.removeEventListener("scroll", this.fit);
    this.sheets.set({ "view-top": null, "view-height": null, "keyboard-bottom": null });
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.lock);
    this.lock = null;
  }

  private measure(): void {
    const view = window.visualViewport;
    // Pinched in to read: leave the panel where it is.
    if (!view || view.scale > 1.01) return;
    const keyboard = window.innerHeight - view.height > KEYBOARD_PX;
    this.sheets.set({
      "view-top": `${Math.max(view.offsetTop, 0)}px`,
      "view-height": `${view.height}px`,
      "keyboard-bottom": keyboard ? "0px" : null,
    });
  }

  /** The page behind a full-screen panel must not scroll along. */
  private lockPage(): void {
    if (this.lock || !("replaceSync" in CSSStyleSheet.prototype)) return;
    this.lock = new CSSStyleSheet();
    this.lock.replaceSync("@media (max-width:480px),(max-height:420px){html{overflow:hidden!important}}");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.lock];
  }
}
