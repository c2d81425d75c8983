export interface Parted {
  text: string
  quoted: string
}

// the line above a quotation, as mail programs write it in Chinese and English
const INTRODUCTIONS = [
  /^\s*(?:在\s*)?\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}.{0,120}(?:写道|来信)[:：]\s*$/u,
  /^\s*于\s*\d{4}.{0,120}写道[:：]\s*$/u,
  /^\s*On .{4,160} wrote:\s*$/i,
  /^\s*-{2,}\s*(?:原始邮件|原邮件|转发邮件|Original Message|Forwarded message)\s*-{2,}\s*$/i,
  /^\s*_{10,}\s*$/,
]
const HEADER = /^\s*(?:发件人|From)\s*[:：]\s*\S/iu
const NEXT_HEADER = /^\s*(?:发送时间|日期|收件人|主题|Sent|Date|To|Subject)\s*[:：]/iu

/** Cuts off what a message only repeats. What the server cut already stays as it is. */
export function partQuoted(text: string, quoted: string): Parted {
  if (quoted) return { text, quoted }
  const lines = text.split(/\r?\n/)
  const from = startOfQuotation(lines)
  if (from <= 0) return { text, quoted: '' } // a message that is all quotation is shown whole
  const own = lines.slice(0, from).join('\n').trimEnd()
  return own ? { text: own, quoted: lines.slice(from).join('\n').trim() } : { text, quoted: '' }
}

function startOfQuotation(lines: string[]): number {
  const introduced = lines.findIndex(
    (line, at) => INTRODUCTIONS.some((form) => form.test(line)) || (HEADER.test(line) && NEXT_HEADER.test(lines[at + 1] ?? '')),
  )
  return introduced >= 0 ? introduced : trailingMarks(lines)
}

/** The run of lines marked with ">" that ends the message; answers written between the marks stay. */
function trailingMarks(lines: string[]): number {
  let at = lines.length
  while (at > 0 && /^\s*(?:>|$)/.test(lines[at - 1] ?? '')) at -= 1
  return lines.slice(at).some((line) => /^\s*>/.test(line)) ? at : -1
}
