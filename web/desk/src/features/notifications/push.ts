import { addDevice, type Device } from './api'

const SCRIPT = '/push.js'

export type PushState = 'unsupported' | 'denied' | 'off' | 'on'

export const canPush = (): boolean => window.isSecureContext && 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration(SCRIPT)
  return (await registration?.pushManager.getSubscription()) ?? null
}

/** SHA-256 of the endpoint, as the server names its rows. */
export async function fingerprintHere(): Promise<string> {
  const known = canPush() ? await subscription() : null
  if (!known) return ''
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(known.endpoint))
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** How push stands in this browser, given the rows the server has. */
export async function stateHere(devices: Device[]): Promise<PushState> {
  if (!canPush()) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  const here = await fingerprintHere()
  return here && devices.some((device) => device.fingerprint === here) ? 'on' : 'off'
}

/** Asks the person, then the browser's push service, then tells ours. False when the person says no. */
export async function turnOn(key: string): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false
  await navigator.serviceWorker.register(SCRIPT)
  const registration = await navigator.serviceWorker.ready
  const old = await registration.pushManager.getSubscription()
  await old?.unsubscribe() // it may be of an older key
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: fromBase64Url(key) })
  const told = made.toJSON().keys ?? {}
  await addDevice({ endpoint: made.endpoint, public_key: told.p256dh ?? '', secret: told.auth ?? '' })
  return true
}

export async function forgetHere(): Promise<void> {
  await (await subscription())?.unsubscribe()
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}
