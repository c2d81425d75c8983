import { describe, expect, it } from "vitest";
import { takeEvents } from "../src/core/stream";

describe("reading the stream", () => {
  it("takes whole events and leaves the unfinished rest", () => {
    const { events, rest } = takeEvents('id: 4\nevent: message\ndata: {"id":4}\n\nevent: typing\nda');
    expect(events).toEqual([{ id: "4", name: "message", data: '{"id":4}' }]);
    expect(rest).toBe("event: typing\nda");
  });

  it("passes over comments that only keep the line open", () => {
    expect(takeEvents(": still here\n\n: still here\n\n")).toEqual({ events: [], rest: "" });
  });

  it("joins data of several lines and keeps colons in it", () => {
    const { events } = takeEvents("data: a: b\ndata: c\n\n");
    expect(events[0]?.data).toBe("a: b\nc");
  });
});
