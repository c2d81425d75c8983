const ADDRESS = /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/

export function isAddress(text: string): boolean {
  return ADDRESS.test(text.trim())
}

/** Takes apart what was typed or pasted: "王芳 <a@b.cn>; c@d.cn" → both addresses; what is none stays to be put right. */
export function addressesIn(text: string): { addresses: string[]; rest: string } {
  const addresses: string[] = []
  const rest: string[] = []
  for (const part of text.split(/[,;，；\n]+/)) {
    const plain = (/<([^>]+)>/.exec(part)?.[1] ?? part).trim()
    if (!plain) continue
    if (isAddress(plain)) addresses.push(plain)
    else rest.push(...plain.split(/\s+/).filter((word) => (isAddress(word) ? !addresses.push(word) : true)))
  }
  return { addresses, rest: rest.join(' ') }
}

export function addAll(known: string[], added: string[]): string[] {
  const have = new Set(known.map((address) => address.toLowerCase()))
  return [...known, ...added.filter((address) => !have.has(address.toLowerCase()) && have.add(address.toLowerCase()))]
}
