import css from "./widget.css?inline";

/** The widget's styles as constructable sheets: a strict `style-src` of the host page doesn't touch them. */
export class Sheets {
  private variables: Record<string, string> = {};
  private changing: { replaceSync(css: string): void };

  constructor(root: ShadowRoot) {
    if ("adoptedStyleSheets" in root && "replaceSync" in CSSStyleSheet.prototype) {
      const fixed = new CSSStyleSheet();
      const changing = new CSSStyleSheet();
      fixed.replaceSync(css);
      root.adoptedStyleSheets = [fixed, changing];
      this.changing = changing;
    } else {
      this.changing = styleElement(root, "");
      styleElement(root, css);
    }
  }

  /** Custom properties of the whole widget; a null takes one away. */
  set(variables: Record<string, string | null>): void {
    const next = { ...this.variables };
    for (const [name, value] of Object.entries(variables)) {
      if (value === null) Reflect.deleteProperty(next, name);
      else next[name] = value;
    }
    const text = `.root{${Object.entries(next).map(([name, value]) => `--${name}:${value};`).join("")}}`;
    this.variables = next;
    this.changing.replaceSync(text);
  }
}

/** Browsers before 2023 have no constructable sheets. */
function styleElement(root: ShadowRoot, text: string): { replaceSync(css: string): void } {
  const element = document.createElement("style");
  element.textContent = text;
  root.append(element);
  return { replaceSync: (replaced) => (element.textContent = replaced) };
}
