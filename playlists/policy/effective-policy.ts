import { NO_POLICY, type Policy } from '#protocol'

const FIELDS = Object.keys(NO_POLICY) as (keyof Policy)[]

/** What holds in an area: of every field what the nearest area lays down [PL1]. The root comes first. */
export const effectivePolicy = (chain: readonly Policy[]): Policy => {
  const effective: Policy = { ...NO_POLICY }
  for (const own of chain) {
    const set = FIELDS.filter((field) => own[field] !== null)
    Object.assign(effective, Object.fromEntries(set.map((field) => [field, own[field]])))
  }
  return effective
}
