import { ref } from 'vue'

/** The ticket somebody looks at in this tab, if any: what happens on it needs no ring. */
export const openTicketId = ref<number | null>(null)

export const isLookingAt = (ticketId: number | undefined): boolean => ticketId !== undefined && ticketId === openTicketId.value && !document.hidden
