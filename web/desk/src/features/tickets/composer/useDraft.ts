import { onScopeDispose, watch, type Ref } from 'vue'
import { isApiError } from '@/app/api/client'
import { queryClient } from '@/app/queries'
import { draftApi, MINE, type Draft, type DraftsThen, type Mode } from '../drafts/api'
import { adopt, contentOf, note, nothingKept, printOf, printOfDraft } from './keptDraft'
import { dropHere, keepHere, keptHere } from './unsaved'
import { MODES, type Writing } from './writing'

const PAUSE = 800
const RETRY = 5000

interface Keeping {
  timer: ReturnType<typeof setTimeout> | undefined
  running: Promise<void> | null
  settledAt: number
}

const keepings = new Map<string, Keeping>()

function keepingOf({ staffId, ticketId }: Writing, mode: Mode): Keeping {
  const key = `${staffId}:${ticketId}:${mode}`
  const known = keepings.get(key)
  if (known) return known
  const fresh: Keeping = { timer: undefined, running: null, settledAt: 0 }
  keepings.set(key, fresh)
  return fresh
}

/** Keeps what is written on the server while it is written, and brings it back. */
export function useDraft(writing: Ref<Writing>) {
  watch(writing, (now, before) => {
    if (before) saveAll(before)
    if (!now.isRestored) void restore(now)
  }, { immediate: true })

  for (const mode of MODES) {
    watch(() => printOf(contentOf(writing.value, mode)), (print) => {
      if (!writing.value.isRestored || print === writing.value[mode].kept.as) return
      keepHere(writing.value, mode)
      later(writing.value, mode)
    })
  }

  const saveNow = () => saveAll(writing.value)
  const saveWhenHidden = () => {
    if (document.hidden) saveNow()
  }
  document.addEventListener('visibilitychange', saveWhenHidden)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', saveWhenHidden)
    saveNow()
  })

  return { settle, forget, saveNow, keepMine, takeTheirs, share }
}

async function restore(writing: Writing): Promise<void> {
  writing.isRestored = true
  try {
    const own = (await draftApi.on(writing.ticketId)).filter((draft) => draft.staff.id === writing.staffId)
    for (const draft of own) {
      const part = writing[draft.mode as Mode]
      const isUntouched = printOf(contentOf(writing, draft.mode as Mode)) === ''
      if (isUntouched) adopt(writing, draft)
      else if (part.kept.id === null) part.kept.other = draft
    }
    for (const mode of MODES) bringBack(writing, mode, own.find((draft) => draft.mode === mode))
    const first = own[0]
    if (own.length === 1 && first && writing.reply.kept.id === null) writing.mode = first.mode as Mode
  } catch {
    writing.isRestored = false // asked again when the ticket is opened again
  }
}

/** What the server never got before the page went: it goes on from its draft, or stands beside one that is newer. */
function bringBack(writing: Writing, mode: Mode, draft: Draft | undefined): void {
  const unsaved = keptHere(writing, mode)
  const part = writing[mode]
  if (!unsaved || part.kept.other || (part.text.trim() && !draft)) return
  if (unsaved.text === part.text) return dropHere(writing, mode)
  if (draft && draft.version !== unsaved.version) part.kept = { ...nothingKept(), other: draft }
  part.text = unsaved.text
  later(writing, mode, 0)
}

function later(writing: Writing, mode: Mode, pause = PAUSE): void {
  const keeping = keepingOf(writing, mode)
  clearTimeout(keeping.timer)
  keeping.timer = setTimeout(() => void save(writing, mode), pause)
}

function saveAll(writing: Writing): void {
  for (const mode of MODES) void save(writing, mode)
}

async function save(writing: Writing, mode: Mode): Promise<void> {
  const keeping = keepingOf(writing, mode)
  clearTimeout(keeping.timer)
  await keeping.running
  const part = writing[mode]
  const content = contentOf(writing, mode)
  const print = printOf(content)
  if (print === part.kept.as || part.sending.phase === 'sending' || part.kept.other) return
  const isFirst = part.kept.id === null
  part.kept.saved = 'saving'
  keeping.running = draftApi.keep(writing.ticketId, print ? content : { ...content, text: '' }, part.kept.version).then(
    (draft) => {
      if (draft) note(part, draft)
      else part.kept = nothingKept()
      part.kept.as = print // the server may tidy what it keeps
      if (print === printOf(contentOf(writing, mode))) dropHere(writing, mode)
      if (isFirst !== !draft) void queryClient.invalidateQueries({ queryKey: MINE })
    },
    async (error) => {
      part.kept.saved = 'failed'
      if (isApiError(error, 'tickets.draft_changed')) await reconcile(writing, mode)
      else later(writing, mode, RETRY)
    },
  )
  await keeping.running
  keeping.running = null
  keeping.settledAt = Date.now()
}

/** The server holds another draft than we thought. */
async function reconcile(writing: Writing, mode: Mode): Promise<void> {
  try {
    compare(writing, mode, await draftApi.on(writing.ticketId))
  } catch {
    later(writing, mode, RETRY)
  }
}

/** Drafts as the stream told them: somebody may have taken ours over, or another window gone on with it. */
export function hearDrafts(writing: Writing, { askedAt, drafts }: DraftsThen): void {
  for (const mode of MODES) {
    const keeping = keepingOf(writing, mode)
    const isOld = keeping.running !== null || askedAt <= keeping.settledAt
    if (!isOld && writing[mode].kept.id !== null) compare(writing, mode, drafts)
  }
}

function compare(writing: Writing, mode: Mode, drafts: Draft[]): void {
  const part = writing[mode]
  const { kept } = part
  const print = printOf(contentOf(writing, mode))
  const own = drafts.find((draft) => draft.staff.id === writing.staffId && draft.mode === mode)
  if (own) {
    if (own.id === kept.id && own.version <= kept.version) return
    if (print === printOfDraft(own)) note(part, own)
    else if (print === kept.as) adopt(writing, own)
    else kept.other = own
    return
  }
  const taken = drafts.find((draft) => draft.id === kept.id)
  const isUnchanged = print === kept.as
  part.kept = { ...nothingKept(), takenBy: taken?.staff.name ?? '' }
  if (isUnchanged) {
    part.text = ''
    part.files = []
  } else later(writing, mode) // what was added since stays, as a draft of its own
}

/** Of two versions ours goes on. */
function keepMine(writing: Writing, mode: Mode): void {
  const { kept } = writing[mode]
  if (!kept.other) return
  writing[mode].kept = { ...kept, id: kept.other.id, version: kept.other.version, sharedAt: kept.other.shared_at, other: null }
  void save(writing, mode)
}

function takeTheirs(writing: Writing, mode: Mode): void {
  const { other } = writing[mode].kept
  if (other) adopt(writing, other)
}

/** Lets colleagues see the draft, or no more. */
async function share(writing: Writing, mode: Mode, isShared: boolean): Promise<void> {
  await save(writing, mode)
  const part = writing[mode]
  if (part.kept.id === null) return
  const draft = await draftApi[isShared ? 'share' : 'withdraw']({ id: part.kept.id, ticketId: writing.ticketId })
  part.kept = { ...part.kept, version: draft.version, sharedAt: draft.shared_at }
}

/** Before sending: what is being saved comes first, or it would come back after the reply has left. */
async function settle(writing: Writing): Promise<void> {
  for (const mode of MODES) {
    const keeping = keepingOf(writing, mode)
    clearTimeout(keeping.timer)
    await keeping.running
  }
}

/** It has left; the server has dropped its draft. */
function forget(writing: Writing, mode: Mode): void {
  dropHere(writing, mode)
  clearTimeout(keepingOf(writing, mode).timer)
  keepingOf(writing, mode).settledAt = Date.now()
  writing[mode].kept = nothingKept()
  void queryClient.invalidateQueries({ queryKey: MINE })
}
