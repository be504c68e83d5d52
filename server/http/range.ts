export type Range = { start: number; end: number }

/** One range of RFC 9110; undefined to send everything, null where nothing can be sent. */
export const rangeOf = (header: string | undefined, bytes: number): Range | null | undefined => {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return undefined
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1)
  return start <= end ? { start, end } : null
}
