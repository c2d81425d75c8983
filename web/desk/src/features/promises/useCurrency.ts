import { useQuery } from '@tanstack/vue-query'
import { computed, type ComputedRef } from 'vue'
import { api } from '@/app/api/client'

/** The code of the company's currency, in which limits, rules and the catalogue are written; '' until it is known. */
export function useCurrency(): ComputedRef<string> {
  const company = useQuery({ queryKey: ['company'], queryFn: () => api.get<{ currency: string }>('/company'), staleTime: 5 * 60_000 })
  return computed(() => company.data.value?.currency ?? '')
}
