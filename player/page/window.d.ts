/** What fit.js offers to page.js. */
interface Window {
  fitted: (
    slide: { source: string; startsAt: number; offsetMs: number; durationMs: number },
    width: number,
    height: number,
  ) => Promise<string>
}
