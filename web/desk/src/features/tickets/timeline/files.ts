import type { Attachment } from '../types'

// SVG can hold scripts; it is served as a file to download
const PICTURES = /^image\/(?:png|jpe?g|gif|webp|avif|bmp)$/i

export function isPicture(file: Attachment): boolean {
  return PICTURES.test(file.media_type)
}

/** 183442 → "179 KB" */
export function sizeText(bytes: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte']
  let size = bytes
  let unit = 0
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1024
    unit += 1
  }
  return new Intl.NumberFormat(locale, { style: 'unit', unit: units[unit], unitDisplay: unit ? 'short' : 'narrow', maximumFractionDigits: size < 10 && unit ? 1 : 0 }).format(size)
}
