import { ref } from 'vue'

/** Copies text and says so for two seconds; works without a secure context as well. */
export function useCopy() {
  const isCopied = ref(false)

  async function copy(value: string): Promise<void> {
    isCopied.value = await write(value)
    setTimeout(() => (isCopied.value = false), 2000)
  }
  return { isCopied, copy }
}

async function write(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value)
    return true
  } catch {
    const field = document.createElement('textarea')
    field.value = value
    field.style.position = 'fixed'
    document.body.append(field)
    field.select()
    const copied = document.execCommand('copy')
    field.remove()
    return copied
  }
}
