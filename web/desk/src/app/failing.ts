import type { App } from 'vue'
import { shallowRef } from 'vue'
import type { Router } from 'vue-router'
import { ApiError, OfflineError } from './api/client'

export interface Failure {
  /** the server can't be reached; it failed; a part of the program can't be loaded; the page itself failed */
  kind: 'offline' | 'server' | 'part' | 'broken'
  error: unknown
  /** the page that was wanted */
  to: string
}

/** Why the page that was wanted is not there; null while all is well. */
export const failure = shallowRef<Failure | null>(null)
/** Whether some part of the page that stands could not be loaded: a dialog, a menu. */
export const isPartMissing = shallowRef(false)

const PLACE = 'zhiyin.reloaded-at'
const PAUSE = 20_000

/** Whatever keeps a page from coming ends on a screen that says what happened, what is kept, and how to go on. */
export function settleFailures(app: App, router: Router): void {
  router.onError(async (error: unknown, to) => {
    const kind = await kindOf(error)
    if (kind === 'part' && reloadOnce(to.fullPath)) return
    if (kind === 'broken') console.error(error)
    failure.value = { kind, error, to: to.fullPath }
  })
  router.afterEach((_to, _from, refusal) => {
    if (!refusal) failure.value = null
  })
  app.config.errorHandler = (error) => {
    console.error(error)
    if (isPart(error)) isPartMissing.value = true
  }
}

async function kindOf(error: unknown): Promise<Failure['kind']> {
  if (error instanceof OfflineError) return 'offline'
  if (error instanceof ApiError) return 'server'
  if (!isPart(error)) return 'broken'
  return (await isServerThere()) ? 'part' : 'offline'
}

/** A page left open over an upgrade asks for parts that are gone: load the new page instead, once. */
function reloadOnce(to: string): boolean {
  if (Date.now() - Number(sessionStorage.getItem(PLACE) ?? 0) < PAUSE) return false
  sessionStorage.setItem(PLACE, String(Date.now()))
  goTo(to)
  return true
}

function isPart(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|module script|Failed to fetch|error loading|preload CSS/i.test(error.message)
}

/** Never into the browser's own error page: from there is no way back to what was written. */
export async function isServerThere(): Promise<boolean> {
  try {
    return (await fetch('/healthz', { cache: 'no-store' })).ok
  } catch {
    return false
  }
}

/** The whole page anew: a browser remembers that a part could not be loaded. */
export function goTo(path: string): void {
  window.location.assign(path)
}
