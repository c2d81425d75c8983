import { describe, expect, it } from "vitest";
import { AA, accentPair, contrast, parseColor, themeVariables } from "../src/ui/theme";

const COLORS = ["#1f5cd1", "#ff6600", "#ffd400", "#07c160", "#000", "#fff", "#888888", "#e60012", "#00b5ad", "not a colour"];

describe("colours of any brand stay readable", () => {
  for (const color of COLORS) {
    for (const dark of [false, true]) {
      it(`${color} on ${dark ? "dark" : "light"}`, () => {
        const v = themeVariables(color, dark);
        const of = (name: string) => parseColor(v[name] ?? "");
        const pairs = [
          ["on", "accent"],
          ["link", "raised"],
          ["tint-ink", "tint"],
          ["ink", "surface"],
          ["ink", "tint"],
          ["soft", "surface"],
          ["soft", "tint"],
          ["danger", "surface"],
        ] as const;
        for (const [text, ground] of pairs) {
          expect(contrast(of(text), of(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(AA);
        }
      });
    }
  }

  it("keeps white text on middling brand colours and gives light ones dark text", () => {
    expect(accentPair(parseColor("#ff6600")).on).toEqual([255, 255, 255]);
    expect(accentPair(parseColor("#ffd400")).on).toEqual([13, 17, 23]);
  });
});
