import type { SenderMark } from '../types'

/** "SPF fail · DKIM not checked · DMARC fail"; nothing where no server stated anything */
export function checkResults(sender: SenderMark, notChecked: string): string {
  const checks = [['SPF', sender.spf], ['DKIM', sender.dkim], ['DMARC', sender.dmarc]] as const
  if (checks.every(([, result]) => !result)) return ''
  return checks.map(([name, result]) => `${name} ${result || notChecked}`).join(' · ')
}
