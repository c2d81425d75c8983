import { Connection, type LiveState, type Wiring } from './connection'
import type { StreamMessage } from './source'

type Said =
  | { kind: 'ask' }
  | { kind: 'state'; state: LiveState; retryAt: number | null }
  | { kind: 'message'; message: StreamMessage }
  | { kind: 'refused'; status: number }
  | { kind: 'retry' }

/** What a page needs of its stream, whether it holds the line itself or hears it from another tab. */
export interface Line {
  open(): void
  close(): void
  retryNow(): void
}

/**
 * One stream for all tabs of a person: browsers allow six connections to a server over HTTP/1.1,
 * and six open tabs would leave none for work. The tab that holds the lock holds the line and tells
 * the others; when it closes, the next goes on after the last message it has heard.
 */
export class SharedLine implements Line {
  private readonly channel: BroadcastChannel
  private readonly closing = new AbortController()
  private connection: Connection | null = null
  private release: () => void = () => undefined
  private lastEventId = ''
  private state: LiveState = 'connecting'
  private retryAt: number | null = null

  constructor(
    private readonly url: string,
    private readonly name: string,
    private readonly wiring: Wiring,
  ) {
    this.channel = new BroadcastChannel(name)
  }

  open(): void {
    this.channel.onmessage = ({ data }: MessageEvent<Said>) => this.hear(data)
    this.wiring.onState('connecting', null)
    this.say({ kind: 'ask' })
    navigator.locks.request(this.name, { signal: this.closing.signal }, () => this.hold()).catch(() => undefined) // closed while waiting
  }

  close(): void {
    this.closing.abort()
    this.connection?.close()
    this.release()
    this.channel.close()
    this.wiring.onState('off', null)
  }

  retryNow(): void {
    if (this.connection) this.connection.retryNow()
    else this.say({ kind: 'retry' })
  }

  private hold(): Promise<void> {
    if (this.closing.signal.aborted) return Promise.resolve()
    this.connection = new Connection(
      this.url,
      {
        onState: (state, retryAt) => this.tell({ kind: 'state', state, retryAt }),
        onMessage: (message) => this.tell({ kind: 'message', message }),
        onRefused: (status) => this.tell({ kind: 'refused', status }),
      },
      Math.random,
      this.lastEventId,
    )
    this.connection.open()
    return new Promise((resolve) => (this.release = resolve))
  }

  /** To the other tabs and to this one. */
  private tell(said: Said): void {
    if (this.closing.signal.aborted) return
    this.say(said)
    this.hear(said)
  }

  private say(said: Said): void {
    this.channel.postMessage(said)
  }

  private hear(said: Said): void {
    if (said.kind === 'state') {
      this.state = said.state
      this.retryAt = said.retryAt
      this.wiring.onState(said.state, said.retryAt)
    } else if (said.kind === 'message') {
      if (said.message.id) this.lastEventId = said.message.id
      this.wiring.onMessage(said.message)
    } else if (said.kind === 'refused') {
      this.wiring.onRefused(said.status)
    } else if (this.connection) {
      if (said.kind === 'retry') this.connection.retryNow()
      else this.say({ kind: 'state', state: this.state, retryAt: this.retryAt })
    }
  }
}

/** A shared line where the browser can share, else one of its own. */
export function openLine(url: string, name: string, wiring: Wiring): Line {
  const canShare = 'BroadcastChannel' in window && 'locks' in navigator
  const line = canShare ? new SharedLine(url, name, wiring) : new Connection(url, wiring)
  line.open()
  return line
}
