import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import { keys } from '@/app/queries'
import { useToast } from '@/ui/useToast'

export type List = 'categories' | 'ticket-statuses' | 'ticket-types' | 'ticket-fields' | 'ticket-forms' | 'ticket-templates'

interface Saving {
  /** null: a new one */
  id: number | null
  body: Record<string, unknown>
  isWhole?: boolean
}

/** Saves one entry of a list for tickets; all lists are read anew, since they name each other. */
export function useSaving(list: List) {
  const client = useQueryClient()
  const toast = useToast()
  const refresh = () => client.invalidateQueries({ queryKey: keys.layout })
  const save = useMutation({
    mutationFn: ({ id, body, isWhole }: Saving) =>
      id === null ? api.post<{ id: number }>(`/${list}`, body) : isWhole ? api.put<{ id: number }>(`/${list}/${id}`, body) : api.patch<{ id: number }>(`/${list}/${id}`, body),
    onSettled: refresh,
    onError: toast.failed,
  })
  const remove = useMutation({ mutationFn: (id: number) => api.delete(`/${list}/${id}`), onSettled: refresh, onError: toast.failed })
  return { save, remove, toast }
}
