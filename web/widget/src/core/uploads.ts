import type { ChatFile, Upload } from "../types";
import { type Client, Refused } from "./client";
import { newClientId } from "./outbox";
import type { Store } from "./store";
import type { State } from "../types";

const MOST_AT_ONCE = 10;

/** Files the visitor has chosen for the next message: each goes up at once, and is sent with it. */
export class Uploads {
  private blobs = new Map<string, File>();

  constructor(
    private store: Store<State>,
    private client: Client,
    private ready: () => Promise<void>,
    private words: (key: "tooLarge" | "tooMany" | "uploadFailed", params?: Record<string, string>) => string,
  ) {}

  add(files: File[]): void {
    const room = MOST_AT_ONCE - this.store.state.uploads.length;
    if (files.length > room) this.store.set({ notice: this.words("tooMany", { n: String(MOST_AT_ONCE) }) });
    for (const file of files.slice(0, Math.max(room, 0))) this.addOne(file);
  }

  private addOne(file: File): void {
    const limit = this.store.state.config?.max_file_bytes ?? 20 * 1024 * 1024;
    if (file.size > limit) {
      const megabytes = String(Math.floor(limit / 1024 / 1024));
      this.store.set({ notice: this.words("tooLarge", { name: file.name, n: megabytes }) });
      return;
    }
    const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : "";
    const upload: Upload = {
      key: newClientId(),
      name: file.name || "image.png",
      size: file.size,
      preview,
      progress: 0,
      error: "",
      file: null,
    };
    this.blobs.set(upload.key, file);
    this.store.set({ uploads: [...this.store.state.uploads, upload] });
    void this.send(upload.key, upload.name);
  }

  retry(key: string): void {
    const upload = this.store.state.uploads.find((item) => item.key === key);
    if (!upload) return;
    this.change(key, { error: "", progress: 0 });
    void this.send(key, upload.name);
  }

  remove(key: string): void {
    const upload = this.store.state.uploads.find((item) => item.key === key);
    if (upload?.preview) URL.revokeObjectURL(upload.preview);
    this.blobs.delete(key);
    this.store.set({ uploads: this.store.state.uploads.filter((item) => item.key !== key) });
  }

  /** The files that are up, taken for a message. Null while one is still under way or has failed. */
  take(): ChatFile[] | null {
    const { uploads } = this.store.state;
    const files = uploads.map((upload) => upload.file);
    if (files.some((file) => file === null)) return null;
    for (const upload of uploads) this.remove(upload.key);
    return files as ChatFile[];
  }

  private async send(key: string, name: string): Promise<void> {
    const blob = this.blobs.get(key);
    if (!blob) return;
    try {
      await this.ready();
      const file = await this.client.upload(blob, name, (progress) => this.change(key, { progress }));
      this.change(key, { file, progress: 1 });
    } catch (error) {
      const reason = error instanceof Refused && error.detail ? error.detail : this.words("uploadFailed");
      this.change(key, { error: reason });
    }
  }

  private change(key: string, change: Partial<Upload>): void {
    const uploads = this.store.state.uploads.map((item) => (item.key === key ? { ...item, ...change } : item));
    this.store.set({ uploads });
  }
}
