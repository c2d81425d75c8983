import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refused, Unreachable } from "../src/core/client";
import { newClientId, Outbox } from "../src/core/outbox";
import { Storage } from "../src/core/storage";
import type { Pending } from "../src/types";

const NOW = new Date("2026-11-22T09:30:00Z");

/** The other side of the wire: takes messages, and can be away or refuse. */
class Desk {
  taken: string[] = [];
  trouble: Error | null = null;
  calls = 0;

  take = async (pending: Pending): Promise<void> => {
    this.calls += 1;
    await Promise.resolve();
    if (this.trouble) throw this.trouble;
    this.taken.push(pending.text);
  };
}

let desk: Desk;
let shown: Pending[];
const open = () => new Outbox(new Storage("KEY"), desk.take, (list) => (shown = list));

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  desk = new Desk();
  shown = [];
});
afterEach(() => vi.useRealTimers());

describe("outbox", () => {
  it("sends in the order written and is empty afterwards", async () => {
    const outbox = open();
    outbox.add("一", [], NOW);
    outbox.add("二", [], NOW);
    expect(shown.map((item) => item.text)).toEqual(["一", "二"]);
    await vi.runAllTimersAsync();
    expect(desk.taken).toEqual(["一", "二"]);
    expect(outbox.list()).toEqual([]);
    expect(shown).toEqual([]);
  });

  it("keeps a message while the network is away, tries again more and more slowly, and sends it once", async () => {
    desk.trouble = new Unreachable();
    const outbox = open();
    outbox.add("还在吗", [], NOW);
    await vi.advanceTimersByTimeAsync(0);
    expect(desk.calls).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(desk.calls).toBe(2);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(desk.calls).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(desk.calls).toBe(3);
    desk.trouble = null;
    await vi.advanceTimersByTimeAsync(4_000);
    expect(desk.taken).toEqual(["还在吗"]);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(desk.calls).toBe(4);
  });

  it("survives a reload with the same client id", async () => {
    desk.trouble = new Unreachable();
    const written = open().add("重要", [], NOW);
    await vi.advanceTimersByTimeAsync(0);
    vi.clearAllTimers();
    desk.trouble = null;
    const reloaded = open();
    expect(reloaded.list().map((item) => item.client_id)).toEqual([written.client_id]);
    await reloaded.flush();
    expect(desk.taken).toEqual(["重要"]);
  });

  it("marks what the server refuses with its reason, goes on with the next, and sends it when asked again", async () => {
    desk.trouble = new Refused(422, "chat.too_long", "太长了", 0);
    const outbox = open();
    const refused = outbox.add("长文", [], NOW);
    await vi.advanceTimersByTimeAsync(0);
    expect(outbox.list().map((item) => item.refused)).toEqual(["太长了"]);
    desk.trouble = null;
    outbox.add("短", [], NOW);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(desk.taken).toEqual(["短"]);
    outbox.retry(refused.client_id);
    await vi.advanceTimersByTimeAsync(0);
    expect(desk.taken).toEqual(["短", "长文"]);
  });

  it("waits as long as the server asks when it writes too fast", async () => {
    desk.trouble = new Refused(429, "too_fast", "慢一点", 20);
    open().add("快", [], NOW);
    await vi.advanceTimersByTimeAsync(19_999);
    expect(desk.calls).toBe(1);
    desk.trouble = null;
    await vi.advanceTimersByTimeAsync(1);
    expect(desk.taken).toEqual(["快"]);
  });

  it("doesn't sit out its wait when the network comes back", async () => {
    desk.trouble = new Unreachable();
    const outbox = open();
    outbox.add("回来了", [], NOW);
    await vi.advanceTimersByTimeAsync(20_000);
    desk.trouble = null;
    outbox.flushSoon();
    await vi.advanceTimersByTimeAsync(0);
    expect(desk.taken).toEqual(["回来了"]);
  });

  it("makes ids that don't repeat", () => {
    const ids = new Set(Array.from({ length: 1000 }, newClientId));
    expect(ids.size).toBe(1000);
    expect([...ids][0]).toMatch(/^[0-9a-f]{32}$/);
  });
});
