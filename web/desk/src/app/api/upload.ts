import { api } from './client'
import type { StoredFile } from './types'

/** Stores one file and gives back what to attach. */
export function uploadFile(file: File | Blob, name?: string, signal?: AbortSignal): Promise<StoredFile> {
  const form = new FormData()
  form.append('file', file, name ?? (file instanceof File ? file.name : 'file'))
  return api.post<StoredFile>('/files', form, { signal })
}
