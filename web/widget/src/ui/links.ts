import { h } from "./dom";

const ADDRESS = /https?:\/\/[^\s<>"'\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]+/g;
const TRAILING = /[.,;:!?)\]}]+$/;

/** Text with its web addresses made into links; anything but http(s) stays text. A web-view of a mini-program
 *  has no other window, so that links `here` open where they stand and "back" comes back. */
export function linked(text: string, here = false): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, "");
    parts.push(text.slice(end, match.index));
    parts.push(h("a", { href: address, target: here ? null : "_blank", rel: "noopener noreferrer nofollow" }, address));
    end = match.index + address.length;
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== "");
}
