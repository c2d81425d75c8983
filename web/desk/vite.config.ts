import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const backEnd = process.env.ZHIYIN_BACK_END ?? 'http://127.0.0.1:8000'

/** Beside each script and style sheet a compressed copy, which the server hands out as it is. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle).filter((one) => /\.(js|css)$/.test(one))) {
        writeFileSync(join(dir, `${name}.gz`), gzipSync(readFileSync(join(dir, name)), { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  plugins: [vue(), compressed()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: {
    __VUE_OPTIONS_API__: 'true', // Naive UI still declares options
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    outDir: '../../zhiyin/frontend/desk',
    emptyOutDir: true,
    assetsDir: 'assets',
    manifest: 'manifest.json', // read by scripts/budget.mjs
    target: 'es2022',
    rolldownOptions: {
      // what most pages share comes as one script: many small ones cost more in heads and lost compression
      output: { codeSplitting: { groups: [{ name: 'common', minShareCount: 60 }] } },
    },
    modulePreload: { polyfill: false }, // the polyfill is an inline script in old browsers; CSP forbids it
    chunkSizeWarningLimit: 900,
  },
  server: {
    fs: { allow: ['..'] }, // the widget's own words are read for the settings
    port: 5173,
    proxy: {
      '^/api/': { target: backEnd },
      '/_allauth': { target: backEnd },
      '/accounts': { target: backEnd },
      '/widget.js': { target: backEnd },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    restoreMocks: true,
  },
})
