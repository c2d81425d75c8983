import { describe, expect, it } from "vitest";
import { localeOf, translate } from "../src/i18n";
import { firstLetter } from "../src/ui/bubble";
import { isPlainEnter } from "../src/ui/composer";
import { linked } from "../src/ui/links";

const key = (more: KeyboardEventInit & { keyCode?: number }) =>
  new KeyboardEvent("keydown", { key: "Enter", ...more } as KeyboardEventInit);

describe("Enter", () => {
  it("sends when plain", () => expect(isPlainEnter(key({}))).toBe(true));
  it("makes a new line with Shift", () => expect(isPlainEnter(key({ shiftKey: true }))).toBe(false));
  it("belongs to the input method while Chinese is being composed", () => {
    expect(isPlainEnter(key({ isComposing: true }))).toBe(false);
  });
  it("belongs to the input method where Safari reports it after the composition", () => {
    const late = key({});
    Object.defineProperty(late, "keyCode", { value: 229 });
    expect(isPlainEnter(late)).toBe(false);
  });
});

describe("links", () => {
  const text = (words: string) => linked(words).map((part) => (typeof part === "string" ? part : `<${part.textContent}>`));

  it("ends an address before Chinese text and punctuation", () => {
    expect(text("请看https://a.example/x?y=1，然后重试")).toEqual(["请看", "<https://a.example/x?y=1>", "，然后重试"]);
    expect(text("See https://a.example/x.")).toEqual(["See ", "<https://a.example/x>", "."]);
  });

  it("leaves scripts and markup as text", () => {
    expect(text("javascript:alert(1) <b>x</b>")).toEqual(["javascript:alert(1) <b>x</b>"]);
  });

  it("opens elsewhere and tells the other site nothing", () => {
    const link = linked("http://a.example")[0] as HTMLAnchorElement;
    expect([link.target, link.rel]).toEqual(["_blank", "noopener noreferrer nofollow"]);
  });
});

describe("language", () => {
  it("is Chinese for every kind of Chinese, else English", () => {
    expect(["zh", "zh-CN", "ZH-Hant-TW", "en-GB", "fr", ""].map(localeOf)).toEqual(["zh-CN", "zh-CN", "zh-CN", "en", "en", "en"]);
  });
  it("puts names into sentences and leaves unknown places alone", () => {
    expect(translate("zh-CN", "typing", { name: "王小雨" })).toBe("王小雨正在输入");
    expect(translate("en", "says", {})).toBe("{name}: ");
  });
  it("takes the first letter of any name, also outside the basic plane", () => {
    expect([firstLetter(" mia"), firstLetter("王"), firstLetter("𠮷野"), firstLetter("")]).toEqual(["M", "王", "𠮷", ""]);
  });
});
