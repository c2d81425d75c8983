import type { Greeting, State } from "../types";
import { covers } from "./pages";
import type { Storage } from "./storage";
import type { Store } from "./store";
import { pageUrl } from "./watching";

const HOUR_MS = 3_600_000;
const VISIT_ENDS_MS = 30 * 60_000;
const LOOK_MS = 1_000;

/** Says hello by itself: at most one greeting per visit of a page and per so many hours, and never again
 *  one that was waved away. Nothing leaves the browser until the visitor answers. */
export class Greeter {
  private since = Date.now();
  private page = "";
  private scrolled = 0;

  constructor(
    private store: Store<State>,
    private storage: Storage,
  ) {}

  start(): void {
    this.countVisit();
    addEventListener("scroll", () => (this.scrolled = Math.max(this.scrolled, scrolledPercent())), { passive: true });
    setInterval(() => this.look(), LOOK_MS);
  }

  /** Once a second: the page may have changed without a reload, or time has passed. */
  look(now = Date.now()): void {
    const page = pageUrl();
    if (page !== this.page) [this.page, this.since, this.scrolled] = [page, now, scrolledPercent()];
    if (document.visibilityState !== "visible" || !this.mayGreet(now)) return;
    const greeting = this.store.state.config?.greetings.find((one) => this.holds(one, now));
    if (!greeting) return;
    this.storage.set("greeted", String(now));
    this.store.set({ greeting });
  }

  dismiss(): void {
    const { greeting } = this.store.state;
    if (!greeting) return;
    this.storage.setList("dismissed", [...new Set([...this.storage.getList<string>("dismissed"), greeting.id])].slice(-50));
    this.store.set({ greeting: null });
  }

  private mayGreet(now: number): boolean {
    const { config, open, greeting, messages, pending } = this.store.state;
    if (!config?.greetings.length || open || greeting || messages.length || pending.length) return false;
    if (config.hours?.is_open === false || config.offline?.is_unstaffed) return false;
    return now - (Number(this.storage.get("greeted")) || 0) >= config.greet_every_hours * HOUR_MS;
  }

  private holds(one: Greeting, now: number): boolean {
    const returning = Number(this.storage.get("visits")) > 1;
    return (
      covers(one.pages, this.page) &&
      now - this.since >= one.after_seconds * 1_000 &&
      this.scrolled >= one.scroll_percent &&
      (one.visits === "any" || returning === (one.visits === "returning")) &&
      (one.signed_in === "any" || this.store.state.identified === (one.signed_in === "yes")) &&
      !this.storage.getList<string>("dismissed").includes(one.id)
    );
  }

  /** Pages seen within half an hour of each other are one visit. */
  private countVisit(now = Date.now()): void {
    const last = Number(this.storage.get("seen")) || 0;
    if (now - last > VISIT_ENDS_MS) this.storage.set("visits", String((Number(this.storage.get("visits")) || 0) + 1));
    this.storage.set("seen", String(now));
  }
}

function scrolledPercent(): number {
  const { scrollHeight, clientHeight } = document.documentElement;
  return scrollHeight <= clientHeight ? 100 : Math.round((scrollY / (scrollHeight - clientHeight)) * 100);
}
