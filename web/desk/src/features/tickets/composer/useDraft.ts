import { onScopeDispose, watch, type Ref } from 'vue'
import { ticketApi } from '../api'
import type { Writing } from './writing'

const PAUSE = 800
const RETRY = 5000

interface Keeping {
  timer: ReturnType<typeof setTimeout> | undefined
  running: Promise<void> | null
  kept: string
}

const keepings = new Map<Writing, Keeping>()

function keepingOf(writing: Writing): Keeping {
  const known = keepings.get(writing)
  if (known) return known
  const fresh: Keeping = { timer: undefined, running: null, kept: '' }
  keepings.set(writing, fresh)
  return fresh
}

/** Keeps a reply on the server while it is written, and brings it back. */
export function useDraft(writing: Ref<Writing>) {
  watch(writing, (now, before) => {
    if (before) void save(before)
    if (!now.isRestored) void restore(now)
  }, { immediate: true })

  watch(() => writing.value.reply.text, (text, before) => {
    if (text !== before && writing.value.isRestored) later(writing.value)
  })

  const saveNow = () => void save(writing.value)
  const saveWhenHidden = () => {
    if (document.hidden) saveNow()
  }
  document.addEventListener('visibilitychange', saveWhenHidden)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', saveWhenHidden)
    saveNow()
  })

  return { settle, forget, saveNow }
}

async function restore(writing: Writing): Promise<void> {
  writing.isRestored = true
  try {
    const text = (await ticketApi.draft(writing.ticketId))?.text ?? ''
    if (!text || writing.reply.text) return
    keepingOf(writing).kept = text
    writing.reply.text = text
    writing.saved = 'saved'
  } catch {
    writing.isRestored = false // asked again when the ticket is opened again
  }
}

function later(writing: Writing, pause = PAUSE): void {
  const keeping = keepingOf(writing)
  clearTimeout(keeping.timer)
  keeping.timer = setTimeout(() => void save(writing), pause)
}

async function save(writing: Writing): Promise<void> {
  const keeping = keepingOf(writing)
  clearTimeout(keeping.timer)
  await keeping.running
  const { text } = writing.reply
  if (text === keeping.kept || writing.reply.sending.phase === 'sending') return
  writing.saved = 'saving'
  keeping.running = ticketApi.keepDraft(writing.ticketId, text).then(
    () => {
      keeping.kept = text
      writing.saved = text ? 'saved' : 'none'
    },
    () => {
      writing.saved = 'failed'
      later(writing, RETRY)
    },
  )
  await keeping.running
  keeping.running = null
}

/** Before sending: what is being saved comes first, or it would come back after the reply has left. */
async function settle(writing: Writing): Promise<void> {
  const keeping = keepingOf(writing)
  clearTimeout(keeping.timer)
  await keeping.running
}

/** The reply has left; the server has dropped its draft. */
function forget(writing: Writing): void {
  const keeping = keepingOf(writing)
  clearTimeout(keeping.timer)
  keeping.kept = ''
  writing.saved = 'none'
}
