/** Words for knowledge beside the composer; the picker's own come with it. */
export const zh = {
  knowledge: { open: '插入知识（k）', insert: '插入', drop: '不记为来源：{title}' },
}

export const en: typeof zh = {
  knowledge: { open: 'Insert knowledge (k)', insert: 'Insert', drop: 'Don’t note as a source: {title}' },
}
