import { describe, expect, it } from 'vitest'
import { dark, light, type Palette } from './tokens'

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [dim, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (bright + 0.05) / (dim + 0.05)
}

const grounds: Array<keyof Palette> = ['canvas', 'surface', 'raised', 'sunken', 'note']
const pairs: Array<[keyof Palette, keyof Palette]> = [
  ...grounds.flatMap((ground) => (['text', 'textSoft', 'textFaint', 'accent'] as const).map((ink): [keyof Palette, keyof Palette] => [ink, ground])),
  ...(['canvas', 'surface', 'raised', 'sunken'] as const).flatMap((ground) => (['good', 'warn', 'bad'] as const).map((ink): [keyof Palette, keyof Palette] => [ink, ground])),
  ['good', 'goodSoft'],
  ['warn', 'warnSoft'],
  ['bad', 'badSoft'],
  ['accent', 'accentSoft'],
  ['text', 'accentSoft'],
  ['textSoft', 'accentSoft'],
  ['textFaint', 'accentSoft'],
  ['text', 'goodSoft'],
  ['text', 'warnSoft'],
  ['text', 'badSoft'],
  ['onAccent', 'accent'],
  ['railText', 'rail'],
]

describe.each([['light', light], ['dark', dark]] as const)('the %s palette', (_name, palette) => {
  it('is read by everybody (WCAG AA)', () => {
    const weak = pairs.map(([ink, ground]) => `${ink} on ${ground}: ${contrast(palette[ink], palette[ground]).toFixed(2)}`).filter((line) => Number(line.split(': ')[1]) < 4.5)
    expect(weak).toEqual([])
  })
})
