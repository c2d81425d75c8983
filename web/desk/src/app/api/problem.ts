/** An answer of the server that is not the one asked for (RFC 9457). */
export interface Problem {
  type?: string
  title?: string
  status: number
  code: string
  detail: string
  params: Record<string, unknown>
  request_id?: string
}

/** The server refused, and said why: `code` is stable, `message` is in the reader's language. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly params: Record<string, unknown>
  readonly requestId: string

  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ApiError'
    this.code = problem.code
    this.status = problem.status
    this.params = problem.params
    this.requestId = problem.request_id ?? ''
  }

  get detail(): string {
    return this.message
  }
}

/** The server was not reached at all. */
export class OfflineError extends Error {
  constructor(cause?: unknown) {
    super('offline', { cause })
    this.name = 'OfflineError'
  }
}

export function isApiError(error: unknown, code?: string): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code)
}

export async function problemOf(response: Response): Promise<Problem> {
  // a server that failed answers with a bare page; its number is in the header all the same
  const request_id = response.headers.get('x-request-id') ?? ''
  const blank: Problem = { status: response.status, code: `http.${response.status}`, detail: '', params: {}, request_id }
  const type = response.headers.get('content-type') ?? ''
  if (!type.includes('json')) return blank
  try {
    const body = (await response.json()) as Partial<Problem>
    return {
      ...blank,
      ...body,
      code: body.code || blank.code,
      detail: typeof body.detail === 'string' ? body.detail : '',
      params: body.params ?? {},
      status: response.status,
    }
  } catch {
    return blank
  }
}
