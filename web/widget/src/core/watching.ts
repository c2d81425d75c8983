/** The page comes and goes: its network, and whether anybody looks at it. */
export function watchPage(on: { online: (online: boolean) => void; seen: () => void }): void {
  addEventListener("online", () => on.online(true));
  addEventListener("offline", () => on.online(false));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") on.seen();
  });
  // A mini-program's web-view and the back button bring a page back as it was left.
  addEventListener("pageshow", (event) => {
    if (event.persisted) on.seen();
  });
}

export async function oneTabAtATime(name: string, work: () => Promise<void>): Promise<void> {
  // Only secure pages and browsers since 2022 have locks.
  const locks = navigator.locks as LockManager | null | undefined;
  if (!locks) return work();
  await locks.request(name, work);
}

let carried = "";

/** Our own page for a chat was told what was looked for and read in the help centre: that goes along. */
export function carryWhatWasRead(search: string): void {
  const told = new URLSearchParams(search);
  const kept = new URLSearchParams();
  for (const name of ["read", "q"]) {
    const value = told.get(name);
    if (value) kept.set(name, value.slice(0, 600));
  }
  const query = kept.toString();
  carried = query && `?${query}`;
}

/** Where the visitor is, without what a query or fragment may tell of them. */
export function pageUrl(): string {
  return location.origin + location.pathname + carried;
}
