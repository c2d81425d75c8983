import { ApiError } from './client'

/** The server's complaints about single fields, by the field's name; {} when the error is of another kind. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  const fields = error.params.fields
  if (!fields || typeof fields !== 'object') return {}
  const plain: Record<string, string> = {}
  for (const [path, words] of Object.entries(fields as Record<string, unknown>)) {
    plain[path.split('.').at(-1) as string] = Array.isArray(words) ? words.join(' ') : String(words)
  }
  return plain
}
