/** Whether a page is among those named, as the desk judges it: `*` stands for anything, `/…` is a path on any site. */
export function covers(pages: string[], url: string): boolean {
  if (!pages.length) return true;
  const path = /^[^:]+:\/\/[^/]*(\/.*)?$/s.exec(url)?.[1] ?? "";
  return pages.some((page) => pattern(page.trim()).test(page.trim().startsWith("/") ? path : url));
}

function pattern(page: string): RegExp {
  const parts = page.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "is");
}
