import { beforeEach, describe, expect, it } from "vitest";
import { Client } from "../src/core/client";
import { troubles } from "../src/core/forms";
import { Greeter } from "../src/core/greeter";
import { openingWords, viewOf } from "../src/core/opening";
import { covers } from "../src/core/pages";
import { rowsOf } from "../src/core/rows";
import { firstState } from "../src/core/state";
import { Storage } from "../src/core/storage";
import { Store } from "../src/core/store";
import { translate, words } from "../src/i18n";
import type { ChatMessage, Config, Field, Greeting, State } from "../src/types";
import { linked } from "../src/ui/links";
import { contrast, parseColor, themeVariables } from "../src/ui/theme";

const CONFIG = { hours: null, offline: null, pre_chat: [], greetings: [], greet_every_hours: 24, texts: {} } as unknown as Config;
const stateWith = (config: Partial<Config>, more: Partial<State> = {}): State => ({
  ...firstState("zh-CN", false),
  config: { ...CONFIG, ...config },
  ...more,
});
const said = (from: ChatMessage["from"], at: string): ChatMessage => ({ id: 1, from, name: "", text: "x", files: [], at, client_id: "", read: false, machine: null });
const hours = (opens_at: string | null, is_open = false) => ({ is_open, opens_at, closes_at: null, zone: "Asia/Shanghai" });
const local = (day: number, hour: number) => new Date(2026, 5, day, hour, 0).toISOString();
const now = new Date(2026, 5, 5, 20, 0);

describe("opening", () => {
  const words = (opens: string | null, locale: "zh-CN" | "en") => openingWords(stateWith({ hours: hours(opens) }), now, locale);

  it("is told in the visitor's language and as near as a person would name the day", () => {
    expect(words(local(5, 21), "zh-CN")).toBe("现在休息中，今天 21:00 恢复服务");
    expect(words(local(6, 9), "en")).toBe("Closed now, back tomorrow at 09:00");
    expect(words(local(8, 9), "zh-CN")).toBe("现在休息中，星期一 09:00 恢复服务");
    expect(words(local(20, 9), "en")).toBe("Closed now, back on Jun 20 at 09:00");
    expect(words(null, "en")).toBe("We are closed now");
    expect(openingWords(stateWith({ hours: hours(null, true) }), now, "en")).toBe("");
    expect(openingWords(stateWith({}), now, "en")).toBe("");
  });

  const offline = { when_closed: true, is_unstaffed: false, intro: "", fields: [] };
  const view = (state: State) => viewOf(state, now.getTime(), "https://shop.example/checkout");

  it("puts a form in place of the chat when closed, and when nobody is there", () => {
    expect(view(stateWith({ hours: hours(null), offline }))).toBe("offline");
    expect(view(stateWith({ hours: hours(null), offline: { ...offline, when_closed: false } }))).toBe("chat");
    expect(view(stateWith({ hours: hours(null), offline: null }))).toBe("chat");
    expect(view(stateWith({ offline: { ...offline, is_unstaffed: true } }))).toBe("offline");
    expect(view(stateWith({ hours: hours(null, true), offline }))).toBe("chat");
  });

  it("does not cut off a conversation at closing time", () => {
    const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
    const closed = { hours: hours(null), offline };
    expect(view(stateWith(closed, { messages: [said("agent", minutesAgo(5))] }))).toBe("chat");
    expect(view(stateWith(closed, { messages: [said("agent", minutesAgo(45))] }))).toBe("offline");
    expect(view(stateWith(closed, { messages: [said("agent", minutesAgo(5))], ended: true }))).toBe("offline");
  });

  it("asks a page's form before the first message, once, and again after an end", () => {
    const pre_chat = [{ pages: ["/checkout*"], intro: "", fields: [] }];
    expect(view(stateWith({ pre_chat }))).toBe("form");
    expect(viewOf(stateWith({ pre_chat }), 0, "https://shop.example/")).toBe("chat");
    expect(view(stateWith({ pre_chat }, { answered: true }))).toBe("chat");
    const begun = { messages: [said("visitor", now.toISOString())] };
    expect(view(stateWith({ pre_chat }, begun))).toBe("chat");
    expect(view(stateWith({ pre_chat }, { ...begun, ended: true }))).toBe("form");
  });
});

it("judges pages as the desk does", () => {
  const judged: [string[], string, boolean][] = [
    [[], "https://shop.example/x", true],
    [["/pricing"], "https://shop.example/pricing", true],
    [["/pricing"], "https://shop.example/pricing/more", false],
    [["/pricing*"], "https://shop.example/pricing/more", true],
    [["/"], "https://shop.example", false],
    [["/"], "https://shop.example/", true],
    [["*checkout*"], "https://shop.example/zh/Checkout/2", true],
    [["https://a.example/*"], "https://b.example/", false],
    [["/a.c"], "https://shop.example/abc", false],
  ];
  for (const [pages, url, covered] of judged) expect(covers(pages, url), `${pages} ${url}`).toBe(covered);
});

it("judges answers as the desk does", () => {
  const field = (type: Field["type"], required = true): Field => ({ key: "k", type, label: "", required, options: ["a"] });
  const judge = (type: Field["type"], value: string | number | boolean | undefined, required = true) =>
    troubles([field(type, required)], value === undefined ? {} : { k: value })["k"] ?? "";
  expect(judge("text", "  ")).toBe("required");
  expect(judge("text", "", false)).toBe("");
  expect(judge("email", "lin@")).toBe("email");
  expect(judge("email", "lin@example.com")).toBe("");
  expect(judge("phone", "138 0013 8000")).toBe("");
  expect(judge("phone", "abc")).toBe("phone");
  expect(judge("choice", 0)).toBe("");
  expect(judge("choice", undefined)).toBe("required");
  expect(judge("consent", false)).toBe("required");
  expect(judge("consent", false, false)).toBe("");
  expect(judge("name", "长".repeat(101))).toBe("too_long");
});

describe("greetings", () => {
  const rule = (more: Partial<Greeting> = {}): Greeting => ({ id: "hello", pages: [], text: "需要帮忙吗？", after_seconds: 10, scroll_percent: 0, visits: "any", signed_in: "any", ...more });
  const greeter = (greetings: Greeting[], more: Partial<State> = {}, config: Partial<Config> = {}) => {
    const store = new Store(stateWith({ greetings, ...config }, more));
    return { store, greeter: new Greeter(store, new Storage("KEY")) };
  };
  const start = Date.now();
  const after = (made: ReturnType<typeof greeter>, seconds: number) => {
    made.greeter.look(start);
    made.greeter.look(start + seconds * 1_000);
    return made.store.state.greeting?.id ?? "";
  };
  beforeEach(() => localStorage.clear());

  it("wait for their time", () => {
    expect(after(greeter([rule()]), 9)).toBe("");
    expect(after(greeter([rule()]), 10)).toBe("hello");
  });

  it("come at most once in their time, and never again once waved away", () => {
    const first = greeter([rule()]);
    after(first, 10);
    first.greeter.dismiss();
    expect(first.store.state.greeting).toBe(null);
    expect(after(greeter([rule({ id: "other" })]), 3_600)).toBe("");
    const nextDay = greeter([rule(), rule({ id: "other" })], {}, { greet_every_hours: 0 });
    expect(after(nextDay, 10)).toBe("other");
  });

  it("hold back where a conversation is, where nobody is there and on other pages", () => {
    expect(after(greeter([rule()], { messages: [said("visitor", now.toISOString())] }), 10)).toBe("");
    expect(after(greeter([rule()], {}, { hours: hours(null) }), 10)).toBe("");
    expect(after(greeter([rule()], { open: true }), 10)).toBe("");
    expect(after(greeter([rule({ pages: ["/nowhere"] })]), 10)).toBe("");
  });

  it("know who is signed in and who has been here before", () => {
    expect(after(greeter([rule({ signed_in: "yes" })]), 10)).toBe("");
    expect(after(greeter([rule({ signed_in: "yes" })], { identified: true }), 10)).toBe("hello");
    localStorage.clear();
    expect(after(greeter([rule({ visits: "returning" })]), 10)).toBe("");
    new Storage("KEY").set("visits", "2");
    expect(after(greeter([rule({ visits: "returning" })]), 10)).toBe("hello");
    localStorage.clear();
    new Storage("KEY").set("visits", "2");
    expect(after(greeter([rule({ visits: "first" })]), 10)).toBe("");
  });

  it("stand at the end of the conversation until they are answered", () => {
    const rows = rowsOf({ messages: [], pending: [], greeting: rule() });
    expect(rows.map((row) => [row.kind, row.side, row.text])).toEqual([
      ["day", "other", ""],
      ["message", "other", "需要帮忙吗？"],
    ]);
  });
});

it("says a channel's own words in place of ours", () => {
  expect(translate("en", "send", {}, { send: "Go" })).toBe("Go");
  expect(translate("en", "typing", { name: "Mei" }, { typing: "{name} writes" })).toBe("Mei writes");
  expect(translate("en", "send", {}, { send: "" })).toBe("Send");
  expect(Object.keys(words.en)).toEqual(Object.keys(words["zh-CN"]));
});

it("keeps links in the page where there is no other window", () => {
  const link = (here: boolean) => linked("https://a.example", here)[0] as HTMLAnchorElement;
  expect([link(false).target, link(true).target]).toEqual(["_blank", ""]);
});

it("draws fields that can be told from their ground", () => {
  for (const dark of [false, true]) {
    const colors = themeVariables("#1f5cd1", dark);
    expect(contrast(parseColor(colors["edge-of-field"] ?? ""), parseColor(colors["surface"] ?? ""))).toBeGreaterThan(3);
  }
});

it("keeps nothing and asks nobody in a preview", async () => {
  localStorage.clear();
  const storage = new Storage("preview", false);
  storage.set("draft", "x");
  expect([storage.get("draft"), localStorage.length]).toEqual(["x", 0]);
  const client = new Client("http://127.0.0.1:1", () => "en");
  client.silent = true;
  await expect(client.get("/config")).rejects.toThrow();
});
