/** What the widget remembers on this device. Browsers may refuse storage (private windows, blocked
 *  third-party data): then it remembers for as long as the page lives. */
export class Storage {
  private memory = new Map<string, string>();

  constructor(
    private channel: string,
    private lasting = true,
  ) {}

  private name(key: string): string {
    return `zhiyin:${this.channel}:${key}`;
  }

  get(key: string): string {
    if (!this.lasting) return this.memory.get(key) ?? "";
    try {
      return localStorage.getItem(this.name(key)) ?? "";
    } catch {
      return this.memory.get(key) ?? "";
    }
  }

  set(key: string, value: string): void {
    if (!this.lasting) return void this.memory.set(key, value);
    try {
      if (value) localStorage.setItem(this.name(key), value);
      else localStorage.removeItem(this.name(key));
    } catch {
      this.memory.set(key, value);
    }
  }

  getList<T>(key: string): T[] {
    try {
      const value: unknown = JSON.parse(this.get(key) || "[]");
      return Array.isArray(value) ? (value as T[]) : [];
    } catch {
      return [];
    }
  }

  setList(key: string, list: unknown[]): void {
    this.set(key, list.length ? JSON.stringify(list) : "");
  }

  /** Another tab of the same site changed this key. */
  onOtherTab(key: string, react: () => void): () => void {
    const listener = (event: StorageEvent) => {
      if (event.key === this.name(key)) react();
    };
    addEventListener("storage", listener);
    return () => removeEventListener("storage", listener);
  }
}
