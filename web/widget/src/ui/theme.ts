/** Colours for one accent on light or dark ground, each pair readable (WCAG AA, 4.5 to 1). */

type Rgb = [number, number, number];

export const AA = 4.5;
const FALLBACK: Rgb = [31, 92, 209];
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const INK: Rgb = [13, 17, 23];

const GROUND = {
  light: {
    surface: "#ffffff",
    raised: "#f3f4f7",
    ink: "#181b22",
    soft: "#5a6171",
    line: "#e4e7ec",
    "edge-of-field": "#8a91a0",
    danger: "#b3261e",
  },
  dark: {
    surface: "#171a20",
    raised: "#242932",
    ink: "#eceef3",
    soft: "#a6adbb",
    line: "#323844",
    "edge-of-field": "#6b7382",
    danger: "#ff9d94",
  },
};

export function parseColor(text: string): Rgb {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text.trim());
  if (short) return [1, 2, 3].map((n) => parseInt(`${short[n]}${short[n]}`, 16)) as Rgb;
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(text.trim());
  return long ? ([1, 2, 3].map((n) => parseInt(long[n] ?? "0", 16)) as Rgb) : FALLBACK;
}

/** Relative luminance, 0 (black) to 1 (white), as WCAG 2 defines it. */
export function luminance(color: Rgb): number {
  const [r, g, b] = color.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

export function mix(color: Rgb, towards: Rgb, share: number): Rgb {
  return color.map((value, index) => Math.round(value + ((towards[index] ?? 0) - value) * share)) as Rgb;
}

export function hex(color: Rgb): string {
  return `#${color.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Move `color` towards black or white until it can be read against `ground`. */
export function readable(color: Rgb, ground: Rgb): Rgb {
  const towards = luminance(ground) > 0.3 ? BLACK : WHITE;
  for (let share = 0; share < 1; share += 0.04) {
    const candidate = mix(color, towards, share);
    if (contrast(candidate, ground) >= AA) return candidate;
  }
  return towards;
}

/** The accent as a ground with the text colour that stands on it. A middling brand colour is deepened
 *  a little so that white stays readable; a truly light one gets dark text instead. */
export function accentPair(color: Rgb): { accent: Rgb; on: Rgb } {
  if (contrast(color, WHITE) >= 2.4) return { accent: readable(color, WHITE), on: WHITE };
  return { accent: color, on: contrast(color, INK) >= AA ? INK : BLACK };
}

/** The custom properties of the widget's style sheet. */
export function themeVariables(color: string, dark: boolean): Record<string, string> {
  const ground = dark ? GROUND.dark : GROUND.light;
  const surface = parseColor(ground.surface);
  const { accent, on } = accentPair(parseColor(color));
  const tint = mix(surface, accent, dark ? 0.16 : 0.09);
  return {
    ...ground,
    accent: hex(accent),
    on: hex(on),
    tint: hex(tint),
    link: hex(readable(accent, parseColor(ground.raised))),
    "tint-ink": hex(readable(accent, tint)),
  };
}
