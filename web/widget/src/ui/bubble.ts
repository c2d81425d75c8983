import type { Row } from "../core/rows";
import { clock, dayName, fileSize } from "../core/time";
import type { ChatFile } from "../types";
import type { Context } from "./context";
import { h, icon } from "./dom";
import { linked } from "./links";
import { showPicture } from "./pictures";

/** What a row looks like; rows that would look the same are not drawn again. */
export function signature(row: Row): string {
  return JSON.stringify([row.kind, row.name, row.text, row.first, row.last, row.state, row.reason, row.files.length]);
}

export function drawRow(row: Row, context: Context, online: boolean): HTMLElement {
  const at = new Date(row.at);
  const { locale } = context.chat.store.state;
  if (row.kind === "day") return h("div", { class: "day" }, dayName(at, new Date(), locale));
  if (row.kind === "system") return h("div", { class: "system" }, ...linked(row.text, context.isPage));
  const name = row.side === "own" ? context.t("you") : row.name || context.t("agent");
  const classes = ["row", row.side, row.first && "first", row.last && "last", row.state].filter(Boolean).join(" ");
  const element = h("div", { class: classes });
  if (row.side === "other" && row.first) {
    const face = h("span", { class: "face", "aria-hidden": "true" });
    showPicture(face, context, context.chat.store.state.config?.avatar ?? "", firstLetter(name));
    element.append(
      face,
      h("span", { class: "name", "aria-hidden": "true" }, name),
    );
  }
  element.append(h("span", { class: "unseen" }, context.t("says", { name })));
  if (row.text) element.append(h("div", { class: "bubble" }, ...linked(row.text, context.isPage)));
  if (row.files.length) element.append(drawFiles(row.files, context));
  if (row.state === "refused") element.append(...drawRefusal(row, context));
  else if (row.last || row.state) element.append(drawMeta(row, context, at, online));
  return element;
}

function drawMeta(row: Row, context: Context, at: Date, online: boolean): HTMLElement {
  const { locale } = context.chat.store.state;
  const words: string[] = [clock(at, locale)];
  if (row.state === "sending") words.push(context.t(online ? "sending" : "waitingNet"));
  if (row.state === "sent") words.push(context.t("sent"));
  if (row.state === "read") words.push(context.t("read"));
  return h("div", { class: "meta" }, h("time", { datetime: row.at }, words.join(" · ")));
}

function drawRefusal(row: Row, context: Context): HTMLElement[] {
  const { outbox } = context.chat;
  const button = (word: "retryWhole" | "discard", act: () => void) =>
    h("button", { type: "button", class: "text-button", onclick: act }, context.t(word));
  return [
    h("div", { class: "trouble", role: "alert" }, row.reason),
    h(
      "div",
      {},
      button("retryWhole", () => outbox.retry(row.clientId)),
      button("discard", () => outbox.discard(row.clientId)),
    ),
  ];
}

function drawFiles(files: ChatFile[], context: Context): HTMLElement {
  return h("div", { class: "files" }, ...files.map((file) => drawFile(file, context)));
}

function drawFile(file: ChatFile, context: Context): HTMLElement {
  const url = new URL(file.url, context.chat.client.base).href;
  const attributes = { href: url, target: context.isPage ? null : "_blank", rel: "noopener noreferrer" };
  const words = () => h("span", {}, h("b", {}, file.name), " ", h("small", {}, fileSize(file.size)));
  const card = () => h("a", { ...attributes, class: "card-file" }, icon("file"), words());
  if (!/^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(file.media_type)) return card();
  const image = h("img", { src: url, alt: context.t("picture", { name: file.name }), loading: "lazy" });
  const picture = h("a", { ...attributes, class: "picture" }, image);
  // A host policy may forbid pictures from the desk: then it is a file like any other.
  image.addEventListener("error", () => picture.replaceWith(card()));
  return picture;
}

export function firstLetter(name: string): string {
  return [...name.trim()][0]?.toUpperCase() ?? "";
}
