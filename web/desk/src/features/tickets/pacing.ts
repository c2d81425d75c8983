/** Runs `work` soon after it is asked for, never more often than every `pause` ms; a burst of askings makes one run. */
export class Pacer {
  private timer: ReturnType<typeof setTimeout> | undefined
  private lastRun = -Infinity
  private isRunning = false
  private isAskedAgain = false

  constructor(
    private readonly work: () => Promise<unknown> | void,
    private readonly pause: number,
    private readonly delay = 0,
  ) {}

  readonly ask = (): void => {
    if (this.isRunning) this.isAskedAgain = true
    else if (this.timer === undefined) this.timer = setTimeout(this.run, Math.max(this.delay, this.lastRun + this.pause - Date.now()))
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.isAskedAgain = false
  }

  private readonly run = async (): Promise<void> => {
    this.timer = undefined
    this.lastRun = Date.now()
    this.isRunning = true
    try {
      await this.work()
    } catch {
      // whoever asks next tries again; the failure shows where the data is shown
    } finally {
      this.isRunning = false
      if (this.isAskedAgain) {
        this.isAskedAgain = false
        this.ask()
      }
    }
  }
}

/** A reader that many may call: at most one request under way and one to follow, `pause` ms apart. */
export function paced<T>(read: () => Promise<T>, pause: number): () => Promise<T> {
  let running: Promise<T> | null = null
  let next: Promise<T> | null = null
  let startedAt = -Infinity

  const start = (): Promise<T> => {
    startedAt = Date.now()
    running = read().finally(() => (running = null))
    return running
  }
  return () => {
    if (next) return next
    const wait = startedAt + pause - Date.now()
    if (!running && wait <= 0) return start()
    const before = running ?? Promise.resolve()
    next = before
      .catch(() => undefined)
      .then(() => new Promise((go) => setTimeout(go, Math.max(0, startedAt + pause - Date.now()))))
      .then(() => {
        next = null
        return start()
      })
    return next
  }
}
