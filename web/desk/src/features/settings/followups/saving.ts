import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import { KEY } from '@/features/promises/api'
import { useToast } from '@/ui/useToast'

export interface ItemBody {
  id: number
  kind: string
  name_zh: string
  name_en: string
  worth: string
  least: string
  most: string
  system_id: number | null
  code: string
  letter_zh: string
  letter_en: string
  active: boolean
  position: number
}

/** Adds something to the catalogue, or changes it. */
export function useSaveItem(whenSaved: () => void) {
  const client = useQueryClient()
  const toast = useToast()
  const save = useMutation({
    mutationFn: ({ id, kind, name_zh, name_en, worth, least, most, system_id, code, letter_zh, letter_en, active, position }: ItemBody) => {
      const body = { kind, name_zh, name_en, worth, least, most, system_id, code, letter_zh, letter_en, active, position }
      return id ? api.put(`/compensation/items/${id}`, body) : api.post('/compensation/items', body)
    },
    onSuccess: () => {
      toast.done()
      whenSaved()
      return client.invalidateQueries({ queryKey: KEY })
    },
    onError: toast.failed,
  })
  return { save }
}
