/** The frame of the desk, which a page for those who are not signed in does without. */
export const loadShell = () => import('./AppShell.vue')
