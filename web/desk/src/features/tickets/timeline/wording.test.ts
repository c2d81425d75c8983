import { describe, expect, it } from 'vitest'
import { loadDailyWords, messages } from '@/app/i18n'
import { fieldsOf, sentenceFor } from './wording'

await loadDailyWords()
const has = (key: string) => key.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], messages['zh-CN']) !== undefined

describe('events in words', () => {
  it.each([
    ['tickets.assigned', { from_id: null, to_id: 3, to_name: '李娜' }, 3, 'tickets.event.assigned.self'],
    ['tickets.assigned', { from_id: 3, to_id: 4, to_name: '李娜' }, 3, 'tickets.event.assigned.to'],
    ['tickets.assigned', { from_id: 3, to_id: null, from_name: '李娜' }, 3, 'tickets.event.assigned.nobody'],
    ['tickets.moved', { to_group_id: 2, to_group_name: '售后' }, 3, 'tickets.event.moved.to'],
    ['tickets.moved', { to_group_id: null }, 3, 'tickets.event.moved.nowhere'],
    ['tickets.opened', {}, null, 'tickets.event.opened.customer'],
    ['tickets.opened', {}, 3, 'tickets.event.opened.by'],
    ['tickets.reopened', { was: 'solved' }, null, 'tickets.event.reopened.customer'],
    ['tickets.reopened', { was: 'solved' }, 3, 'tickets.event.reopened.by'],
  ])('tell what %s means: %j', (type, params, by, key) => {
    expect(sentenceFor(type, params, by).key).toBe(key)
    expect(has(key)).toBe(true)
  })

  it.each(['set_pending', 'put_on_hold', 'resolved', 'closed', 'edited', 'reply_undone'])('know %s', (name) => {
    expect(has(sentenceFor(`tickets.${name}`, {}, 3).key)).toBe(true)
  })

  it.each([
    ['clock_warned', 'customer.first_reply.1', 'first_reply'],
    ['clock_breached', 'regulator.total_resolution.1', 'total_resolution'],
    ['escalation_reached', 'case:3:diagnose', 'step'],
    ['task_wanted', undefined, 'step'],
  ])('tell of promises: %s %s', (name, key, metric) => {
    const sentence = sentenceFor(`sla.${name}`, { key, level: 75 }, null)
    expect(sentence).toEqual({ key: `tickets.event.sla.${name}`, values: { metric: `tickets.metric.${metric}`, level: '75', title: '' } })
    expect([has(sentence.key), has(sentence.values.metric ?? '')]).toEqual([true, true])
  })

  it.each([
    [{ reason: 'form_done' }, 'form_done', {}],
    [{ reason: 'none_fits' }, 'none_fits', {}],
    [{ reason: 'unsure' }, 'other', {}],
    [{ reason: 'category_off', category_id: 7, switched_category_id: 3, switched_channel_id: null }, 'category_off', { category: '7' }],
    [{ reason: 'category_off', category_id: 7, switched_category_id: 7, switched_channel_id: 2 }, 'category_off_here', { category: '7' }],
    [{ reason: 'category_off', category_id: null, switched_channel_id: 2 }, 'default_off', {}],
  ])('say why a machine left it to people: %j', (params, name, values) => {
    const sentence = sentenceFor('assist.left_to_people', params, null)
    expect(sentence).toEqual({ key: `tickets.event.assist.left_to_people.${name}`, values })
    expect(has(sentence.key)).toBe(true)
  })

  it('name the fields that were edited', () => {
    expect(fieldsOf({ fields: ['priority', 'tags', 'odd'] })).toEqual(['tickets.field.priority', 'tickets.field.tags'])
    expect(fieldsOf({ fields: ['priority', 'tags'] }).every(has)).toBe(true)
  })
})
