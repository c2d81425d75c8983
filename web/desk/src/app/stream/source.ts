/** Reads one text/event-stream response. Fetch instead of EventSource: it shows the status and sends Last-Event-ID when we decide. */
export interface StreamMessage {
  id: string
  event: string
  data: string
}

export async function readStream(
  url: string,
  lastEventId: string,
  signal: AbortSignal,
  hear: { onOpen: () => void; onPulse: () => void; onMessage: (message: StreamMessage) => void },
): Promise<void> {
  const headers: Record<string, string> = { Accept: 'text/event-stream' }
  if (lastEventId) headers['Last-Event-ID'] = lastEventId
  const response = await fetch(url, { headers, signal, credentials: 'same-origin', cache: 'no-store' })
  if (!response.ok || !response.body) throw new StreamRefused(response.status)
  hear.onOpen()
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  const parse = parser(hear.onMessage)
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    hear.onPulse() // comments count: they are sent to show that the line is alive
    parse(decoder.decode(value, { stream: true }))
  }
}

export class StreamRefused extends Error {
  constructor(readonly status: number) {
    super(`stream refused with ${status}`)
  }
}

/** Feeds on pieces of text and hands over whole messages. */
export function parser(onMessage: (message: StreamMessage) => void): (piece: string) => void {
  let rest = ''
  let id = ''
  let event = ''
  let data: string[] = []
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  }

  function take(line: string): void {
    if (line === '') {
      if (data.length) onMessage({ id, event: event || 'message', data: data.join('\n') })
      event = ''
      data = []
      return
    }
    if (line.startsWith(':')) return
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
    else if (field === 'id') id = value
  }
}
