// Writes down the API as a running back end describes it; `npm run types` makes the types from that.
import { writeFileSync } from 'node:fs'

const backEnd = process.env.ZHIYIN_BACK_END ?? 'http://127.0.0.1:8000'
const described = await (await fetch(`${backEnd}/api/v1/openapi.json`)).json()
const sorted = (value) =>
  Array.isArray(value)
    ? value.map(sorted)
    : value && typeof value === 'object'
      ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
      : value
writeFileSync(new URL('../openapi.json', import.meta.url), `${JSON.stringify(sorted(described), null, 1)}\n`)
console.log(`${Object.keys(described.paths).length} paths from ${backEnd}`)
