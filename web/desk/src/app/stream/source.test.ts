import { describe, expect, it } from 'vitest'
import { parser, type StreamMessage } from './source'

function read(...pieces: string[]): StreamMessage[] {
  const messages: StreamMessage[] = []
  const parse = parser((message) => messages.push(message))
  for (const piece of pieces) parse(piece)
  return messages
}

describe('the reader of the stream', () => {
  it('reads id, event and data', () => {
    expect(read('id: 7\nevent: ticket\ndata: {"id":1}\n\n')).toEqual([{ id: '7', event: 'ticket', data: '{"id":1}' }])
  })

  it('joins pieces cut anywhere', () => {
    expect(read('id: 8\nev', 'ent: counts\nda', 'ta: {}\n', '\n')).toEqual([{ id: '8', event: 'counts', data: '{}' }])
  })

  it('joins lines of data and takes every kind of line end', () => {
    expect(read('data: a\r\ndata: b\r\n\r\n')).toEqual([{ id: '', event: 'message', data: 'a\nb' }])
    expect(read('data: a\r', '\n\r\n')).toEqual([{ id: '', event: 'message', data: 'a' }])
  })

  it('passes over comments that keep the line open', () => {
    expect(read(': still here\n\n', 'data: x\n\n')).toEqual([{ id: '', event: 'message', data: 'x' }])
  })

  it('keeps the last id for messages without their own', () => {
    expect(read('id: 3\ndata: a\n\ndata: b\n\n').map((message) => message.id)).toEqual(['3', '3'])
  })
})
