import { newIdempotencyKey, cookie } from '@/app/api/client'
import { ApiError, OfflineError, type Problem } from '@/app/api/problem'
import type { StoredFile } from '@/app/api/types'

export interface Upload {
  key: string
  name: string
  size: number
  mediaType: string
  /** 0 to 1 */
  progress: number
  stored: StoredFile | null
  error: unknown
  /** for another try */
  source: File | null
}

export function uploadOf(file: File): Upload {
  return { key: newIdempotencyKey(), name: nameOf(file), size: file.size, mediaType: file.type, progress: 0, stored: null, error: null, source: file }
}

/** A pasted picture has no name worth keeping. */
function nameOf(file: File): string {
  if (file.name && file.name !== 'image.png') return file.name
  const now = new Date()
  const two = (n: number) => String(n).padStart(2, '0')
  return `screenshot-${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}.png`
}

/** Sends one file and tells how far it has come; fetch can't tell that. */
export function sendFile(upload: Upload, locale: string): Promise<void> {
  const { source } = upload
  if (!source) return Promise.resolve()
  upload.error = null
  upload.progress = 0
  return new Promise((done) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/api/v1/files')
    request.setRequestHeader('X-CSRFToken', cookie('csrftoken'))
    request.setRequestHeader('Accept-Language', locale)
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) upload.progress = event.loaded / event.total
    }
    request.onload = () => {
      settle(upload, request)
      done()
    }
    request.onerror = () => {
      upload.error = new OfflineError()
      done()
    }
    const form = new FormData()
    form.append('file', source, upload.name)
    request.send(form)
  })
}

function settle(upload: Upload, request: XMLHttpRequest): void {
  let body: unknown = null
  try {
    body = JSON.parse(request.responseText)
  } catch {
    // a proxy answered with its own page
  }
  if (request.status >= 200 && request.status < 300 && body) {
    upload.stored = body as StoredFile
    upload.progress = 1
    upload.source = null
    return
  }
  const blank: Problem = { status: request.status, code: `http.${request.status}`, detail: '', params: {} }
  upload.error = new ApiError({ ...blank, ...(body as Partial<Problem> | null), status: request.status })
}
