import type { Router } from 'vue-router'

const PLACE = 'zhiyin.reloaded-at'
const PAUSE = 20_000

/** A page left open over an upgrade asks for chunks that are gone: load the new page instead, once. */
export function reloadOnNewVersion(router: Router): void {
  router.onError((error: unknown, to) => {
    const words = error instanceof Error ? error.message : ''
    if (!/dynamically imported module|module script|Failed to fetch|error loading/i.test(words)) return
    if (Date.now() - Number(sessionStorage.getItem(PLACE) ?? 0) < PAUSE) return
    sessionStorage.setItem(PLACE, String(Date.now()))
    window.location.assign(to.fullPath)
  })
}
