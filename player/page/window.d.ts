interface Window {
  /** A picture of what the page before this one showed, as a data: address. */
  standIn?: string
  /** What fit.js offers to page.js. */
  fitted: (
    slide: { source: string; startsAt: number; offsetMs: number; durationMs: number },
    width: number,
    height: number,
  ) => Promise<string>
}
