import { describe, expect, it } from "vitest";
import { Chat } from "../src/core/chat";
import { rowsOf } from "../src/core/rows";
import { offersPerson } from "../src/core/transcript";
import { translate } from "../src/i18n";
import type { ChatMessage, Config, Machine } from "../src/types";
import { drawRow } from "../src/ui/bubble";
import type { Context } from "../src/ui/context";

const TEXT = "您想问的是哪一个？请选一项\n1. 电子发票\n2. 纸质发票";
const asked: Machine = { kind: "asked", sources: [], choices: ["电子发票", "纸质发票"], helped: null };
const line = (id: number, from: ChatMessage["from"], text: string, machine: Machine | null): ChatMessage => ({ id, from, name: "", text, files: [], at: new Date().toISOString(), client_id: "", read: false, machine });

function drawn(messages: ChatMessage[]): { element: HTMLElement; chat: Chat } {
  const chat = new Chat("http://desk.example", "shop", "zh-CN", false, false);
  chat.client.silent = true;
  const context = { chat, isPage: false, t: (word: Parameters<typeof translate>[1], values = {}) => translate("zh-CN", word, values) } as unknown as Context;
  const rows = rowsOf({ messages, pending: [] }).filter((row) => row.kind === "message");
  return { element: drawRow(rows.find((row) => row.id === 1)!, context, true), chat };
}

describe("what may be picked", () => {
  it("stands as buttons in place of the numbered lines, and a press says it", () => {
    const { element, chat } = drawn([line(1, "agent", TEXT, asked)]);
    const buttons = [...element.querySelectorAll("button")];
    expect(buttons.map((button) => button.textContent)).toEqual(["电子发票", "纸质发票"]);
    expect(element.querySelector(".bubble")!.textContent).toBe("您想问的是哪一个？请选一项");
    buttons[1]!.click();
    expect(chat.store.state.pending.map((one) => one.text)).toEqual(["纸质发票"]);
  });

  it("is words again once something was said", () => {
    const { element } = drawn([line(1, "agent", TEXT, asked), line(2, "visitor", "1", null)]);
    expect(element.querySelectorAll("button")).toHaveLength(0);
    expect(element.querySelector(".bubble")!.textContent).toBe(TEXT);
  });

  it("is nothing where a server of before tells of none", () => {
    const { element } = drawn([line(1, "agent", "1. 开头", { kind: "greeting", sources: [], helped: null })]);
    expect(element.querySelectorAll("button")).toHaveLength(0);
    expect(element.querySelector(".bubble")!.textContent).toBe("1. 开头");
  });
});

it("offers a person while a machine asks, and not once people have it", () => {
  const config = { offers_person: true } as Config;
  const told = (kind: Machine["kind"]) => offersPerson({ config, messages: [line(1, "agent", "x", { ...asked, kind })], ended: false }, Date.now());
  expect(["answer", "greeting", "asked"].map((kind) => told(kind as Machine["kind"]))).toEqual([true, true, true]);
  expect(["unsure", "passed", "handed"].map((kind) => told(kind as Machine["kind"]))).toEqual([false, false, false]);
});
