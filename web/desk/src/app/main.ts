import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import '@/ui/base.css'
import App from './App.vue'
import { onSignedOut } from './api/client'
import { settleFailures } from './failing'
import { i18n } from './i18n'
import { listen } from './keyboard/shortcuts'
import { leave } from './leaving'
import { queryClient } from './queries'
import { router } from './router'
import { sendFormsOnce } from './submitting'

const app = createApp(App).use(createPinia()).use(i18n).use(VueQueryPlugin, { queryClient }).use(router)

onSignedOut(() => void leave(router, 'ended'))
settleFailures(app, router)
listen()
sendFormsOnce()
app.mount('#app')
