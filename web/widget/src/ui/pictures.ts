import type { Context } from "./context";
import { h } from "./dom";

/** A picture of the channel's own in place of a letter; the letter where there is none or a policy forbids it. */
export function showPicture(place: HTMLElement, context: Context, path: string, letter: string): void {
  const source = path ? new URL(path, context.chat.client.base || location.href).href : "";
  const shown = place.querySelector("img")?.src ?? "";
  if (source && shown === source) return;
  if (!source) {
    if (place.textContent !== letter || shown) place.replaceChildren(letter);
    return;
  }
  const image = h("img", { src: source, alt: "" });
  image.addEventListener("error", () => place.replaceChildren(letter));
  place.replaceChildren(image);
}
