import type { Router } from 'vue-router'
import { queryClient } from './queries'
import { useSession } from './session'

let isLeaving = false

/**
 * Goes to the sign-in page and forgets everything of this person.
 * First the page, then the data: a page still standing would ask for its data again, as nobody.
 */
export async function leave(router: Router, why: 'ended' | 'signed-out'): Promise<void> {
  if (isLeaving || !useSession().isSignedIn) return
  isLeaving = true
  try {
    const query = why === 'ended' ? { next: router.currentRoute.value.fullPath, ended: '1' } : {}
    await router.replace({ name: 'sign-in', query })
    useSession().forget()
    // what the sign-in page itself has asked for belongs to nobody
    queryClient.removeQueries({ predicate: ({ queryKey }) => !(queryKey[0] === 'auth' && queryKey[1] === 'config') })
  } finally {
    isLeaving = false
  }
}
