/** What travels between the widget and the chat API, and what the widget keeps in between. */

export interface ChatFile {
  id: number;
  key: string;
  name: string;
  media_type: string;
  size: number;
  url: string;
}

/** Words that a machine wrote: an answer with its sources, or a line beside it. */
export interface Machine {
  kind: "answer" | "unsure" | "passed" | "handed" | "greeting" | "asked";
  /** What a question may be answered with; its text has them as numbered lines too. */
  choices?: string[];
  sources: { title: string; url: string }[];
  helped: boolean | null;
}

export interface ChatMessage {
  /** Position in the conversation: dense and growing, so it also says where to catch up from. */
  id: number;
  from: "visitor" | "agent" | "system";
  name: string;
  text: string;
  files: ChatFile[];
  at: string;
  client_id: string;
  read: boolean;
  machine: Machine | null;
}

/** A question of a form. */
export interface Field {
  key: string;
  type: "name" | "email" | "phone" | "text" | "long" | "choice" | "consent";
  label: string;
  required: boolean;
  options: string[];
}

export interface PreChat {
  pages: string[];
  intro: string;
  fields: Field[];
}

export interface Offline {
  /** Stands in place of the chat outside the hours. */
  when_closed: boolean;
  is_unstaffed: boolean;
  intro: string;
  fields: Field[];
}

export interface Greeting {
  id: string;
  pages: string[];
  text: string;
  after_seconds: number;
  scroll_percent: number;
  visits: "any" | "first" | "returning";
  signed_in: "any" | "yes" | "no";
}

export interface Hours {
  is_open: boolean;
  opens_at: string | null;
  closes_at: string | null;
  zone: string;
}

/** How a visitor stands in the queue. Between `low` and `high` seconds where one number would say too much. */
export interface Wait {
  place: number | null;
  seconds: number | null;
  low: number | null;
  high: number | null;
  is_closed: boolean;
  /** What to read outside the hours. */
  closed: string;
  call_back: "" | "offered" | "taken";
}

export interface Config {
  name: string;
  title: string;
  greeting: string;
  reply_hint: string;
  launcher_label: string;
  color: string;
  color_dark: string;
  theme: "auto" | "light" | "dark";
  position: "right" | "left";
  corners: "round" | "soft" | "square";
  launcher_icon: "chat" | "question" | "headset" | "mail";
  edge_side: number;
  edge_bottom: number;
  logo: string;
  avatar: string;
  email_offered: boolean;
  email_after_seconds: number;
  max_file_bytes: number;
  hours: Hours | null;
  offline: Offline | null;
  pre_chat: PreChat[];
  greetings: Greeting[];
  greet_every_hours: number;
  texts: Record<string, string>;
  shows_wait: boolean;
  /** A machine answers first: a person is offered from the start. */
  offers_person: boolean;
  good_reasons: string[];
  bad_reasons: string[];
}

export interface Identity {
  id?: string;
  name?: string;
  email?: string;
  phone?: string;
  hmac?: string;
}

export interface Session {
  visitor_token: string;
  conversation_id: number | null;
  history: ChatMessage[];
  has_more: boolean;
  read_up_to: number;
  email: string;
  is_answered: boolean;
  is_ended: boolean;
  asks_rating: boolean;
}

/** What a visitor has filled in: text, the number of a choice, or whether a box is ticked. */
export type Values = Record<string, string | number | boolean>;

/** A message left when nobody is there, until the desk has it. */
export interface Left {
  client_id: string;
  text: string;
  email: string;
  values: Values;
  page_url: string;
}

/** A message the visitor has sent and the server has not confirmed yet. */
export interface Pending {
  client_id: string;
  text: string;
  files: ChatFile[];
  at: string;
  /** The greeting it answers. */
  greeting?: string;
  /** Why the server refused it, in the visitor's language; empty while it is still on its way. */
  refused: string;
}

export interface Upload {
  key: string;
  name: string;
  size: number;
  preview: string;
  progress: number;
  error: string;
  file: ChatFile | null;
}

export type Connection = "idle" | "connecting" | "live" | "lost";

export interface State {
  config: Config | null;
  locale: "zh-CN" | "en";
  dark: boolean;
  open: boolean;
  connection: Connection;
  online: boolean;
  messages: ChatMessage[];
  hasMore: boolean;
  pending: Pending[];
  uploads: Upload[];
  typing: string;
  readUpTo: number;
  email: string;
  emailCard: "hidden" | "offered" | "saving" | "saved" | "declined";
  emailError: string;
  notice: string;
  /** What is filled in before the first message has reached the desk. */
  answered: boolean;
  ended: boolean;
  rating: "hidden" | "asked" | "sending" | "thanked";
  /** What is wrong with a form, by the key of the question; `form` for the form as a whole. */
  formErrors: Record<string, string>;
  formBusy: boolean;
  /** A message left: on its way, and the address its answer goes to once it has arrived. */
  leaving: "no" | "sending" | "waiting" | "left";
  wait: Wait | null;
  greeting: Greeting | null;
  identified: boolean;
  /** A sheet over the conversation: the transcript by mail. */
  sheet: "" | "transcript" | "transcript-sent";
}
