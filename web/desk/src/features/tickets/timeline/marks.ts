import type { SenderMark } from '../types'

/** "SPF fail · DMARC fail" */
export function checkResults(sender: SenderMark): string {
  const checks = [['SPF', sender.spf], ['DKIM', sender.dkim], ['DMARC', sender.dmarc]] as const
  return checks.flatMap(([name, result]) => (result ? [`${name} ${result}`] : [])).join(' · ')
}
