import type { ObjectDirective } from 'vue'

function name(el: HTMLElement, { value }: { value: string }): void {
  el.querySelector('input')?.setAttribute('aria-label', value)
}

/** Names the field inside a component that lets nothing through to it: `v-named="words"`. */
export const vNamed: ObjectDirective<HTMLElement, string> = { mounted: name, updated: name }
