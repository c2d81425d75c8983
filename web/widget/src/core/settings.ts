import type { Config, State } from "../types";
import { type Client, Refused } from "./client";
import { nextChange } from "./opening";
import type { Storage } from "./storage";
import type { Store } from "./store";

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;
const LATE_MS = 2_000; // they are asked for a moment after they change
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The channel's settings, kept on this device and fetched anew when somebody comes or goes. */
export class Settings {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private store: Store<State>,
    private client: Client,
    private storage: Storage,
  ) {}

  /** Last visit's at once, so that the launcher is there before the network is; then today's. */
  async load(): Promise<void> {
    const { store, client, storage } = this;
    const [remembered] = storage.getList<Config>("config");
    if (remembered && isWhole(remembered) && !store.state.config) store.set({ config: remembered });
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        const config = await client.get<Config>(`/config?locale=${store.state.locale}`);
        storage.setList("config", [config]);
        store.set({ config });
        return this.loadAtTheNextChange();
      } catch (error) {
        if (error instanceof Refused && !error.passing) {
          storage.set("config", "");
          store.set({ config: null });
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  private loadAtTheNextChange(): void {
    clearTimeout(this.timer);
    const wait = nextChange(this.store.state) - Date.now() + LATE_MS;
    if (wait > 0 && wait < LONGEST_TIMER_MS) this.timer = setTimeout(() => void this.load().catch(() => undefined), wait);
  }
}

/** What an earlier version of the widget has kept may lack what this one needs. */
function isWhole(config: Config): boolean {
  return Array.isArray(config.pre_chat) && Array.isArray(config.greetings) && Boolean(config.texts);
}
