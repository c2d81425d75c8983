// Adds up the gzip size of every script the desk route needs before it can work,
// and fails above the budget. Run after `npm run bundle`.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = 300
const ROUTE = 'src/features/tickets/DeskView.vue'
const out = join(dirname(fileURLToPath(import.meta.url)), '../../../zhiyin/frontend/desk')
const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'))

const needed = new Map()
function need(key) {
  const chunk = manifest[key]
  if (!chunk) throw new Error(`${key} is not in the manifest: build first, or fix ROUTE in scripts/budget.mjs`)
  if (needed.has(chunk.file)) return
  needed.set(chunk.file, gzipSync(readFileSync(join(out, chunk.file)), { level: 6 }).length)
  for (const imported of chunk.imports ?? []) need(imported)
}
need('index.html')
need(ROUTE)

const total = [...needed.values()].reduce((sum, size) => sum + size, 0) / 1000
for (const [file, size] of [...needed].sort((a, b) => b[1] - a[1])) {
  console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${file}`)
}
console.log(`${total.toFixed(1).padStart(8)} kB  gzip in all for the desk route (budget ${BUDGET_KB} kB)`)
if (total > BUDGET_KB) process.exit(1)
