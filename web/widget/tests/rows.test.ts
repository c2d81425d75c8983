import { describe, expect, it } from "vitest";
import { rowsOf } from "../src/core/rows";
import { clock, dayName, fileSize } from "../src/core/time";
import { isWaiting, lastWithoutGap, markRead, merge, unreadCount, waitingSince } from "../src/core/transcript";
import type { ChatMessage, Pending } from "../src/types";

const message = (id: number, from: ChatMessage["from"], minute: number, more: Partial<ChatMessage> = {}): ChatMessage => ({
  id,
  from,
  name: from === "agent" ? "王小雨" : "",
  text: `m${id}`,
  files: [],
  at: new Date(2026, 10, 22, 9, minute).toISOString(),
  client_id: "",
  read: false,
  machine: null,
  ...more,
});
const pending = (client_id: string, minute: number): Pending => ({
  client_id,
  text: client_id,
  files: [],
  at: new Date(2026, 10, 22, 9, minute).toISOString(),
  refused: "",
});

describe("rows", () => {
  it("puts a day before its first message and groups runs of one person within five minutes", () => {
    const rows = rowsOf({
      messages: [message(1, "agent", 0), message(2, "agent", 4), message(3, "agent", 10), message(4, "visitor", 11)],
      pending: [],
    });
    expect(rows.map((row) => row.kind)).toEqual(["day", "message", "message", "message", "message"]);
    expect(rows.slice(1).map((row) => [row.first, row.last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  it("shows a pending message once, even after the server has confirmed it", () => {
    const confirmed = message(1, "visitor", 0, { client_id: "a" });
    const rows = rowsOf({ messages: [confirmed], pending: [pending("a", 0), pending("b", 1)] });
    expect(rows.filter((row) => row.kind === "message").map((row) => [row.key, row.state])).toEqual([
      ["c-a", "sent"],
      ["c-b", "sending"],
    ]);
  });

  it("says 'read' and 'delivered' once each, under the newest they are true of", () => {
    const rows = rowsOf({
      messages: [
        message(1, "visitor", 0, { read: true }),
        message(2, "visitor", 1, { read: true }),
        message(3, "visitor", 2),
        message(4, "visitor", 3),
      ],
      pending: [],
    });
    expect(rows.slice(1).map((row) => row.state)).toEqual(["", "read", "", "sent"]);
  });
});

describe("transcript", () => {
  it("keeps each message once, newest copy, in the server's order", () => {
    const merged = merge([message(1, "visitor", 0), message(3, "agent", 2)], [message(2, "agent", 1), message(3, "agent", 2, { text: "改" })]);
    expect(merged.map((item) => item.text)).toEqual(["m1", "m2", "改"]);
  });

  it("knows where the first gap is, so that nothing missed stays missed", () => {
    const at = (hasMore: boolean, ...ids: number[]) => lastWithoutGap(ids.map((id) => message(id, "agent", id)), hasMore);
    expect([at(false), at(false, 1, 2, 3), at(false, 1, 2, 5, 6)]).toEqual([0, 3, 2]);
    expect([at(true, 11, 12, 14), at(true, 3)]).toEqual([12, 3]);
    expect(at(false, 2)).toBe(0); // the greeting that came before it
  });

  it("counts only agents' messages after the read mark", () => {
    const messages = [message(1, "agent", 0), message(2, "visitor", 1), message(3, "agent", 2), message(4, "system", 3)];
    expect(unreadCount(messages, 1)).toBe(1);
  });

  it("marks own messages up to the other side's read mark", () => {
    const read = markRead([message(1, "visitor", 0), message(2, "agent", 1), message(3, "visitor", 2)], 2);
    expect(read.map((item) => item.read)).toEqual([true, false, false]);
  });

  it("knows since when the visitor waits, and that a system line is no answer", () => {
    const messages = [message(1, "visitor", 0), message(2, "agent", 1), message(3, "visitor", 5), message(4, "visitor", 6), message(5, "system", 7)];
    expect(new Date(waitingSince(messages)).getMinutes()).toBe(5);
    expect(isWaiting({ messages, pending: [] })).toBe(true);
    expect(waitingSince(messages.slice(0, 2))).toBe(0);
    expect(isWaiting({ messages: messages.slice(0, 2), pending: [] })).toBe(false);
  });
});

describe("times", () => {
  const now = new Date(2026, 10, 22, 0, 5);
  it("names days as people do", () => {
    expect(dayName(new Date(2026, 10, 22, 0, 1), now, "zh-CN")).toBe("今天");
    expect(dayName(new Date(2026, 10, 21, 23, 59), now, "en")).toBe("Yesterday");
    expect(dayName(new Date(2026, 10, 2), now, "zh-CN")).toBe("11月2日");
    expect(dayName(new Date(2025, 10, 2), now, "en")).toBe("Nov 2, 2025");
  });
  it("shows hours as 00 to 23", () => {
    expect(clock(now, "en")).toBe("00:05");
    expect(clock(new Date(2026, 1, 1, 14, 3), "zh-CN")).toBe("14:03");
  });
  it("tells sizes shortly", () => {
    expect([fileSize(512), fileSize(48_213), fileSize(1_248_213)]).toEqual(["512 B", "47 kB", "1.2 MB"]);
  });
});
