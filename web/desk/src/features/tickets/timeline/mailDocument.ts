export interface Look {
  lang: string
  isDark: boolean
  showPictures: boolean
  foldLabel: string
  /** the mail's own pictures: where each content id is kept */
  pictures: Record<string, string>
  colours: { text: string; link: string; soft: string; line: string }
}

const QUOTES = 'blockquote, .gmail_quote, #divRplyFwdMsg, .moz-cite-prefix, .OutlookMessageHeader, #appendonsend'
const BLANK = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='
const RICH = 'table, img, ul, ol, h1, h2, h3, h4, pre, hr, figure, picture'

/** A whole document for a sandboxed frame: nothing in it runs, nothing is fetched from elsewhere until asked. */
export function mailDocument(html: string, look: Look): string {
  const body = new DOMParser().parseFromString(html, 'text/html')
  const hasOwnColours = /(?:background|bgcolor|color\s*[:=])/i.test(html)
  placeOwn(body, look.pictures)
  if (look.showPictures) unblock(body)
  else hold(body)
  openLinksOutside(body)
  foldQuotation(body, look.foldLabel)
  // a mail that paints itself stands on white paper, or its black on our dark would be unreadable
  const paper = look.isDark && hasOwnColours ? 'background:#fff;color:#1d2130;color-scheme:light;padding:12px;border-radius:6px' : `color:${look.colours.text}`
  return [
    '<!doctype html><html lang="', attribute(look.lang), '"><head><meta charset="utf-8">',
    '<meta http-equiv="Content-Security-Policy" content="', policy(look.showPictures), '">',
    '<meta name="referrer" content="no-referrer"><base target="_blank"><style>', style(look, paper), '</style></head><body>',
    body.body.innerHTML, '</body></html>',
  ].join('')
}

/** Whether a mail says with its layout no more than its text does. */
export function isPlain(html: string): boolean {
  return new DOMParser().parseFromString(html, 'text/html').body.querySelector(RICH) === null
}

function policy(showPictures: boolean): string {
  const own = typeof location === 'undefined' ? '' : location.origin
  const pictures = `${own} data:${showPictures ? ' https: http:' : ''}`.trim()
  return `default-src 'none'; img-src ${pictures}; style-src 'unsafe-inline'; form-action 'none'`
}

/** `cid:` names a picture of the mail itself; it comes from us, so nobody learns that it was looked at. */
function placeOwn(mail: Document, pictures: Record<string, string>): void {
  for (const picture of mail.querySelectorAll('img[src^="cid:"]')) {
    const kept = pictures[(picture.getAttribute('src') ?? '').slice(4)]
    if (kept) picture.setAttribute('src', kept)
    else picture.removeAttribute('src')
  }
}

function unblock(mail: Document): void {
  for (const picture of mail.querySelectorAll('[data-blocked-src]')) {
    const source = picture.getAttribute('data-blocked-src') ?? ''
    if (/^https?:\/\//i.test(source)) picture.setAttribute('src', source)
    picture.removeAttribute('data-blocked-src')
  }
}

/** An empty frame of the picture's size; what is there only to count the opening takes no room. */
function hold(mail: Document): void {
  for (const picture of mail.querySelectorAll<HTMLElement>('img[data-blocked-src]')) {
    const [width, height] = ['width', 'height'].map((name) => Number.parseInt(picture.getAttribute(name) ?? ''))
    if ([width, height].some((size) => size !== undefined && size <= 2)) picture.setAttribute('hidden', '')
    picture.setAttribute('src', BLANK)
    if (width && height) picture.style.aspectRatio = `${width} / ${height}`
  }
}

function openLinksOutside(mail: Document): void {
  for (const link of mail.querySelectorAll('a[href]')) {
    link.setAttribute('target', '_blank')
    link.setAttribute('rel', 'noopener noreferrer nofollow')
  }
}

/** <details> opens without a script. */
function foldQuotation(mail: Document, label: string): void {
  const first = mail.body.querySelector(QUOTES)
  if (!first || !hasWordsBefore(mail.body, first)) return
  const details = mail.createElement('details')
  const summary = mail.createElement('summary')
  summary.textContent = '···'
  summary.setAttribute('title', label)
  summary.setAttribute('aria-label', label)
  first.replaceWith(details)
  details.append(summary, first)
  if (first.id !== 'divRplyFwdMsg' && first.id !== 'appendonsend') return
  while (details.nextSibling) details.append(details.nextSibling) // Outlook quotes by what follows its header
}

function hasWordsBefore(body: HTMLElement, quote: Element): boolean {
  const walk = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
  for (let node = walk.nextNode(); node && node !== quote; node = walk.nextNode()) {
    if (node.nodeName === 'IMG' || (node.nodeType === Node.TEXT_NODE && node.textContent?.trim())) return true
  }
  return false
}

function attribute(value: string): string {
  return value.replace(/[^\w-]/g, '')
}

function style({ colours, isDark }: Look, paper: string): string {
  return `html{color-scheme:${isDark ? 'dark' : 'light'}}
body{margin:0;${paper};font:14px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;overflow-wrap:anywhere;overflow-y:hidden}
img{max-width:100%;height:auto}img[data-blocked-src]{display:inline-block;min-width:24px;min-height:24px;max-height:160px;border:1px dashed ${colours.line};border-radius:4px}
table{max-width:100%}pre{white-space:pre-wrap}p{margin:0 0 .7em}p:last-child{margin:0}a{color:${colours.link}}
blockquote{margin:.4em 0 0;padding-left:10px;border-left:2px solid ${colours.line};color:${colours.soft}}
summary{width:max-content;margin:6px 0;padding:0 8px;border-radius:8px;background:${colours.line};color:${colours.soft};line-height:14px;list-style:none;cursor:pointer}`
}
