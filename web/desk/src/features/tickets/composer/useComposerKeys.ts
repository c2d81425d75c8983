import { useI18n } from 'vue-i18n'
import { useCommands } from '@/app/commands/commands'
import { useDeskShortcuts } from '../keys'
import type { Mode } from './writing'

interface Acts {
  begin: (mode: Mode) => void
  askForScript: () => void
  submit: (then: string | null) => unknown
  isFocused: () => boolean
  hasWay: () => boolean
}

export function useComposerKeys({ begin, submit, askForScript, isFocused, hasWay }: Acts): void {
  const { t } = useI18n()
  const group = 'tickets.keys.ticket'
  useDeskShortcuts([
    { keys: 'r', label: 'tickets.keys.reply', group, run: () => begin('reply') },
    { keys: 'n', label: 'tickets.keys.note', group, run: () => begin('note') },
    { keys: ';', label: 'tickets.macros.title', group, run: askForScript },
    { keys: 'mod+Enter', label: 'tickets.keys.send', group, run: () => void submit(null), inFields: true, when: () => isFocused() && hasWay() },
    { keys: 'mod+shift+Enter', label: 'tickets.keys.sendSolve', group, run: () => void submit('solved'), inFields: true, when: () => isFocused() && hasWay() },
  ])
  useCommands(() => [
    { id: 'ticket:reply', title: t('tickets.command.reply'), group: t('tickets.command.desk'), keys: 'r', run: () => begin('reply') },
    { id: 'ticket:script', title: t('tickets.macros.title'), group: t('tickets.command.desk'), keys: ';', run: askForScript },
    { id: 'ticket:note', title: t('tickets.command.note'), group: t('tickets.command.desk'), keys: 'n', run: () => begin('note') },
  ])
}
