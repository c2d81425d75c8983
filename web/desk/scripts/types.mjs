// Makes src/app/api/schema.d.ts from openapi.json; leaves the file alone when nothing changed,
// so that nothing built from it is built again.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'

const made = new URL('../src/app/api/schema.d.ts', import.meta.url)
const types = `// Made from openapi.json by \`npm run types\`.\n${astToString(await openapiTS(new URL('../openapi.json', import.meta.url)))}`
if (!existsSync(made) || readFileSync(made, 'utf8') !== types) writeFileSync(made, types)
