import { expect, it } from "vitest";
import { Chat } from "../src/core/chat";
import { translate } from "../src/i18n";
import type { Wait } from "../src/types";
import type { Context } from "../src/ui/context";
import { WaitCard } from "../src/ui/waiting";

it("lets who asked to be called change the number or wait here after all", async () => {
  const chat = new Chat("http://desk.example", "shop", "zh-CN", false, false);
  chat.client.silent = true;
  const card = new WaitCard({ chat, isPage: false, t: (word: Parameters<typeof translate>[1], values = {}) => translate("zh-CN", word, values) } as unknown as Context);
  const shown = (call_back: Wait["call_back"]) => {
    card.update({ ...chat.store.state, wait: { place: 2, seconds: null, low: null, high: null, closed: "", call_back } as Wait });
    return [...card.element.querySelectorAll<HTMLElement>(":scope > button:not([hidden])")].map((button) => button.textContent);
  };
  expect(shown("offered")).toEqual(["请给我回电"]);
  expect(shown("taken")).toEqual(["修改", "不用回电了"]);
  card.element.querySelector<HTMLElement>(":scope > button:not([hidden])")!.click();
  expect(shown("taken")).toEqual(["暂不"]);
});
