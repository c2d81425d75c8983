import { useMessage } from 'naive-ui'
import { useRouter } from 'vue-router'
import { api, send } from '@/app/api/client'
import type { Locale, ThemeChoice } from '@/app/api/types'
import { useErrorText } from '@/app/api/words'
import { leave } from '@/app/leaving'
import { useSession } from '@/app/session'
import { usePreferences } from '../preferences'

/** What a person can do about their own account from anywhere. */
export function useAccountActions() {
  const session = useSession()
  const preferences = usePreferences()
  const router = useRouter()
  const message = useMessage()
  const textOf = useErrorText()

  async function signOut(): Promise<void> {
    try {
      await send('DELETE', '/_allauth/browser/v1/auth/session') // answers 401: nobody is signed in any more
    } catch (error) {
      message.error(textOf(error))
      return
    }
    await leave(router, 'signed-out')
  }

  /** Takes effect at once; the server remembers it for other browsers. */
  async function choose(choice: { theme?: ThemeChoice; locale?: Locale }): Promise<void> {
    if (choice.theme) preferences.theme = choice.theme
    if (choice.locale) preferences.locale = choice.locale
    if (!session.staff) return
    session.amend(choice)
    try {
      await api.patch('/profile', choice)
    } catch (error) {
      message.error(textOf(error))
    }
  }

  return { signOut, choose }
}
