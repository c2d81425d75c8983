import type { SenderMark } from '../types'

/** the words that say who checked a sender */
export function checkedBy(sender: SenderMark): string {
  if (sender.by_us) return 'tickets.marks.verifiedHere'
  return sender.server ? 'tickets.marks.verifiedHint' : 'tickets.marks.verifiedByMailbox'
}

/** "SPF fail · DKIM not checked · DMARC fail"; nothing where no server stated anything */
export function checkResults(sender: SenderMark, notChecked: string): string {
  const checks = [['SPF', sender.spf], ['DKIM', sender.dkim], ['DMARC', sender.dmarc]] as const
  if (checks.every(([, result]) => !result)) return ''
  return checks.map(([name, result]) => `${name} ${result || notChecked}`).join(' · ')
}
