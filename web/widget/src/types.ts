/** What travels between the widget and the chat API, and what the widget keeps in between. */

export interface ChatFile {
  id: number;
  key: string;
  name: string;
  media_type: string;
  size: number;
  url: string;
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
}

export interface Config {
  name: string;
  title: string;
  greeting: string;
  reply_hint: string;
  color: string;
  theme: "auto" | "light" | "dark";
  position: "right" | "left";
  email_offered: boolean;
  email_after_seconds: number;
  max_file_bytes: number;
  /** Room for opening hours and a form before the first message; null while the channel has none. */
  hours: unknown;
  pre_chat: unknown;
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
}

/** A message the visitor has sent and the server has not confirmed yet. */
export interface Pending {
  client_id: string;
  text: string;
  files: ChatFile[];
  at: string;
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
}
