import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { useToast } from '@/ui/useToast'
import { BULK, bulkApi } from './api'

/** Takes a change of many tickets back; what became of it shows in its line. */
export function useUndoChange() {
  const client = useQueryClient()
  const toast = useToast()
  const isUndoing = ref(false)

  async function undo(id: number): Promise<void> {
    isUndoing.value = true
    try {
      client.setQueryData([...BULK, id], await bulkApi.undo(id))
    } catch (error) {
      toast.failed(error)
    } finally {
      isUndoing.value = false
      await client.invalidateQueries({ queryKey: BULK })
    }
  }
  return { undo, isUndoing }
}
