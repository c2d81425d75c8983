import { useQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { useErrorText } from '@/app/api/words'
import { useSession } from '@/app/session'
import { askAuth, pendingFlow, type AuthAnswer, type AuthConfig } from './allauth'
import { usePasskey, wasDeclined } from './passkey'
import { useAuthWords } from './useAuthWords'

type Options = Parameters<typeof usePasskey>[0]

/** Signing in: a password or a passkey, then a second factor where the person has one. */
export function useSignIn() {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const session = useSession()
  const textOf = useErrorText()
  const { errorsOf } = useAuthWords()

  const step = ref<'password' | 'second'>('password')
  const secondTypes = ref<string[]>([])
  const errors = ref<Record<string, string>>({})
  const isBusy = ref(false)
  const config = useQuery({ queryKey: ['auth', 'config'], queryFn: async () => (await askAuth<AuthConfig>('GET', '/config')).data, staleTime: 600_000 })
  const providers = computed(() => config.data.value?.socialaccount?.providers ?? [])
  const hasPasskeyLogin = computed(() => config.data.value?.mfa?.passkey_login_enabled ?? false)

  async function attempt(act: () => Promise<AuthAnswer>): Promise<void> {
    isBusy.value = true
    errors.value = {}
    try {
      await settle(await act())
    } catch (error) {
      if (!wasDeclined(error)) errors.value = { '': textOf(error) }
    } finally {
      isBusy.value = false
    }
  }

  async function settle(answer: AuthAnswer): Promise<void> {
    if (answer.status === 200) return enter()
    const second = pendingFlow(answer, 'mfa_authenticate')
    if (second) {
      step.value = 'second'
      secondTypes.value = second.types ?? []
      return
    }
    if (answer.status === 401 && answer.errors.length === 0) {
      errors.value = { '': t('access.error.not_let_in') }
      return
    }
    errors.value = errorsOf(answer)
  }

  async function enter(): Promise<void> {
    if (await session.load()) await router.replace(safePath(route.query.next))
    else errors.value = { '': t('access.error.not_let_in') }
  }

  /** Somebody may come back here half-way: from a provider, or after a reload. */
  async function resume(): Promise<void> {
    if (await session.load()) return enter()
    const answer = await askAuth('GET', '/auth/session')
    const second = pendingFlow(answer, 'mfa_authenticate')
    if (second) {
      step.value = 'second'
      secondTypes.value = second.types ?? []
    }
  }

  return {
    step, secondTypes, errors, isBusy, providers, hasPasskeyLogin,
    resume: () => resume().catch((error: unknown) => (errors.value = { '': textOf(error) })),
    withPassword: (email: string, password: string) => attempt(() => askAuth('POST', '/auth/login', { email, password })),
    withCode: (code: string) => attempt(() => askAuth('POST', '/auth/2fa/authenticate', { code })),
    withPasskeyAlone: () => attempt(() => passkey('/auth/webauthn/login')),
    withPasskeyAsSecond: () => attempt(() => passkey('/auth/webauthn/authenticate')),
    startOver: () => attempt(async () => {
      await askAuth('DELETE', '/auth/session')
      step.value = 'password'
      return { status: 400, data: {}, meta: {}, errors: [] }
    }).then(() => (errors.value = {})),
  }
}

async function passkey(path: string): Promise<AuthAnswer> {
  const question = await askAuth<{ request_options: Options }>('GET', path)
  if (question.status !== 200) return question as unknown as AuthAnswer
  return askAuth('POST', path, { credential: await usePasskey(question.data.request_options) })
}

/** Only a path of this application may follow the sign-in. */
export function safePath(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/'
}
