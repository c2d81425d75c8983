import { translate, type Locale } from "../i18n";
import type { ChatMessage, Identity, Pending, Session, State } from "../types";
import { TypingTeller } from "./activity";
import { CatchingUp, POLL_MS } from "./catching-up";
import { Client, Refused } from "./client";
import { Desk } from "./desk";
import { EmailOffer } from "./email-offer";
import { Greeter } from "./greeter";
import { Hearing } from "./hearing";
import { Settings } from "./settings";
import { Outbox } from "./outbox";
import { Storage } from "./storage";
import { firstState } from "./state";
import { Store } from "./store";
import { Stream } from "./stream";
import { isWaiting, lastId, lastWithoutGap, markRead, merge } from "./transcript";
import { Uploads } from "./uploads";
import { WaitWatch } from "./waiting";
import { oneTabAtATime, pageUrl, watchPage } from "./watching";

const PRESENCE_MS = 60_000;

/** The conversation: what is known of it, and everything the visitor can do in it. */
export class Chat {
  readonly store: Store<State>;
  readonly client: Client;
  readonly storage: Storage;
  readonly outbox: Outbox;
  readonly uploads: Uploads;
  readonly typing: TypingTeller;
  readonly email: EmailOffer;
  readonly desk: Desk;
  readonly greeter: Greeter;
  private settings: Settings;
  private stream: Stream;
  private session: Promise<void> | null = null;
  private catchingUp: CatchingUp;
  private identity: Identity | null = null;
  private hearing: Hearing;

  constructor(base: string, channel: string, locale: Locale, dark: boolean, lasting = true) {
    this.storage = new Storage(channel, lasting);
    this.store = new Store<State>(firstState(locale, dark));
    this.client = new Client(`${base}/api/chat/v1/${encodeURIComponent(channel)}`, () => this.store.state.locale);
    this.client.token = this.storage.get("token");
    this.outbox = new Outbox(
      this.storage,
      (pending) => this.deliver(pending),
      (pending) => this.store.set({ pending }),
    );
    this.uploads = new Uploads(
      this.store,
      this.client,
      () => this.ensureSession(),
      (key, params) => translate(this.store.state.locale, key, params, this.store.state.config?.texts),
    );
    this.typing = new TypingTeller(this.client, () => this.session !== null);
    this.email = new EmailOffer(this.store, this.client, () => this.ensureSession());
    this.desk = new Desk(this.store, this.client, this.storage, {
      ready: () => this.ensureSession(),
      receive: (messages) => this.receive(messages),
    });
    this.greeter = new Greeter(this.store, this.storage);
    this.settings = new Settings(this.store, this.client, this.storage);
    new WaitWatch(this.store, this.desk, () => this.session !== null);
    this.catchingUp = new CatchingUp(
      this.client,
      () => this.complete,
      (items, staffReadUpTo) => {
        this.receive(items);
        this.store.set({ messages: markRead(this.store.state.messages, staffReadUpTo) });
      },
    );
    this.hearing = new Hearing(this.store, (messages) => this.receive(messages));
    this.stream = this.makeStream();
    this.watch();
  }

  /** Read the channel's settings; a visitor who has been here before gets the conversation back. */
  async start(): Promise<void> {
    this.store.set({ pending: this.outbox.list(), readUpTo: Number(this.storage.get("read")) || 0 });
    await this.loadConfig();
    if (this.client.token) await this.ensureSession().catch(() => undefined);
    void this.outbox.flush();
    void this.desk.sendLeft();
    this.greeter.start();
  }

  loadConfig(): Promise<void> {
    return this.settings.load();
  }

  identify(identity: Identity): void {
    this.identity = identity;
    this.session = null;
    this.store.set({ identified: Boolean(identity.id) });
    const { config, open } = this.store.state;
    if (config && (this.client.token || open)) void this.ensureSession().catch(() => undefined);
  }

  /** Forget the visitor on this device: for shared computers, when the host page signs somebody out. */
  forget(): void {
    this.stream.stop();
    this.session = null;
    this.identity = null;
    this.client.token = "";
    for (const key of ["token", "draft", "read", "left"]) this.storage.set(key, "");
    this.outbox.clear();
    this.store.set({ messages: [], hasMore: false, readUpTo: 0, email: "", emailCard: "hidden", typing: "" });
    this.store.set({ answered: false, ended: false, rating: "hidden", leaving: "no", sheet: "", wait: null, identified: false, greeting: null });
  }

  /** The panel opens: somebody with a name gets their conversation from other devices, too. */
  opened(): void {
    if (this.identity || this.client.token) void this.ensureSession().catch(() => undefined);
    this.markReadIfSeen();
  }

  ensureSession(): Promise<void> {
    this.session ??= this.startSession().catch((error: unknown) => {
      this.session = null;
      throw error;
    });
    return this.session;
  }

  private startSession(): Promise<void> {
    // One tab at a time, so that two tabs of a new visitor don't become two visitors.
    return oneTabAtATime(`zhiyin:${this.client.base}`, async () => {
      this.client.token = this.storage.get("token");
      const session = await this.client.post<Session>("/sessions", {
        visitor_token: this.client.token || null,
        identity: this.identity,
        page_url: pageUrl(),
        locale: this.store.state.locale,
      });
      const known = session.visitor_token === this.client.token ? this.store.state.messages : [];
      this.client.token = session.visitor_token;
      this.storage.set("token", session.visitor_token);
      this.store.set({
        messages: merge(known, session.history),
        hasMore: session.has_more,
        readUpTo: Math.max(session.read_up_to, known.length ? this.store.state.readUpTo : 0),
        email: session.email,
        answered: session.is_answered,
        ended: session.is_ended,
        rating: session.asks_rating ? "asked" : "hidden",
      });
      this.stream.stop();
      this.stream.start();
      this.email.consider();
      this.markReadIfSeen();
    });
  }

  send(text: string): boolean {
    const files = this.uploads.take();
    if (files === null || (!text.trim() && !files.length)) return false;
    this.typing.sent();
    this.outbox.add(text.trim(), files, new Date(), this.store.state.greeting?.id);
    this.store.set({ ended: false, rating: "hidden" });
    return true;
  }

  private async deliver(pending: Pending): Promise<void> {
    await this.ensureSession();
    const body = {
      client_id: pending.client_id,
      text: pending.text,
      file_ids: pending.files.map((file) => file.id),
      page_url: pageUrl(),
      greeting: pending.greeting ?? "",
    };
    try {
      this.receive([await this.client.post<ChatMessage>("/messages", body)]);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      await this.startOver();
      this.receive([await this.client.post<ChatMessage>("/messages", body)]);
    }
  }

  /** The server no longer knows this visitor (erased, or data restored): begin as a new one. */
  private async startOver(): Promise<void> {
    this.storage.set("token", "");
    this.session = null;
    this.store.set({ messages: [], hasMore: false });
    await this.ensureSession();
  }

  receive(messages: ChatMessage[]): void {
    if (!messages.length) return;
    const sent = new Set(messages.map((message) => message.client_id).filter(Boolean));
    for (const pending of this.outbox.list()) {
      if (sent.has(pending.client_id)) this.outbox.discard(pending.client_id);
    }
    const fromAgent = messages.some((message) => message.from === "agent");
    this.store.set({
      messages: merge(this.store.state.messages, messages),
      ...(fromAgent ? { typing: "" } : {}),
    });
    // The greeting joins the transcript with its answer: fetch it, and let ours go.
    if (this.store.state.greeting && messages.some((message) => message.from === "visitor")) this.store.set({ greeting: null });
    if (this.session && this.complete < lastId(this.store.state.messages)) this.catchingUp.run();
    this.email.consider();
    this.markReadIfSeen();
  }

  async loadOlder(): Promise<void> {
    const first = this.store.state.messages[0];
    if (!first) return;
    const older = await this.client.get<{ items: ChatMessage[]; has_more: boolean }>(`/messages?before=${first.id}`);
    this.store.set({ messages: merge(older.items, this.store.state.messages), hasMore: older.has_more });
  }

  markReadIfSeen(): void {
    const { open, messages, readUpTo } = this.store.state;
    const newest = lastId(messages.filter((message) => message.from !== "visitor"));
    if (!open || document.visibilityState !== "visible" || newest <= readUpTo) return;
    this.store.set({ readUpTo: newest });
    this.storage.set("read", String(newest));
    this.client.post("/read", { up_to: newest }).catch(() => undefined);
  }

  /** Up to which number nothing is missing here. */
  private get complete(): number {
    return lastWithoutGap(this.store.state.messages, this.store.state.hasMore);
  }

  get waiting(): boolean {
    return isWaiting(this.store.state);
  }

  private makeStream(): Stream {
    return new Stream({
      url: () => `${this.client.base}/stream`,
      headers: () => this.client.headers(),
      onEvent: (event) => this.hearing.on(event),
      onState: (connection) => {
        this.store.set({ connection });
        if (connection === "live") this.onLive();
      },
      onRefused: (status) => {
        if (status !== 401) return;
        if (this.identity || this.store.state.pending.length) void this.startOver().catch(() => undefined);
        else this.forget();
      },
    });
  }

  /** The stream is open: fetch what came before it was, and send what has waited. */
  private onLive(): void {
    this.catchingUp.run();
    this.outbox.flushSoon();
  }

  private watch(): void {
    watchPage({
      online: (online) => {
        this.store.set({ online });
        if (online) this.wake();
      },
      seen: () => {
        this.wake();
        this.markReadIfSeen();
      },
    });
    this.storage.onOtherTab("read", () => this.store.set({ readUpTo: Number(this.storage.get("read")) || 0 }));
    this.storage.onOtherTab("token", () => this.followOtherTab());
    // Where something on the way holds streams back, answers still come, only slower.
    setInterval(() => {
      const { connection, online } = this.store.state;
      if (this.session && online && (this.catchingUp.behind || connection !== "live")) this.catchingUp.run();
    }, POLL_MS);
    // Somebody who still looks at the page gets answers here; who has gone gets them by e-mail.
    setInterval(() => {
      const here = this.session && this.store.state.messages.length && document.visibilityState === "visible";
      if (here) this.client.post("/presence", {}).catch(() => undefined);
    }, PRESENCE_MS);
  }

  /** Another tab has let the visitor in, or has forgotten them. */
  private followOtherTab(): void {
    const token = this.storage.get("token");
    if (token === this.client.token) return;
    if (!token) return this.forget();
    this.session = null;
    void this.ensureSession().catch(() => undefined);
  }

  /** Don't sit out waits any longer. */
  private wake(): void {
    this.catchingUp.wake();
    if (this.session) this.stream.nudge();
    this.outbox.flushSoon();
    void this.desk.sendLeft();
  }
}
