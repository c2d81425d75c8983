import type { Actions } from './api'

/** Two sets of actions as one: the later goes before, and of a fixed status and an own one only the last counts. */
export function together(first: Actions, then: Actions): Actions {
  const { status, custom_status_id: own, ...rest } = first
  const hasStatus = then.status !== undefined || then.custom_status_id !== undefined
  const kept = hasStatus ? rest : { ...rest, ...(status ? { status } : {}), ...(own ? { custom_status_id: own } : {}) }
  const fields = { ...first.fields, ...then.fields }
  return { ...kept, ...then, ...(Object.keys(fields).length ? { fields } : {}) }
}
