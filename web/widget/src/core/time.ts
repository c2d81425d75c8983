import { translate, type Locale } from "../i18n";

const DAY_MS = 86_400_000;

export function clock(at: Date, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** 今天 / Yesterday / 11月20日 / Nov 20, 2025: how a person would name the day. */
export function dayName(at: Date, now: Date, locale: Locale): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / DAY_MS);
  if (days === 0) return translate(locale, "today");
  if (days === 1) return translate(locale, "yesterday");
  const options: Intl.DateTimeFormatOptions = { month: locale === "en" ? "short" : "long", day: "numeric" };
  if (at.getFullYear() !== now.getFullYear()) options.year = "numeric";
  return new Intl.DateTimeFormat(locale, options).format(at);
}

export function startOfDay(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
