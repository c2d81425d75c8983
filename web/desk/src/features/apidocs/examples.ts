import { inboundExample } from '@/features/settings/channels/examples'

const AUTH = `  -H "Authorization: Bearer $ZHIYIN_TOKEN"`
const JSON_TYPE = `  -H "Content-Type: application/json"`

/** Requests ready to paste into a shell, against this very server. */
export function examples(origin: string, locale: string) {
  const isEnglish = locale === 'en'
  const post = (path: string, body: object) => [`curl -X POST ${origin}/api/v1${path} \\`, `${AUTH} \\`, `${JSON_TYPE} \\`, `  -d '${JSON.stringify(body, null, 2).replace(/\n/g, '\n      ')}'`].join('\n')
  const get = (path: string) => [`curl "${origin}/api/v1${path}" \\`, AUTH].join('\n')
  return {
    hello: [`export ZHIYIN_TOKEN=zyt_…`, get('/tickets/counts')].join('\n'),
    list: get('/tickets?view=open&limit=20'),
    create: post('/tickets', {
      customer_name: isEnglish ? 'Mei Lin' : '林梅',
      customer_email: 'mei@example.com',
      subject: isEnglish ? 'Order 20931' : '订单 20931',
      text: isEnglish ? 'Your parcel arrives tomorrow.' : '你的包裹明天送到。',
      idempotency_key: 'order-20931-opened',
    }),
    reply: post('/tickets/12/replies', { text: isEnglish ? 'It arrives tomorrow.' : '明天就能送到。', attachment_ids: [], idempotency_key: 'order-20931-reply-1', then: 'pending' }),
    inbound: inboundExample(origin, 'KEY', locale),
  }
}

export const problemExample = (locale: string): string =>
  JSON.stringify(
    {
      type: 'urn:zhiyin:problem:tickets.claimed_by_other',
      title: locale === 'en' ? 'Lin was faster and has this ticket now.' : '小林 已先一步领取了这张工单。',
      status: 409,
      code: 'tickets.claimed_by_other',
      detail: locale === 'en' ? 'Lin was faster and has this ticket now.' : '小林 已先一步领取了这张工单。',
      params: { by_name: locale === 'en' ? 'Lin' : '小林', by_id: 7 },
      request_id: '104c1d7b057b483093189678addb2637',
    },
    null,
    2,
  )

/** Standard Webhooks: what a receiver does before it believes a call. */
export const verifyExample = `# Python
import base64, hashlib, hmac
key = base64.b64decode(SECRET.removeprefix("whsec_"))
said = f'{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}'
proof = base64.b64encode(hmac.new(key, said.encode(), hashlib.sha256).digest()).decode()
assert any(hmac.compare_digest(f"v1,{proof}", one) for one in headers["webhook-signature"].split())`
