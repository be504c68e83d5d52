import type { DayPlan } from '#protocol'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Items are shared by many plans: their text is made once. */
const texts = new WeakMap<object, string>()

const written = (value: Json): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(written).join()}]`
  const fields = value as { readonly [key: string]: Json }
  const pairs = Object.keys(fields)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${written(fields[key] as Json)}`)
  return `{${pairs.join()}}`
}

const remembered = (thing: object): string => {
  const known = texts.get(thing)
  if (known !== undefined) return known
  const text = Array.isArray(thing)
    ? `[${thing.map((each) => remembered(each as object)).join()}]`
    : written(thing as Json)
  texts.set(thing, text)
  return text
}

/** The canonical JSON of a plan (RFC 8785): the bytes that its hash names. */
export const planBytes = ({ blank, ceilings, channel, segments, v, withheld }: DayPlan): string => {
  const all = segments.map(
    ({ anchor, because, from, items, repeat, to, volume }) =>
      `{"anchor":${anchor},"because":${written(because)},"from":${from},"items":${remembered(items)},"repeat":${repeat},"to":${to},"volume":${volume}}`,
  )
  return `{"blank":${written(blank)},"ceilings":${written(ceilings)},"channel":${written(channel)},"segments":[${all.join()}],"v":${v},"withheld":${written(withheld)}}`
}
