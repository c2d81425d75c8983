import type { Draft, DraftContent, Mode } from '../drafts/api'
import type { Upload } from './uploading'
import type { Part, Route, Writing } from './writing'

/** What the server holds of one part, as far as we know. */
export interface Kept {
  id: number | null
  version: number
  sharedAt: string | null
  /** the content it was last saved with, as one text; '' for none */
  as: string
  saved: 'none' | 'saving' | 'saved' | 'failed'
  /** what another window wrote meanwhile, until one of the two is chosen */
  other: Draft | null
  /** when a draft that was brought back had been left; '' for one written now */
  leftAt: string
  /** the colleague who took it over, until it is read */
  takenBy: string
}

export function nothingKept(): Kept {
  return { id: null, version: 0, sharedAt: null, as: '', saved: 'none', other: null, leftAt: '', takenBy: '' }
}

export function contentOf(writing: Writing, mode: Mode): DraftContent {
  const { text, files } = writing[mode]
  const route = mode === 'reply' ? writing.route : null
  return {
    mode,
    text,
    channel_id: route?.channelId ?? null,
    to: route?.to ?? '',
    cc: route?.cc ?? [],
    attachment_ids: files.flatMap((file) => (file.stored ? [file.stored.id] : [])),
  }
}

/** The content as one text, to see whether it changed; '' when there is nothing worth keeping. */
export function printOf(content: DraftContent): string {
  return content.text.trim() || content.attachment_ids.length ? JSON.stringify(content) : ''
}

export function printOfDraft({ mode, text, channel_id, to, cc, attachments }: Draft): string {
  return printOf({ mode: mode as Mode, text, channel_id, to, cc, attachment_ids: attachments.map(({ id }) => id) })
}

/** Puts a draft of the server into the composer. */
export function adopt(writing: Writing, draft: Draft): void {
  const mode = draft.mode as Mode
  const part: Part = writing[mode]
  note(part, draft)
  part.kept.leftAt = draft.updated_at
  part.text = draft.text
  part.files = draft.attachments.map(uploadedAlready)
  if (mode === 'reply') writing.route = routeOf(draft)
}

/** Remembers that the server holds this. */
export function note(part: Part, draft: Draft): void {
  part.kept = { id: draft.id, version: draft.version, sharedAt: draft.shared_at, as: printOfDraft(draft), saved: 'saved', other: null, leftAt: '', takenBy: '' }
}

function routeOf({ channel_id, to, cc }: Draft): Route | null {
  return channel_id === null ? null : { channelId: channel_id, to, cc }
}

export function uploadedAlready({ id, name, media_type, size, url }: Draft['attachments'][number]): Upload {
  return { key: `stored-${id}`, name, size, mediaType: media_type, progress: 1, stored: { id, name, media_type, size, url }, error: null, source: null }
}
