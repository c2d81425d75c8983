import { StreamRefused, readStream, type StreamMessage } from './source'

export type LiveState = 'off' | 'connecting' | 'connected' | 'waiting' | 'offline'

export interface Wiring {
  onState: (state: LiveState, retryAt: number | null) => void
  onMessage: (message: StreamMessage) => void
  onRefused: (status: number) => void
}

const FIRST_WAIT = 500
const LONGEST_WAIT = 30_000
const SILENCE = 45_000 // the server sends a comment every 15 s

/** Keeps one stream open: resumes at the last position, waits longer after each failure, with jitter. */
export class Connection {
  private failures = 0
  private closed = true
  private abort: AbortController | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly url: string,
    private readonly wiring: Wiring,
    private readonly random: () => number = Math.random,
    private lastEventId = '',
  ) {}

  open(): void {
    if (!this.closed) return
    this.closed = false
    window.addEventListener('online', this.retryNow)
    void this.run()
  }

  close(): void {
    this.closed = true
    window.removeEventListener('online', this.retryNow)
    clearTimeout(this.timer)
    this.abort?.abort()
    this.wiring.onState('off', null)
  }

  readonly retryNow = (): void => {
    if (this.closed || this.abort) return
    clearTimeout(this.timer)
    void this.run()
  }

  private async run(): Promise<void> {
    this.wiring.onState('connecting', null)
    const abort = (this.abort = new AbortController())
    try {
      await readStream(this.url, this.lastEventId, abort.signal, {
        onOpen: () => this.opened(),
        onPulse: () => this.watchSilence(),
        onMessage: (message) => this.took(message),
      })
    } catch (error) {
      if (error instanceof StreamRefused && (error.status === 401 || error.status === 403)) {
        this.abort = null
        this.close()
        this.wiring.onRefused(error.status)
        return
      }
    }
    this.abort = null
    clearTimeout(this.timer)
    if (!this.closed) this.wait()
  }

  private opened(): void {
    this.failures = 0
    this.watchSilence()
    this.wiring.onState('connected', null)
  }

  private took(message: StreamMessage): void {
    if (message.id) this.lastEventId = message.id
    this.wiring.onMessage(message)
  }

  private watchSilence(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.abort?.abort(), SILENCE)
  }

  private wait(): void {
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures)
    this.failures += 1
    const pause = longest / 2 + this.random() * (longest / 2)
    const isOffline = navigator.onLine === false
    this.wiring.onState(isOffline ? 'offline' : 'waiting', Date.now() + pause)
    this.timer = setTimeout(() => void this.run(), pause)
  }
}
