import type { FieldOption } from '@/features/tickets/forms/types'

/** Options as lines: `value = 中文 / English`, two spaces further in for each level beneath. */
export function optionLines(options: FieldOption[], depth = 0): string {
  return options.map((option) => `${'  '.repeat(depth)}${option.value} = ${option.zh} / ${option.en}\n${optionLines(option.children ?? [], depth + 1)}`).join('')
}

/** Lines as options; a line of one word is its own value and name. */
export function optionsOf(lines: string): FieldOption[] {
  const top: FieldOption[] = []
  const open: Array<{ indent: number; option: FieldOption }> = []
  for (const line of lines.split('\n').filter((one) => one.trim())) {
    const indent = line.replaceAll('\t', '  ').search(/\S/)
    while (open.length && (open.at(-1)?.indent ?? 0) >= indent) open.pop()
    const option = optionOf(line)
    const above = open.at(-1)?.option
    if (above) (above.children ??= []).push(option)
    else top.push(option)
    open.push({ indent, option })
  }
  return top
}

function optionOf(line: string): FieldOption {
  const [value = '', names = value] = line.split(/=(.*)/).map((part) => part.trim())
  const [zh = '', en = zh] = names.split(/\s\/\s(.*)/).map((part) => part.trim())
  return { value, zh, en: en || zh }
}
