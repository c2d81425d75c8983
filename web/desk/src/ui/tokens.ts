/** The colours of the house, once; CSS variables and the Naive UI theme are both made from them. */
export interface Palette {
  accent: string
  accentHover: string
  accentPressed: string
  accentSoft: string
  onAccent: string
  canvas: string
  surface: string
  raised: string
  sunken: string
  rail: string
  railText: string
  railActive: string
  line: string
  lineStrong: string
  text: string
  textSoft: string
  textFaint: string
  good: string
  goodSoft: string
  warn: string
  warnSoft: string
  bad: string
  badSoft: string
  note: string
  noteLine: string
  focus: string
  shadow: string
}

export const light: Palette = {
  accent: '#3f51c7',
  accentHover: '#5263d6',
  accentPressed: '#3242a8',
  accentSoft: '#eceefb',
  onAccent: '#ffffff',
  canvas: '#f4f5f7',
  surface: '#ffffff',
  raised: '#ffffff',
  sunken: '#f7f8fa',
  rail: '#20243a',
  railText: '#b4b9d3',
  railActive: '#363c5e',
  line: '#e4e6eb',
  lineStrong: '#c9cdd6',
  text: '#1d2130',
  textSoft: '#545b6e',
  textFaint: '#62697c',
  good: '#17723f',
  goodSoft: '#e6f5ec',
  warn: '#8a5200',
  warnSoft: '#fdf2de',
  bad: '#b52d24',
  badSoft: '#fdecea',
  note: '#fff9e6',
  noteLine: '#ecdca4',
  focus: '#3f51c7',
  shadow: '0 1px 2px rgb(20 24 40 / 6%), 0 8px 24px rgb(20 24 40 / 10%)',
}

export const dark: Palette = {
  accent: '#93a0ff',
  accentHover: '#a9b3ff',
  accentPressed: '#7c8af0',
  accentSoft: '#272d4d',
  onAccent: '#12152a',
  canvas: '#13151c',
  surface: '#1a1d26',
  raised: '#232733',
  sunken: '#161922',
  rail: '#0e1017',
  railText: '#9aa1bb',
  railActive: '#272c42',
  line: '#2c303d',
  lineStrong: '#434959',
  text: '#e7e9f0',
  textSoft: '#aeb4c4',
  textFaint: '#8f96a8',
  good: '#5ccb8f',
  goodSoft: '#16301f',
  warn: '#efb454',
  warnSoft: '#362a12',
  bad: '#ff8a80',
  badSoft: '#3a1d1c',
  note: '#2b2717',
  noteLine: '#514721',
  focus: '#a9b3ff',
  shadow: '0 1px 2px rgb(0 0 0 / 40%), 0 10px 28px rgb(0 0 0 / 45%)',
}

/** Writes a palette onto the document; through the CSSOM, which a strict CSP allows. */
export function paint(palette: Palette, name: 'light' | 'dark'): void {
  const root = document.documentElement
  for (const [key, value] of Object.entries(palette)) {
    root.style.setProperty(`--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value)
  }
  root.style.colorScheme = name
  root.dataset.theme = name
}
