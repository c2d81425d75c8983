/** A request that brings one message in, ready to paste into a shell. */
export function inboundExample(origin: string, key: string, locale: string): string {
  const [name, subject, text] =
    locale === 'en'
      ? ['Mei Lin', 'Order 20931', 'My parcel has not arrived.']
      : ['林梅', '订单 20931', '我的包裹还没到。']
  const body = {
    external_id: 'order-20931-1',
    thread_id: 'order-20931',
    sender: { kind: 'email', value: 'mei@example.com', name },
    subject,
    text,
  }
  return [
    `curl -X POST ${origin}/api/v1/channels/${key}/messages \\`,
    `  -H "Authorization: Bearer $ZHIYIN_TOKEN" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${JSON.stringify(body, null, 2).replace(/\n/g, '\n      ')}'`,
  ].join('\n')
}
