/** What Word and web pages put on the clipboard, reduced to structure. */
export function fromWord(html: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html')
  for (const gone of page.querySelectorAll('style, script, meta, link, xml, o\\:p, title')) if (!gone.textContent?.trim() || gone.tagName !== 'O:P') gone.remove()
  listsOf(page)
  for (const one of page.querySelectorAll('*')) {
    for (const name of one.getAttributeNames()) if (!KEPT.has(name)) one.removeAttribute(name)
    // pictures of the clipboard's file system can't be read by anybody else
    if (one.tagName === 'IMG' && !/^(https?:|\/api\/)/.test(one.getAttribute('src') ?? '')) one.remove()
    if (one.tagName === 'H1') rename(one, 'h2')
  }
  return page.body.innerHTML.replace(/<!--[\s\S]*?-->/g, '').replace(/<\/?(?:span|font|o:p|div)[^>]*>/g, '')
}

const KEPT = new Set(['href', 'src', 'alt', 'colspan', 'rowspan'])

/** Word writes lists as paragraphs with a bullet or number in front. */
function listsOf(page: Document): void {
  let list: HTMLElement | null = null
  for (const line of [...page.querySelectorAll('p')]) {
    const isItem = /MsoListParagraph/.test(line.className) || /mso-list:\s*l\d/.test(line.getAttribute('style') ?? '')
    if (!isItem) {
      list = null
      continue
    }
    const text = line.textContent?.trim() ?? ''
    const isNumbered = /^(\d+|[a-z]|[ivx]+)[.)、]/i.test(text)
    const tag = isNumbered ? 'OL' : 'UL'
    if (list?.tagName !== tag || list.nextElementSibling !== line) {
      list = page.createElement(tag)
      line.before(list)
    }
    const item = page.createElement('li')
    item.textContent = text.replace(/^(?:[·•◦▪●\uf0b7o§-]|(?:\d+|[a-z]|[ivx]+)[.)、])\s*/i, '').trim()
    list.append(item)
    line.remove()
  }
}

function rename(one: Element, tag: string): void {
  const made = one.ownerDocument.createElement(tag)
  made.append(...one.childNodes)
  one.replaceWith(made)
}
