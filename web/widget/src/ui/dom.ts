type Child = Node | string | null | false;
type Handler = (event: never) => void;
export type Props = Record<string, string | boolean | Handler | null | undefined>;

/** An element from a tag, attributes, `on…` listeners and children. Never markup from text. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else setAttribute(element, name, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

export function setAttribute(element: Element, name: string, value: string | boolean | null | undefined): void {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : value);
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Put `wanted` into `parent` in this order, touching only what differs: focus and live regions stay calm. */
export function placeChildren(parent: Element, wanted: Element[]): void {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  chat: "M12 3.5c-5 0-9 3.4-9 7.7 0 2.5 1.4 4.7 3.5 6.1.2 1.2-.3 2.4-1.1 3.2 1.7 0 3.3-.7 4.4-1.8.7.1 1.4.2 2.2.2 5 0 9-3.4 9-7.7s-4-7.7-9-7.7ZM8 11.3h.01M12 11.3h.01M16 11.3h.01",
  down: "m6 9.5 6 6 6-6",
  close: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  clip: "m20 11.5-8 8a5.2 5.2 0 0 1-7.4-7.4l8.3-8.3a3.5 3.5 0 0 1 4.9 4.9l-8.2 8.3a1.7 1.7 0 0 1-2.5-2.5l7.6-7.6",
  send: "M12 19.5v-15M5.5 11 12 4.5l6.5 6.5",
  mail: "M4 6.5h16v11H4zM4.5 7l7.5 6 7.5-6",
  file: "M13.5 3.5H7a1.5 1.5 0 0 0-1.5 1.5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V8.5zM13.5 3.5v5h5",
  warn: "M12 8v5M12 16.4h.01M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z",
  question: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.4 9.4a2.6 2.6 0 1 1 3.8 2.4c-.8.4-1.2 1-1.2 1.9M12 16.8h.01",
  headset: "M4.5 13v-1.5a7.5 7.5 0 0 1 15 0V13M4.5 13.5h2.2v5H6a1.5 1.5 0 0 1-1.5-1.5zM19.5 13.5h-2.2v5h.7a1.5 1.5 0 0 0 1.5-1.5zM19.5 17v1a2.5 2.5 0 0 1-2.5 2.5h-3.5",
  more: "M12 5.5h.01M12 12h.01M12 18.5h.01",
  star: "m12 3.6 2.6 5.3 5.8.8-4.2 4.1 1 5.8L12 16.9l-5.2 2.7 1-5.8-4.2-4.1 5.8-.8z",
  spark: "M11 4.5l1.7 4.8 4.8 1.7-4.8 1.7L11 17.5l-1.7-4.8L4.5 11l4.8-1.7zM18 15.5v4M16 17.5h4",
  check: "m5.5 12.5 4.5 4.5 8.5-10",
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon i-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
