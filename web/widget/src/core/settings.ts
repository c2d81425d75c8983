import type { Config, State } from "../types";
import { type Client, Refused } from "./client";
import type { Storage } from "./storage";
import type { Store } from "./store";

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/** Last visit's settings at once, so that the launcher is there before the network is; then today's. */
export async function loadConfig(store: Store<State>, client: Client, storage: Storage): Promise<void> {
  const [remembered] = storage.getList<Config>("config");
  if (remembered && !store.state.config) store.set({ config: remembered });
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      const config = await client.get<Config>(`/config?locale=${store.state.locale}`);
      storage.setList("config", [config]);
      store.set({ config });
      return;
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
