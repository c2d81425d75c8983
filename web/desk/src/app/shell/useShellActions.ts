import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { useCommands, type Command } from '@/app/commands/commands'
import { useShortcut } from '@/app/keyboard/shortcuts'
import { usePreferences } from '@/app/preferences'
import { useSession } from '@/app/session'
import { destinations } from './destinations'
import { useAccountActions } from './useAccountActions'

/** Shortcuts and commands that work on every page. */
export function useShellActions(open: { openPalette: () => void; openHelp: () => void }): void {
  const { t } = useI18n()
  const router = useRouter()
  const session = useSession()
  const preferences = usePreferences()
  const { signOut, choose } = useAccountActions()
  const places = () => destinations.filter((place) => place.isForAll || place.permissions.some(session.can))
  const group = 'app.help.general'

  useShortcut([
    { keys: 'mod+k', label: 'app.help.palette', group, run: open.openPalette, inFields: true },
    { keys: '?', label: 'app.help.sheet', group, run: open.openHelp },
    ...destinations.map((place) => ({
      keys: place.keys,
      label: place.help,
      group,
      run: () => void router.push(place.to),
      when: () => place.isForAll === true || place.permissions.some(session.can),
    })),
  ])

  useCommands((): Command[] => [
    ...places().map((place) => ({
      id: `go:${place.to}`,
      title: t(place.label),
      group: t('app.palette.go'),
      keys: place.keys,
      run: () => void router.push(place.to),
    })),
    { id: 'go:/profile', title: t('app.menu.profile'), group: t('app.palette.go'), run: () => void router.push('/profile') },
    { id: 'go:/api-docs', title: t('app.menu.apiDocs'), group: t('app.palette.go'), run: () => void router.push('/api-docs') },
    { id: 'help', title: t('app.help.title'), group: t('app.palette.general'), keys: '?', run: open.openHelp },
    {
      id: 'theme',
      title: preferences.theme === 'dark' ? t('app.palette.toLight') : t('app.palette.toDark'),
      group: t('app.palette.general'),
      keywords: 'theme dark light 深色 浅色 外观',
      run: () => void choose({ theme: preferences.theme === 'dark' ? 'light' : 'dark' }),
    },
    {
      id: 'language',
      title: preferences.locale === 'en' ? '切换到中文' : 'Switch to English',
      group: t('app.palette.general'),
      keywords: 'language 语言 English 中文',
      run: () => void choose({ locale: preferences.locale === 'en' ? 'zh-CN' : 'en' }),
    },
    { id: 'sign-out', title: t('app.menu.signOut'), group: t('app.palette.general'), run: () => void signOut() },
  ])
}
