/** Every word the widget says. What a channel says of itself (title, greeting) comes from its settings. */

export type Locale = "zh-CN" | "en";

const zh = {
  open: "打开在线客服",
  openUnread: "打开在线客服，{n} 条未读消息",
  close: "关闭",
  dialog: "在线客服",
  log: "对话",
  placeholder: "输入消息…",
  send: "发送",
  attach: "添加文件或图片",
  remove: "移除",
  retry: "重试",
  retryWhole: "重新发送",
  discard: "删除",
  sending: "发送中",
  waitingNet: "等待网络",
  sent: "已送达",
  read: "已读",
  you: "你",
  says: "{name}说：",
  typing: "{name}正在输入",
  agent: "客服",
  offline: "网络已断开。你可以继续写，恢复后会自动发出。",
  reconnecting: "正在重新连接…",
  today: "今天",
  yesterday: "昨天",
  older: "更早的消息",
  newBelow: "新消息",
  dropHere: "松开即可添加文件",
  uploading: "正在上传",
  uploadFailed: "上传没有成功，请重试。",
  tooLarge: "“{name}”超过 {n} MB，请压缩后再发或换一个文件。",
  tooMany: "一次最多发送 {n} 个文件。",
  filesPending: "文件还在上传，传完即可发送。",
  byEmail: "通过邮件继续",
  emailTitle: "要先离开？",
  emailText: "留下邮箱，答复会同时发到那里，直接回信就能继续。",
  emailLabel: "邮箱地址",
  emailSave: "保存",
  emailSaved: "好的，你离开后答复会发到 {email}。",
  emailChange: "修改",
  emailInvalid: "请填写完整的邮箱地址，例如 name@example.com。",
  emailTeaser: "离开也没关系——留下邮箱，答复会发给你。",
  notNow: "暂不",
  notSaved: "没有保存成功，请检查网络后重试。",
  dismiss: "关闭提示",
  picture: "图片 {name}",
};

type Words = typeof zh;

const en: Words = {
  open: "Open chat",
  openUnread: "Open chat, {n} unread",
  close: "Close",
  dialog: "Chat with us",
  log: "Conversation",
  placeholder: "Write a message…",
  send: "Send",
  attach: "Add files or pictures",
  remove: "Remove",
  retry: "Try again",
  retryWhole: "Send again",
  discard: "Delete",
  sending: "Sending",
  waitingNet: "Waiting for network",
  sent: "Delivered",
  read: "Read",
  you: "You",
  says: "{name}: ",
  typing: "{name} is typing",
  agent: "Support",
  offline: "You are offline. Keep writing: it goes out when you are back.",
  reconnecting: "Reconnecting…",
  today: "Today",
  yesterday: "Yesterday",
  older: "Earlier messages",
  newBelow: "New message",
  dropHere: "Drop to add files",
  uploading: "Uploading",
  uploadFailed: "The upload did not finish. Try again.",
  tooLarge: "“{name}” is over {n} MB. Make it smaller or choose another file.",
  tooMany: "At most {n} files at once.",
  filesPending: "Files are still going up. You can send when they are done.",
  byEmail: "Continue by e-mail",
  emailTitle: "Need to go?",
  emailText: "Leave your e-mail and the answer comes there too. Just reply to it to go on.",
  emailLabel: "E-mail address",
  emailSave: "Save",
  emailSaved: "Got it. When you leave, answers go to {email}.",
  emailChange: "Change",
  emailInvalid: "Enter a complete address, such as name@example.com.",
  emailTeaser: "Fine to leave: give us your e\u2011mail and the answer comes to you.",
  notNow: "Not now",
  notSaved: "That was not saved. Check the network and try again.",
  dismiss: "Dismiss",
  picture: "Picture {name}",
};

export type Word = keyof Words;

export function translate(locale: Locale, key: Word, params: Record<string, string> = {}): string {
  const text = (locale === "zh-CN" ? zh : en)[key];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole);
}

/** The page's own language decides; what it says as `zh…` is Chinese, everything else English. */
export function localeOf(language: string): Locale {
  return /^zh/i.test(language) ? "zh-CN" : "en";
}
