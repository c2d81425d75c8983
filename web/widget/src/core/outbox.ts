import type { ChatFile, Pending } from "../types";
import { Refused } from "./client";
import type { Storage } from "./storage";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Messages on their way out. The device's storage is the truth, so they survive a reload and are seen
 *  by every tab; each carries an id of its own, so that sending twice stores once. */
export class Outbox {
  private busy = false;
  private wait = FIRST_WAIT_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private storage: Storage,
    private deliver: (pending: Pending) => Promise<void>,
    private changed: (list: Pending[]) => void,
  ) {
    storage.onOtherTab("outbox", () => changed(this.list()));
  }

  list(): Pending[] {
    return this.storage.getList<Pending>("outbox");
  }

  private save(list: Pending[]): void {
    this.storage.setList("outbox", list);
    this.changed(list);
  }

  add(text: string, files: ChatFile[], now: Date, greeting = ""): Pending {
    const pending = { client_id: newClientId(), text, files, at: now.toISOString(), greeting, refused: "" };
    this.save([...this.list(), pending]);
    void this.flush();
    return pending;
  }

  retry(clientId: string): void {
    this.save(this.list().map((item) => (item.client_id === clientId ? { ...item, refused: "" } : item)));
    this.flushSoon();
  }

  discard(clientId: string): void {
    this.save(this.list().filter((item) => item.client_id !== clientId));
  }

  clear(): void {
    clearTimeout(this.timer);
    this.save([]);
  }

  /** The network is back: don't sit out the rest of the wait. */
  flushSoon(): void {
    this.wait = FIRST_WAIT_MS;
    void this.flush();
  }

  /** Send what waits, oldest first, one at a time, so that order is kept. */
  async flush(): Promise<void> {
    if (this.busy) return;
    clearTimeout(this.timer);
    this.busy = true;
    try {
      for (let next = this.next(); next; next = this.next()) {
        if (!(await this.attempt(next))) return;
      }
    } finally {
      this.busy = false;
    }
  }

  private next(): Pending | undefined {
    return this.list().find((item) => !item.refused);
  }

  private async attempt(pending: Pending): Promise<boolean> {
    try {
      await this.deliver(pending);
    } catch (error) {
      if (error instanceof Refused && !error.passing) {
        this.refuse(pending, error.detail || error.code || String(error.status));
        return true;
      }
      const asked = error instanceof Refused ? error.retryAfterSeconds * 1_000 : 0;
      this.timer = setTimeout(() => void this.flush(), Math.max(asked, this.wait));
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
      return false;
    }
    this.wait = FIRST_WAIT_MS;
    this.discard(pending.client_id);
    return true;
  }

  private refuse(pending: Pending, reason: string): void {
    const mark = (item: Pending) => (item.client_id === pending.client_id ? { ...item, refused: reason } : item);
    this.save(this.list().map(mark));
  }
}

/** crypto.randomUUID exists only on secure pages; the widget also runs on plain http in test set-ups. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
