import type { ObjectDirective } from 'vue'

/** What names a field: words of its own, or the ties to its label (see Field). */
export type Naming = string | Record<string, string | undefined>

/** Where the keyboard stops in Naive's cascader, date and time pickers: a box, and in it the field that is typed into, where one may type. */
const STOPS = '.n-base-selection-label, .n-base-selection-tags, .n-input[tabindex], input'

export function setAttributes(el: Element, attributes: Record<string, string | undefined>): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) el.removeAttribute(key)
    else el.setAttribute(key, value)
  }
}

function name(el: HTMLElement, { value }: { value: Naming }): void {
  const { id, ...attributes } = typeof value === 'string' ? { 'aria-label': value, id: undefined } : value
  const { 'aria-label': label, 'aria-labelledby': labelledby, 'aria-describedby': describedby, 'aria-invalid': invalid } = attributes
  const stops = [...el.querySelectorAll(STOPS)]
  for (const stop of stops) {
    if (stop.matches('input')) setAttributes(stop, { 'aria-label': label, 'aria-labelledby': labelledby, 'aria-describedby': describedby, 'aria-invalid': invalid })
    else setAttributes(stop, { role: 'group', ...attributes })
  }
  if (id) (stops.find((stop) => stop.matches('input')) ?? stops[0])?.setAttribute('id', id)
}

/** Names the field inside a component that lets nothing through to it: `v-named="words"`, in a Field `v-named="ties"`. */
export const vNamed: ObjectDirective<HTMLElement, Naming> = { mounted: name, updated: name }
