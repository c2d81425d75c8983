import type { Row } from "../core/rows";
import { clock, dayName, fileSize } from "../core/time";
import type { ChatFile } from "../types";
import type { Context } from "./context";
import { h, icon } from "./dom";
import { linked } from "./links";
import { showPicture } from "./pictures";

/** What a row looks like; rows that would look the same are not drawn again. */
export function signature(row: Row): string {
  return JSON.stringify([row.kind, row.name, row.text, row.first, row.last, row.state, row.reason, row.files.length, row.machine, row.choices]);
}

export function drawRow(row: Row, context: Context, online: boolean): HTMLElement {
  const at = new Date(row.at);
  const { locale } = context.chat.store.state;
  if (row.kind === "day") return h("div", { class: "day" }, dayName(at, new Date(), locale));
  if (row.kind === "system") return h("div", { class: "system" }, ...linked(row.text, context.isPage));
  const name = nameOf(row, context);
  const classes = ["row", row.side, row.first && "first", row.last && "last", row.state, row.machine && "by-machine"].filter(Boolean).join(" ");
  const element = h("div", { class: classes });
  if (row.side === "other" && row.first) {
    const face = h("span", { class: "face", "aria-hidden": "true" });
    if (row.machine) face.append(icon("spark"));
    else showPicture(face, context, context.chat.store.state.config?.avatar ?? "", firstLetter(name));
    element.append(face, h("span", { class: "name", "aria-hidden": "true" }, name, row.machine && h("span", { class: "auto" }, context.t("automatic"))));
  }
  const spoken = row.machine ? `${name}, ${context.t("automatic")}` : name;
  element.append(h("span", { class: "unseen" }, context.t("says", { name: spoken })));
  const choices = row.choices ?? [];
  const text = choices.length ? row.text.replace(/\n\d\. .*/g, "") : row.text;
  if (text) element.append(h("div", { class: "bubble" }, ...linked(text, context.isPage), ...drawSources(row, context)));
  if (row.files.length) element.append(drawFiles(row.files, context));
  if (row.state === "refused") element.append(...drawRefusal(row, context));
  else if (row.last || row.state) element.append(drawMeta(row, context, at, online));
  if (choices.length) element.append(h("div", { class: "opinion" }, ...choices.map((choice) => reply(choice, () => context.chat.send(choice)))));
  if (row.machine?.kind === "answer") element.append(drawOpinion(row, row.machine.helped, context));
  return element;
}

function nameOf(row: Row, context: Context): string {
  if (row.side === "own") return context.t("you");
  return row.machine ? context.t("assistant") : row.name || context.t("agent");
}

/** What the answer was taken from: a link where the visitor may read it. */
function drawSources(row: Row, context: Context): HTMLElement[] {
  const sources = row.machine?.sources ?? [];
  if (!sources.length) return [];
  const { chat, isPage } = context;
  const drawn = sources.map(({ title, url }) => {
    if (!url) return h("span", {}, title);
    const href = new URL(url, chat.client.base).href;
    return h("a", { href, target: isPage ? null : "_blank", rel: "noopener", onclick: () => chat.desk.openSource(row.id) }, title);
  });
  return [h("div", { class: "sources" }, `${context.t("source")} `, ...drawn)];
}

/** Whether it helped is asked under each answer, and said once. */
function drawOpinion(row: Row, helped: boolean | null, context: Context): HTMLElement {
  if (helped !== null) return h("div", { class: "opinion", role: "status" }, helped ? context.t("didHelp") : "");
  const button = (word: "helped" | "unhelpful", value: boolean) => reply(context.t(word), () => void context.chat.desk.rateAnswer(row.id, value));
  return h("div", { class: "opinion" }, button("helped", true), button("unhelpful", false));
}

const reply = (words: string, onclick: () => void) => h("button", { type: "button", class: "reason", onclick }, words);

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
