import type { ChatMessage, State } from "../types";

/** Both lists as one, each message once (the newer copy wins), in the server's order. */
export function merge(known: ChatMessage[], more: ChatMessage[]): ChatMessage[] {
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of more) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

export function lastId(messages: ChatMessage[]): number {
  return messages[messages.length - 1]?.id ?? 0;
}

/** Numbers have no gaps; where one is missing here, it has not arrived yet. They begin with 1 unless more is kept
 *  back: a greeting joins the transcript before the message that answers it. */
export function lastWithoutGap(messages: ChatMessage[], hasMore: boolean): number {
  let last = hasMore ? (messages[0]?.id ?? 1) - 1 : 0;
  for (const message of messages) {
    if (message.id !== last + 1) break;
    last = message.id;
  }
  return last;
}

export function unreadCount(messages: ChatMessage[], readUpTo: number): number {
  return messages.filter((message) => message.from === "agent" && message.id > readUpTo).length;
}

export function markRead(messages: ChatMessage[], upTo: number): ChatMessage[] {
  return messages.map((message) =>
    message.from === "visitor" && message.id <= upTo && !message.read ? { ...message, read: true } : message,
  );
}

/** The visitor has spoken last: somebody owes them an answer. */
export function isWaiting(state: Pick<State, "messages" | "pending">): boolean {
  if (state.pending.length) return true;
  const spoken = state.messages.filter((message) => message.from !== "system");
  return spoken[spoken.length - 1]?.from === "visitor";
}

/** When the visitor began to wait: their first message since the last answer; 0 when nobody waits. */
export function waitingSince(messages: ChatMessage[]): number {
  let since = 0;
  for (const message of messages) {
    if (message.from === "agent") since = 0;
    else if (message.from === "visitor" && !since) since = Date.parse(message.at);
  }
  return since;
}

const PERSON_STAYS_MS = 12 * 3_600_000;

/** A person is offered where a machine answers first: not while one has the conversation already. */
export function offersPerson(state: Pick<State, "config" | "messages" | "ended">, now: number): boolean {
  if (!state.config?.offers_person) return false;
  if (state.ended) return true;
  const last = state.messages.filter((message) => message.from === "agent").at(-1);
  if (!last || /^(an|gr|as)/.test(last.machine?.kind ?? "")) return true; // answer, greeting, asked
  return now - Date.parse(last.at) > PERSON_STAYS_MS;
}
