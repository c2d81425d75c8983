import { localeOf, type Locale } from "../i18n";
import { luminance } from "./theme";

/** What the host page is like: its language and whether it is dark. */

export function pageLocale(script: HTMLScriptElement | null): Locale {
  const said = script?.dataset["locale"] || document.documentElement.lang || navigator.language;
  return localeOf(said);
}

export function pageIsDark(): boolean {
  for (const element of [document.body, document.documentElement]) {
    const ground = /rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)/.exec(getComputedStyle(element).backgroundColor);
    if (ground && ground[4] !== "0") {
      return luminance([Number(ground[1]), Number(ground[2]), Number(ground[3])]) < 0.2;
    }
  }
  // A page without a ground of its own is white, unless it lets the browser go dark.
  const told = document.querySelector<HTMLMetaElement>("meta[name=color-scheme]")?.content ?? "";
  const own = getComputedStyle(document.documentElement).colorScheme;
  const scheme = own && own !== "normal" ? own : told;
  return scheme.includes("dark") && (!scheme.includes("light") || prefersDark().matches);
}

function prefersDark(): MediaQueryList {
  return matchMedia("(prefers-color-scheme: dark)");
}

/** Pages switch language and theme without a reload; both show in attributes of <html> or <body>. */
export function watchPage(changed: () => void): void {
  const observer = new MutationObserver(changed);
  const options = { attributes: true, attributeFilter: ["lang", "class", "style", "data-theme"] };
  for (const element of [document.documentElement, document.body]) observer.observe(element, options);
  prefersDark().addEventListener("change", changed);
}
