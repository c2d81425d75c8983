let fresh: { id: number; secret: string } | null = null

/** A secret is told once, by the page that made the web-hook; it is carried to the page that shows it. */
export function keepFreshSecret(id: number, secret: string): void {
  fresh = secret ? { id, secret } : null
}

export function takeFreshSecret(id: number): string {
  const secret = fresh?.id === id ? fresh.secret : ''
  fresh = null
  return secret
}
