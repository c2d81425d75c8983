import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import '@/ui/base.css'
import App from './App.vue'
import { onSignedOut } from './api/client'
import { i18n } from './i18n'
import { listen } from './keyboard/shortcuts'
import { queryClient } from './queries'
import { router } from './router'
import { useSession } from './session'
import { reloadOnNewVersion } from './version'

const app = createApp(App).use(createPinia()).use(i18n).use(VueQueryPlugin, { queryClient }).use(router)

onSignedOut(() => {
  const session = useSession()
  if (!session.isSignedIn) return
  session.forget()
  queryClient.clear()
  void router.replace({ name: 'sign-in', query: { next: router.currentRoute.value.fullPath, ended: '1' } })
})
reloadOnNewVersion(router)
listen()
app.mount('#app')
