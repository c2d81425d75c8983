import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installApi } from "../src/api";
import { Chat } from "../src/core/chat";
import type { ChatMessage, Config } from "../src/types";
import { Widget } from "../src/ui/widget";

const CONFIG: Config = {
  name: "青禾",
  title: "青禾客服",
  greeting: "你好",
  reply_hint: "",
  launcher_label: "",
  color: "#1f5cd1",
  color_dark: "",
  theme: "light",
  position: "right",
  corners: "round",
  launcher_icon: "chat",
  edge_side: 20,
  edge_bottom: 20,
  logo: "",
  avatar: "",
  email_offered: true,
  email_after_seconds: 3600,
  max_file_bytes: 1024,
  hours: null,
  offline: null,
  pre_chat: [],
  greetings: [],
  greet_every_hours: 24,
  texts: {},
  shows_wait: false,
  offers_person: false,
  good_reasons: ["quick"],
  bad_reasons: ["slow"],
};

/** A desk at the other end of a real connection, as far as the contract goes. */
class Desk {
  server: Server = createServer((request, response) => void this.answer(request, response));
  messages: ChatMessage[] = [];
  bodies: Record<string, unknown>[] = [];
  streams: ServerResponse[] = [];
  down = false;

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  say(text: string): void {
    const message = this.message("agent", text, "");
    for (const stream of this.streams) stream.write(`id: ${message.id}\nevent: message\ndata: ${JSON.stringify(message)}\n\n`);
  }

  private message(from: "visitor" | "agent", text: string, client_id: string): ChatMessage {
    const known = this.messages.find((item) => client_id && item.client_id === client_id);
    if (known) return known;
    const id = this.messages.length + 1;
    const made: ChatMessage = { id, from, name: from === "agent" ? "王小雨" : "", text, files: [], at: new Date().toISOString(), client_id, read: false, machine: null };
    this.messages.push(made);
    return made;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").replace("/api/chat/v1/KEY", "");
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Methods", "GET, POST");
    response.setHeader("Access-Control-Allow-Headers", "authorization, content-type, accept-language, accept");
    if (this.down) return void request.socket.destroy();
    if (request.method === "OPTIONS") return void response.end();
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const body = (text ? JSON.parse(text) : {}) as Record<string, unknown>;
    if (request.method === "POST") this.bodies.push({ path, ...body });
    const json = (value: unknown) => response.end(JSON.stringify(value));
    if (path.startsWith("/config")) return void json(CONFIG);
    if (path === "/sessions") {
      const history = body["visitor_token"] ? this.messages : [];
      return void json({ visitor_token: "t1", conversation_id: null, history, has_more: false, read_up_to: 0, email: "", is_answered: false, is_ended: false, asks_rating: false });
    }
    if (path === "/messages" && request.method === "POST") return void json(this.message("visitor", String(body["text"]), String(body["client_id"])));
    if (path.startsWith("/stream")) {
      response.write("event: hello\ndata: {}\n\n");
      this.streams.push(response);
      return;
    }
    if (path.startsWith("/messages")) {
      const after = Number(new URL(path, "http://desk").searchParams.get("after"));
      return void json({ items: this.messages.filter((item) => item.id > after), has_more: false, staff_read_up_to: 0 });
    }
    json({});
  }
}

let desk: Desk;
let base: string;
const made: Chat[] = [];

function chatHere(): { chat: Chat; widget: Widget } {
  const chat = new Chat(base, "KEY", "zh-CN", false);
  made.push(chat);
  return { chat, widget: new Widget(chat, null) };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("it did not come to that");
}

const part = <E extends Element>(widget: Widget, selector: string): E =>
  widget.host.shadowRoot!.querySelector<E>(selector)!;

beforeEach(async () => {
  localStorage.clear();
  desk = new Desk();
  base = await desk.start();
  Reflect.deleteProperty(window, "ZhiyinChat");
});
afterEach(() => {
  for (const chat of made.splice(0)) chat.forget();
  document.querySelectorAll("zhiyin-chat").forEach((host) => host.remove());
  desk.stop();
});

describe("a visit", () => {
  it("asks for nothing but the settings until the visitor writes", async () => {
    const { chat, widget } = chatHere();
    await chat.start();
    widget.open();
    expect(part(widget, ".panel").getAttribute("role")).toBe("dialog");
    expect(desk.bodies).toEqual([]);
  });

  it("shows a message at once, confirms it, and hears the answer live", async () => {
    const { chat, widget } = chatHere();
    await chat.start();
    widget.open();
    const write = part<HTMLTextAreaElement>(widget, ".write");
    write.value = "你好";
    write.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    chat.store.tell();
    expect(part(widget, ".row.own").className).toContain("sending");
    await until(() => desk.messages.length === 1 && chat.outbox.list().length === 0);
    await until(() => desk.streams.length === 1);
    desk.say("您好，我是王小雨");
    await until(() => part(widget, ".row.other") !== null);
    expect(part(widget, ".row.other .bubble").textContent).toBe("您好，我是王小雨");
    await until(() => desk.bodies.some((body) => body["path"] === "/read" && body["up_to"] === 2));
  });

  it("counts what came while the panel was closed and tells the host page", async () => {
    const { chat, widget } = chatHere();
    const told: number[] = [];
    window.ZhiyinChat = Object.assign(() => undefined, { q: [["on", "unread", (n: number) => told.push(n)]] });
    installApi(widget);
    await chat.start();
    chat.outbox.add("在吗", [], new Date());
    await until(() => desk.streams.length === 1);
    desk.say("在的");
    await until(() => told.includes(1));
    expect(part(widget, ".badge").textContent).toBe("1");
    widget.open();
    await until(() => told[told.length - 1] === 0);
  });

  it("brings the history back on return and keeps what the desk had not received", async () => {
    const first = chatHere();
    await first.chat.start();
    first.chat.outbox.add("第一句", [], new Date());
    await until(() => desk.messages.length === 1);
    desk.down = true;
    first.chat.outbox.add("断网时写的", [], new Date());
    await new Promise((resolve) => setTimeout(resolve, 50));
    desk.down = false;
    const second = chatHere();
    await second.chat.start();
    await until(() => second.chat.store.state.messages.length === 2);
    expect(second.chat.store.state.messages.map((message) => message.text)).toEqual(["第一句", "断网时写的"]);
  });

  it("forgets the visitor when the host page signs them out", async () => {
    const { chat } = chatHere();
    await chat.start();
    chat.outbox.add("私事", [], new Date());
    await until(() => desk.messages.length === 1);
    chat.forget();
    expect(Object.keys(localStorage).filter((key) => /token|draft|read|outbox/.test(key))).toEqual([]);
    expect(chat.store.state.messages).toEqual([]);
  });

  it("passes the host page's identity on, with its proof", async () => {
    const { chat, widget } = chatHere();
    chat.identify({ id: "u7", name: "林晓", hmac: "abc" });
    await chat.start();
    expect(desk.bodies).toEqual([]);
    widget.open();
    await until(() => desk.bodies.length > 0);
    expect(desk.bodies[0]?.["identity"]).toEqual({ id: "u7", name: "林晓", hmac: "abc" });
  });

  it("refuses a file that is too large before sending it", async () => {
    const { chat } = chatHere();
    await chat.start();
    chat.uploads.add([new File([new Uint8Array(2048)], "大.bin")]);
    expect(chat.store.state.notice).toContain("大.bin");
    expect(desk.bodies).toEqual([]);
  });

  it("checks an e-mail address before saving it", async () => {
    const { chat, widget } = chatHere();
    await chat.start();
    widget.open();
    chat.email.offer();
    chat.store.tell();
    const form = part<HTMLFormElement>(widget, ".email form");
    part<HTMLInputElement>(widget, ".email input").value = "lin@";
    form.dispatchEvent(new Event("submit", { cancelable: true }));
    chat.store.tell();
    expect(part(widget, ".email .error").textContent).toContain("name@example.com");
    part<HTMLInputElement>(widget, ".email input").value = "lin@example.com";
    form.dispatchEvent(new Event("submit", { cancelable: true }));
    await until(() => desk.bodies.some((body) => body["path"] === "/email" && body["email"] === "lin@example.com"));
    await until(() => chat.store.state.emailCard === "saved");
  });

  it("closes with Escape and gives the focus back", async () => {
    const { chat, widget } = chatHere();
    await chat.start();
    const button = document.createElement("button");
    document.body.append(button);
    button.focus();
    widget.open();
    part(widget, ".panel").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect(part<HTMLElement>(widget, ".panel").hidden).toBe(true);
    expect(document.activeElement).toBe(button);
  });
});
