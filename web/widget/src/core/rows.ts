import type { ChatFile, Machine, State } from "../types";
import { startOfDay } from "./time";

/** One line of the message list as it is shown. */
export interface Row {
  key: string;
  kind: "day" | "message" | "system";
  side: "own" | "other";
  at: string;
  name: string;
  text: string;
  files: ChatFile[];
  /** The first and the last of a run by one person close in time: where the name and the time stand. */
  first: boolean;
  last: boolean;
  state: "" | "sent" | "read" | "sending" | "refused";
  reason: string;
  clientId: string;
  /** The message's number, and what a machine says of its own words; 0 and null for all others. */
  id: number;
  machine: Machine | null;
  /** What may be picked, while nothing has been said since. */
  choices?: string[] | undefined;
}

const RUN_MS = 5 * 60_000;

/** The list to show: days, runs by one person, own messages still on their way at the end. */
export function rowsOf(state: Pick<State, "messages" | "pending"> & Partial<Pick<State, "greeting">>): Row[] {
  const all = [...confirmed(state), ...greeted(state), ...underway(state)];
  const newest = all[all.length - 1];
  if (newest) newest.choices = newest.machine?.choices;
  const rows: Row[] = [];
  for (const row of all) {
    const before = rows[rows.length - 1];
    const day = startOfDay(new Date(row.at));
    if (!before || startOfDay(new Date(before.at)) !== day) {
      rows.push({ ...row, key: `day-${day}`, kind: "day", text: "", files: [] });
    }
    row.first = !before || !sameRun(before, row);
    if (before && !row.first) before.last = false;
    rows.push(row);
  }
  return withOneReceipt(rows);
}

function confirmed(state: Pick<State, "messages">): Row[] {
  return state.messages.map((message) => ({
    key: message.client_id ? `c-${message.client_id}` : `m-${message.id}`,
    kind: message.from === "system" ? "system" : "message",
    side: message.from === "visitor" ? "own" : "other",
    at: message.at,
    name: message.name,
    text: message.text,
    files: message.files,
    first: true,
    last: true,
    state: message.from === "visitor" ? (message.read ? "read" : "sent") : "",
    reason: "",
    clientId: message.client_id,
    id: message.id,
    machine: message.machine,
  }));
}

/** A greeting stands there until its answer brings it into the transcript. */
function greeted({ greeting }: Partial<Pick<State, "greeting">>): Row[] {
  if (!greeting) return [];
  const at = new Date().toISOString();
  return [
    { key: `g-${greeting.id}`, kind: "message", side: "other", at, name: "", text: greeting.text, files: [], first: true, last: true, state: "", reason: "", clientId: "", id: 0, machine: null },
  ];
}

function underway(state: Pick<State, "messages" | "pending">): Row[] {
  const known = new Set(state.messages.map((message) => message.client_id));
  return state.pending
    .filter((pending) => !known.has(pending.client_id))
    .map((pending) => ({
      key: `c-${pending.client_id}`,
      kind: "message",
      side: "own",
      at: pending.at,
      name: "",
      text: pending.text,
      files: pending.files,
      first: true,
      last: true,
      state: pending.refused ? "refused" : "sending",
      reason: pending.refused,
      clientId: pending.client_id,
      id: 0,
      machine: null,
    }));
}

function sameRun(before: Row, row: Row): boolean {
  return (
    before.kind === "message" &&
    row.kind === "message" &&
    before.side === row.side &&
    before.name === row.name &&
    !before.machine === !row.machine &&
    Date.parse(row.at) - Date.parse(before.at) < RUN_MS
  );
}

/** "Delivered" and "read" stand once each, under the newest own message they are true of. */
function withOneReceipt(rows: Row[]): Row[] {
  const shown = new Set<string>();
  for (const row of [...rows].reverse()) {
    if (row.state !== "sent" && row.state !== "read") continue;
    const state = row.state;
    if (shown.has(state) || shown.has("read")) row.state = "";
    shown.add(state);
  }
  return rows;
}
