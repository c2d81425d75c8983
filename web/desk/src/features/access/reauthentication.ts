import { ref } from 'vue'
import { flowsOf, wantsReauthentication, type AuthAnswer } from './allauth'

interface Question {
  flows: string[]
  settle: (confirmed: boolean) => void
}

/** The open question "is it still you?", shown by ReauthDialog. */
export const question = ref<Question | null>(null)

/** Does what touches the account's security; where the server asks who it is, asks the person and tries again. */
export async function guarded<T>(ask: () => Promise<AuthAnswer<T>>): Promise<AuthAnswer<T>> {
  const answer = await ask()
  if (!wantsReauthentication(answer)) return answer
  const confirmed = await new Promise<boolean>((resolve) => {
    question.value = { flows: flowsOf(answer).map((flow) => flow.id), settle: resolve }
  })
  question.value = null
  return confirmed ? ask() : { ...answer, errors: [{ code: 'reauthentication_declined', message: '' }] }
}
