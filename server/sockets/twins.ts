import type { DeviceId } from '#protocol'

/** Of one device, so many runs of its player are remembered. */
const MOST_RUNS = 20

/**
 * Tells machines that share an identity (a copied card) from one that is started again: each run of a
 * player names itself, and one that came back after another had taken its place still runs.
 */
export const createTwins = () => {
  const runs = new Map<DeviceId, { current: string; former: string[] }>()
  return {
    /**
     * A device was let in.
     * @param instance the run of its player, where it names one
     * @returns whether another machine uses its identity at the same time
     */
    cameIn(deviceId: DeviceId, instance: string | undefined): boolean {
      if (instance === undefined) return false
      const known = runs.get(deviceId)
      if (known?.current === instance) return false
      const former = known ? [known.current, ...known.former] : []
      const isBack = former.includes(instance)
      runs.set(deviceId, {
        current: instance,
        former: former.filter((one) => one !== instance).slice(0, MOST_RUNS),
      })
      return isBack
    },
  }
}
