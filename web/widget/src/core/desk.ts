import { translate, type Word } from "../i18n";
import type { ChatMessage, Left, State, Values, Wait } from "../types";
import { type Client, Refused } from "./client";
import { troubles, type Trouble } from "./forms";
import { preChatOf } from "./opening";
import { newClientId } from "./outbox";
import type { Storage } from "./storage";
import type { Store } from "./store";
import { pageUrl } from "./watching";

const TRY_AGAIN_MS = 5_000;
const WORD: Record<string, Word> = { required: "required", email: "emailInvalid", phone: "phoneInvalid", too_long: "tooLong", choice: "required" };

interface Around {
  ready: () => Promise<void>;
  receive: (messages: ChatMessage[]) => void;
}

/** What a visitor can ask of the desk beside writing: fill in, leave a message, end, rate, have the transcript. */
export class Desk {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private store: Store<State>,
    private client: Client,
    private storage: Storage,
    private around: Around,
  ) {}

  async fillIn(values: Values): Promise<boolean> {
    const fields = preChatOf(this.store.state)?.fields ?? [];
    if (this.isWrong(troubles(fields, values))) return false;
    return this.ask("/forms", { values, page_url: pageUrl() }, { answered: true });
  }

  /** Keep the message on this device until the desk has it, so that a dropped network loses nothing. */
  leave(text: string, email: string, values: Values): boolean {
    const fields = this.store.state.config?.offline?.fields ?? [];
    const wrong = troubles(fields, values);
    const own = troubles(
      [
        { key: "email", type: "email", label: "", required: true, options: [] },
        { key: "message", type: "long", label: "", required: true, options: [] },
      ],
      { email, message: text },
    );
    if (this.isWrong({ ...wrong, ...own })) return false;
    const left: Left = { client_id: newClientId(), text: text.trim(), email: email.trim(), values, page_url: pageUrl() };
    this.storage.setList("left", [left]);
    void this.sendLeft();
    return true;
  }

  async sendLeft(): Promise<void> {
    const [left] = this.storage.getList<Left>("left");
    if (!left || this.store.state.leaving === "sending") return;
    clearTimeout(this.timer);
    this.store.set({ leaving: "sending", formErrors: {} });
    try {
      await this.around.ready();
      const message = await this.client.post<ChatMessage>("/offline-messages", left);
      this.storage.setList("left", []);
      this.store.set({ leaving: "left", email: left.email, ended: false });
      this.around.receive([message]);
    } catch (error) {
      if (error instanceof Refused && !error.passing) {
        this.storage.setList("left", []);
        this.store.set({ leaving: "no", formErrors: this.wordsFor(error) });
        return;
      }
      this.store.set({ leaving: "waiting" });
      this.timer = setTimeout(() => void this.sendLeft(), TRY_AGAIN_MS);
    }
  }

  end(): Promise<boolean> {
    return this.ask("/end", {}, { ended: true, answered: false, ...(this.store.state.rating === "hidden" ? { rating: "asked" } : {}) });
  }

  async rate(score: number, reasons: string[], words: string): Promise<void> {
    this.store.set({ rating: "sending" });
    const done = await this.ask("/ratings", { score, reasons, words }, { rating: "thanked" });
    if (!done && this.store.state.rating === "sending") this.store.set({ rating: "asked" });
  }

  /** Whether a machine's answer helped; it shows at once, and is taken back where it could not be told. */
  async rateAnswer(id: number, helped: boolean): Promise<void> {
    this.showHelped(id, helped);
    try {
      await this.around.ready();
      await this.client.post(`/messages/${id}/feedback`, { helped });
    } catch (error) {
      this.showHelped(id, null);
      this.store.set({ notice: error instanceof Refused && error.detail ? error.detail : this.word("notSaved") });
    }
  }

  /** The source of an answer was opened. Not telling it costs the visitor nothing. */
  openSource(id: number): void {
    this.client.post(`/messages/${id}/source`, {}).catch(() => undefined);
  }

  private showHelped(id: number, helped: boolean | null): void {
    const messages = this.store.state.messages.map((message) =>
      message.id === id && message.machine ? { ...message, machine: { ...message.machine, helped } } : message,
    );
    this.store.set({ messages });
  }

  async mailTranscript(email: string): Promise<void> {
    if (this.isWrong(troubles([{ key: "transcript", type: "email", label: "", required: true, options: [] }], { transcript: email }))) return;
    await this.ask("/transcripts", { email: email.trim() }, { sheet: "transcript-sent", email: email.trim() });
  }

  async askWait(): Promise<void> {
    try {
      this.store.set({ wait: await this.client.get<Wait>("/wait") });
    } catch {
      this.store.set({ wait: null });
    }
  }

  /** Be called when it is one's turn; the place stays. */
  async callBack(phone: string): Promise<boolean> {
    if (this.isWrong(troubles([{ key: "phone", type: "phone", label: "", required: true, options: [] }], { phone }))) return false;
    return this.askCall("", "taken", { phone: phone.trim() });
  }

  /** Wait here after all, at the same place. */
  dropCall(): Promise<boolean> {
    return this.askCall("/withdrawal", "offered", {});
  }

  private askCall(path: string, call_back: Wait["call_back"], body: object): Promise<boolean> {
    const { wait } = this.store.state;
    const take = (line: unknown) => this.around.receive([line as ChatMessage]);
    return this.ask(`/call-backs${path}`, { client_id: newClientId(), ...body }, { wait: wait && { ...wait, call_back } }, take);
  }

  private async ask(path: string, body: unknown, done: Partial<State>, take?: (answer: unknown) => void): Promise<boolean> {
    if (this.store.state.formBusy) return false;
    this.store.set({ formBusy: true, formErrors: {} });
    try {
      await this.around.ready();
      const answer = await this.client.post(path, body);
      this.store.set({ formBusy: false, ...done });
      take?.(answer);
      return true;
    } catch (error) {
      this.store.set({ formBusy: false, formErrors: this.wordsFor(error) });
      return false;
    }
  }

  private isWrong(found: Record<string, Trouble>): boolean {
    const wrong = Object.entries(found).map(([key, trouble]) => [key, this.word(WORD[trouble] ?? "required")]);
    this.store.set({ formErrors: Object.fromEntries(wrong) as Record<string, string> });
    return wrong.length > 0;
  }

  private wordsFor(error: unknown): Record<string, string> {
    if (!(error instanceof Refused)) return { form: this.word("notSaved") };
    const fields = Object.entries(error.fields).map(([key, trouble]) => [key, this.word(WORD[trouble] ?? "required")]);
    return fields.length ? (Object.fromEntries(fields) as Record<string, string>) : { form: error.detail || this.word("notSaved") };
  }

  private word(key: Word): string {
    const { locale, config } = this.store.state;
    return translate(locale, key, {}, config?.texts);
  }
}
