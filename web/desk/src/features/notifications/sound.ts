let context: AudioContext | null = null

/** Two short soft tones, made here: no file, no third party. */
export function ring(): void {
  context ??= new AudioContext()
  const start = context.currentTime + 0.02
  for (const [number, pitch] of [880, 1174.66].entries()) tone(context, pitch, start + number * 0.12)
}

/** Of all tabs that hear of it, one rings. */
export function ringOnce(): void {
  if (!('locks' in navigator)) return ring()
  void navigator.locks.request('zhiyin.ring', { ifAvailable: true }, async (held) => {
    if (!held) return
    ring()
    await new Promise((resolve) => setTimeout(resolve, 1500))
  })
}

function tone(audio: AudioContext, pitch: number, at: number): void {
  const oscillator = audio.createOscillator()
  const volume = audio.createGain()
  oscillator.frequency.value = pitch
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(0.12, at + 0.01)
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.35)
  oscillator.connect(volume).connect(audio.destination)
  oscillator.start(at)
  oscillator.stop(at + 0.4)
}
