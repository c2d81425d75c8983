import type { CustomStatus } from './types'

const OWN = 'custom:'

/** How menus name one of the company's own statuses; the fixed ones go by their names. */
export const choiceOf = (own: { id: number }) => `${OWN}${own.id}`

/** What a menu's choice stands for: the fixed status, and the company's own inside it where one was chosen. */
export function statusOf(choice: string, own: CustomStatus[]): { status: string; custom: CustomStatus | null } {
  const custom = choice.startsWith(OWN) ? (own.find((one) => choiceOf(one) === choice) ?? null) : null
  return { status: custom?.status ?? choice, custom }
}
