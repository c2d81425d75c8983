// The service worker of notifications: shows pushes, and opens what they point to. It caches nothing.
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('push', (event) => {
  event.waitUntil(show(event.data ? event.data.json() : {}))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data.url))
})

async function show(told) {
  // whoever has the desk before their eyes sees the bell
  const windows = await self.clients.matchAll({ type: 'window' })
  if (told.id && windows.some((one) => one.focused)) return
  await self.registration.showNotification(told.title || '知音 Zhiyin', { body: told.body || '', tag: told.tag, data: { url: told.url || '/' } })
}

async function open(url) {
  const target = new URL(url, self.location.origin)
  // only ever a page of our own, whatever the message says
  const place = target.origin === self.location.origin ? target.href : self.location.origin
  const windows = await self.clients.matchAll({ type: 'window' })
  const shown = windows.find((one) => one.visibilityState === 'visible') || windows[0]
  if (!shown) return self.clients.openWindow(place)
  await shown.focus()
  return shown.navigate(place)
}
