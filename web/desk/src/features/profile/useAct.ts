import { ref } from 'vue'
import type { AuthAnswer } from '@/features/access/allauth'
import { wasDeclined } from '@/features/access/passkey'
import { useAuthWords } from '@/features/access/useAuthWords'
import { useToast } from '@/ui/useToast'

/** Does one thing to the account's security and says how it went. */
export function useAct() {
  const toast = useToast()
  const { errorsOf } = useAuthWords()
  const isBusy = ref(false)

  async function act(ask: () => Promise<AuthAnswer<unknown>>, done: string): Promise<boolean> {
    isBusy.value = true
    try {
      const answer = await ask()
      if (answer.status < 300) {
        toast.done(done)
        return true
      }
      toast.refused(Object.values(errorsOf(answer)).join(' '))
    } catch (error) {
      if (!wasDeclined(error)) toast.failed(error)
    } finally {
      isBusy.value = false
    }
    return false
  }
  return { isBusy, act }
}
