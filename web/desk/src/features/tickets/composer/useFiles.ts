import { onScopeDispose, ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { sendFile, uploadOf, type Upload } from './uploading'
import type { Part } from './writing'

/** Attachments by button, paste and drag. */
export function useFiles(part: Ref<Part>) {
  const { locale } = useI18n()
  const isDragging = ref(false)
  let leaving: ReturnType<typeof setTimeout> | undefined

  function add(files: Iterable<File> | null | undefined): void {
    const of = part.value
    for (const file of files ?? []) {
      of.files.push(uploadOf(file))
      const upload = of.files.at(-1) // the reactive one
      if (upload) void sendFile(upload, locale.value)
    }
  }
  const retry = (upload: Upload) => void sendFile(upload, locale.value)
  const remove = (key: string) => {
    part.value.files = part.value.files.filter((file) => file.key !== key)
  }

  function paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])]
    // office programs put a picture of the text beside the text: the text is meant
    if (!files.length || event.clipboardData?.types.includes('text/plain')) return
    event.preventDefault()
    add(files)
  }
  function dragOver(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    isDragging.value = true
    clearTimeout(leaving)
    leaving = setTimeout(() => (isDragging.value = false), 200)
  }
  function drop(event: DragEvent): void {
    if (!event.dataTransfer?.files.length) return
    event.preventDefault()
    isDragging.value = false
    add(event.dataTransfer.files)
  }
  onScopeDispose(() => clearTimeout(leaving))

  return { add, retry, remove, paste, dragOver, drop, isDragging }
}
