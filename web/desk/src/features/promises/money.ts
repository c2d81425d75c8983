/** "120.00" → "120", "0.50" → "0.50": amounts as people write them. */
export function amountText(amount: string | null, locale: string): string {
  if (amount === null) return ''
  const value = Number(amount)
  return new Intl.NumberFormat(locale, { minimumFractionDigits: Number.isInteger(value) ? 0 : 2, maximumFractionDigits: 2 }).format(value)
}

/** An amount of money as it is written in the reader's language: ¥1,200, US$0.50. */
export function moneyText(amount: string | number | null, currency: string, locale: string): string {
  if (amount === null) return ''
  const isWhole = Number.isInteger(Number(amount))
  return new Intl.NumberFormat(locale, { style: 'currency', currency, ...(isWhole ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {}) }).format(Number(amount))
}

/** What a gift of so many units is worth, to the cent. */
export function worthOf(units: number, worth: string): number {
  return Math.round(units * Number(worth) * 100) / 100
}

/** Which limits an amount goes over, by the same rules as the server's. */
export function exceeded(amount: number, limits: { a_grant: string; a_day: string; given_today: string; customer_amount: string; customer_got: string; customer_count: number; customer_times: number }): string[] {
  const over: string[] = []
  if (amount > Number(limits.a_grant)) over.push('a_grant')
  if (Number(limits.given_today) + amount > Number(limits.a_day)) over.push('a_day')
  if (amount > 0 && Number(limits.customer_got) + amount > Number(limits.customer_amount)) over.push('customer')
  if (amount > 0 && limits.customer_times + 1 > limits.customer_count) over.push('customer_count')
  return over
}
