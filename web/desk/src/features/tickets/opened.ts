import { ref } from 'vue'

export type Kind = 'snooze' | 'remind' | 'merge' | 'link' | 'split' | 'print'

/** The dialog that lies over a ticket; at most one. */
export const opened = ref<{ kind: Kind; messageId: number | null } | null>(null)

export function openDialog(kind: Kind, messageId: number | null = null): void {
  opened.value = { kind, messageId }
}
