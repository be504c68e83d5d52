import type { Channel } from '#protocol'
import type { openChannels } from '../../player/channels.ts'
import { type Conductor, createConductor } from '../../player/conduct/conductor.ts'
import type { Stage, StageEvents } from '../../player/stage/stage.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'

/** A loudspeaker that begins and ends everything exactly when it is due, and makes no sound. */
const silentStage = (
  { toMono }: { toMono: (at: number) => number | undefined },
  events: StageEvents,
): Stage => {
  const timers = new Map<string, NodeJS.Timeout[]>()
  const begun = new Map<string, number>()
  const end = (key: string, reason: 'done' | 'stopped') => {
    for (const timer of timers.get(key) ?? []) clearTimeout(timer)
    if (!timers.delete(key)) return
    const startMono = begun.get(key) ?? null
    begun.delete(key)
    const endMono = startMono === null ? null : monotonicMs()
    events.onEnded(key, { startMono, endMono, measured: null, reason })
  }
  return {
    leadMs: 1_500,
    async prepare() {},
    async cue({ key, from, to }) {
      const [startAt, endAt] = [toMono(from), toMono(to)]
      if (startAt === undefined || endAt === undefined) throw new Error('the time is not known')
      const begin = () => {
        const mono = monotonicMs()
        begun.set(key, startAt)
        events.onStarted(key, { mono: startAt, errorMs: 0, skippedMs: Math.max(0, mono - startAt) })
      }
      timers.set(key, [
        setTimeout(begin, Math.max(0, startAt - monotonicMs())),
        setTimeout(() => end(key, 'done'), Math.max(0, endAt - monotonicMs())),
      ])
    },
    stop: (key) => end(key, 'stopped'),
    output: () => 'simulated',
    async close() {},
  }
}

/** The channels of a player in simulated time: sound, on a stage that only keeps time. */
export const openSimulated: typeof openChannels = (_config, _enrolment, shared) => {
  const openStage = (events: StageEvents) => silentStage(shared.clock, events)
  const audio: Conductor = createConductor({ ...shared, channel: 'audio', openStage })
  return {
    conductors: new Map<Channel, Conductor>([['audio', audio]]),
    screen: undefined,
    picture: undefined,
    clearSetAside() {},
  }
}
