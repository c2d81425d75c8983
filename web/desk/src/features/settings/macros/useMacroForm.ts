import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive } from 'vue'
import { useRouter } from 'vue-router'
import { useSession } from '@/app/session'
import { uploadFile } from '@/app/api/upload'
import { MACROS, macroApi, type Actions, type MacroForm, type MacroInSettings } from '@/features/tickets/macros/api'
import { useToast } from '@/ui/useToast'

/** A macro as it is being written. */
export function useMacroForm(macro: MacroInSettings | null) {
  const client = useQueryClient()
  const router = useRouter()
  const session = useSession()
  const toast = useToast()
  const form = reactive<Omit<MacroForm, 'attachment_ids'>>({
    name: macro?.name ?? '',
    kind: macro?.kind ?? 'macro',
    folder: macro?.folder ?? '',
    tags: macro?.tags ?? [],
    situation: macro?.situation ?? '',
    mood: macro?.mood ?? '',
    region: macro?.region ?? '',
    languages: macro?.languages ?? [],
    visibility: macro?.visibility ?? 'me',
    group_id: macro?.group?.id ?? session.staff?.groups[0]?.id ?? null,
    text: macro?.text ?? '',
    actions: (macro?.actions ?? {}) as Actions,
  })
  const files = reactive(macro?.attachments.map(({ id, name }) => ({ id, name })) ?? [])
  const reach = session.staff?.permissions['macros.manage']
  const visibilities = computed(() => ['me', ...(reach === 'all' || reach === 'group' ? ['group'] : []), ...(reach === 'all' ? ['everyone'] : [])])

  async function attach(chosen: FileList | null | undefined): Promise<void> {
    try {
      for (const file of chosen ?? []) {
        const { id, name } = await uploadFile(file)
        files.push({ id, name })
      }
    } catch (error) {
      toast.failed(error)
    }
  }

  const save = useMutation({
    mutationFn: () => {
      const isScript = form.kind === 'script'
      return macroApi.save(macro?.id ?? null, {
        ...form,
        name: form.name.trim(),
        group_id: form.visibility === 'group' ? form.group_id : null,
        actions: isScript ? {} : form.actions,
        attachment_ids: isScript ? [] : files.map(({ id }) => id),
      })
    },
    onSuccess: async (saved) => {
      toast.done()
      client.setQueryData([...MACROS, 'one', saved.id], saved)
      await client.invalidateQueries({ queryKey: MACROS, refetchType: 'none' })
      if (!macro) await router.replace('/settings/macros')
    },
  })
  const canSave = computed(() => form.name.trim() !== '' && (form.text.trim() !== '' || (form.kind === 'macro' && Object.keys(form.actions).length > 0)))
  return { form, files, visibilities, attach, save, canSave }
}
