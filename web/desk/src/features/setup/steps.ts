/** The steps of the first start, in order; all but the first can wait. */
export const steps = ['company', 'mailbox', 'widget', 'people'] as const
export type Step = (typeof steps)[number]

/** Where the wizard goes after a step; the desk after the last. */
export function after(step: Step): string {
  const next = steps[steps.indexOf(step) + 1]
  return next ? `/setup/${next}` : '/'
}
