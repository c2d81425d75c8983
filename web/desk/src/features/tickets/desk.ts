import { useQueryClient } from '@tanstack/vue-query'
import { computed, inject, provide, ref, watch, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { prefetchPage } from './cache'
import { afterDone, neighboursOf, stepFrom } from './list/cursor'

const SETTLE = 140 // ms; a held key passes many tickets and opens the one it stops at

export interface Desk {
  openId: ComputedRef<number | null>
  cursorId: Ref<number | null>
  /** ids of the list in its order; the list keeps it up to date */
  order: Ref<number[]>
  gone: Ref<ReadonlySet<number>>
  open: (id: number) => void
  close: () => void
  move: (step: 1 | -1) => void
  openNextAfter: (id: number) => void
  isSearching: Ref<boolean>
  isCreating: Ref<boolean>
  /** no ticket is open: the list may take all the room as a table */
  hasRoom: ComputedRef<boolean>
}

const KEY: InjectionKey<Desk> = Symbol('desk')

/** Which ticket is open, where the cursor stands, and how both move. */
export function provideDesk(): Desk {
  const route = useRoute()
  const router = useRouter()
  const client = useQueryClient()
  const openId = computed(() => (route.name === 'ticket' ? Number(route.params.id) : null))
  const cursorId = ref<number | null>(openId.value)
  const order = ref<number[]>([])
  const gone = ref<ReadonlySet<number>>(new Set())
  let settling: ReturnType<typeof setTimeout> | undefined

  watch(openId, (id) => {
    if (id === null) return
    cursorId.value = id
    for (const near of neighboursOf(order.value, id)) prefetchPage(client, near)
  })

  function open(id: number): void {
    clearTimeout(settling)
    cursorId.value = id
    if (openId.value !== id) void router.push({ name: 'ticket', params: { id } })
  }

  function close(): void {
    clearTimeout(settling)
    void router.push({ name: 'desk' })
  }

  function move(step: 1 | -1): void {
    const to = stepFrom(order.value, cursorId.value, openId.value, step)
    if (to === null) return
    cursorId.value = to
    clearTimeout(settling)
    settling = setTimeout(() => {
      if (openId.value === null) prefetchPage(client, to)
      else if (openId.value !== to) void router.replace({ name: 'ticket', params: { id: to } })
    }, SETTLE)
  }

  function openNextAfter(id: number): void {
    if (openId.value !== id) return
    const to = afterDone(order.value, id, gone.value)
    if (to === null) close()
    else open(to)
  }

  const desk: Desk = { openId, cursorId, order, gone, open, close, move, openNextAfter, isSearching: ref(false), isCreating: ref(false), hasRoom: computed(() => openId.value === null) }
  provide(KEY, desk)
  return desk
}

export function useDesk(): Desk {
  const desk = inject(KEY)
  if (!desk) throw new Error('useDesk outside the desk')
  return desk
}
