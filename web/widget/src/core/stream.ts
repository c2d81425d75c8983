import type { Connection } from "../types";

export interface StreamEvent {
  id: string;
  name: string;
  data: string;
}

/** Whole events at the front of `buffer`, and what is left of it. */
export function takeEvents(buffer: string): { events: StreamEvent[]; rest: string } {
  const events: StreamEvent[] = [];
  const blocks = buffer.replace(/\r\n/g, "\n").split("\n\n");
  const rest = blocks.pop() ?? "";
  for (const block of blocks) {
    const event: StreamEvent = { id: "", name: "message", data: "" };
    const data: string[] = [];
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") event.name = value;
      else if (field === "id") event.id = value;
      else if (field === "data") data.push(value);
    }
    event.data = data.join("\n");
    if (data.length) events.push(event);
  }
  return { events, rest };
}

interface Options {
  url: () => string;
  headers: () => Record<string, string>;
  onEvent: (event: StreamEvent) => void;
  onState: (state: Connection) => void;
  /** The server refuses for good (a token no longer known, a channel switched off). */
  onRefused: (status: number) => void;
}

const SILENCE_MS = 40_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** A live stream of server-sent events over fetch, because EventSource would put the visitor's token
 *  into the address (and so into every log) and can't say why it was refused. */
export class Stream {
  private abort: AbortController | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private wait = FIRST_WAIT_MS;

  constructor(private options: Options) {}

  start(): void {
    if (this.abort) return;
    clearTimeout(this.retryTimer);
    void this.run();
  }

  stop(): void {
    clearTimeout(this.retryTimer);
    this.drop();
    this.options.onState("idle");
  }

  /** The network is back or the page is seen again: don't sit out the rest of the wait. */
  nudge(): void {
    if (this.abort) return;
    this.wait = FIRST_WAIT_MS;
    this.start();
  }

  private drop(): void {
    clearTimeout(this.silenceTimer);
    this.abort?.abort();
    this.abort = null;
  }

  private async run(): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    this.options.onState("connecting");
    this.listenForSilence();
    try {
      const headers = { ...this.options.headers(), Accept: "text/event-stream" };
      const response = await fetch(this.options.url(), {
        headers,
        signal: abort.signal,
        credentials: "omit",
        cache: "no-store",
      });
      if (response.status >= 400 && response.status < 500 && response.status !== 429) {
        this.drop();
        this.options.onState("lost");
        this.options.onRefused(response.status);
        return;
      }
      if (response.ok && response.body) await this.read(response.body.getReader());
    } catch {
      // A dropped connection; tried again below.
    }
    if (this.abort === abort) this.retryLater();
  }

  private async read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let buffer = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.listenForSilence();
      buffer += decoder.decode(value, { stream: true });
      const taken = takeEvents(buffer);
      buffer = taken.rest;
      for (const event of taken.events) this.pass(event);
    }
  }

  private pass(event: StreamEvent): void {
    if (event.name === "hello") {
      this.wait = FIRST_WAIT_MS;
      this.options.onState("live");
      return;
    }
    this.options.onEvent(event);
  }

  /** A half-open connection says nothing for ever: the server speaks every 15 s, so silence means gone. */
  private listenForSilence(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => {
      this.drop();
      this.retryLater();
    }, SILENCE_MS);
  }

  private retryLater(): void {
    this.drop();
    this.options.onState("lost");
    const spread = this.wait * (0.5 + Math.random());
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    this.retryTimer = setTimeout(() => this.start(), spread);
  }
}
