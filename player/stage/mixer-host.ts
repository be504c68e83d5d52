import { isDeepStrictEqual } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { Fault } from '#protocol'
import { contained } from '../supervise/contained.ts'
import { monotonicMs } from '../time/monotonic.ts'
import type { DeskReport, Tier } from './audio/desk.ts'
import type { MixerOrder, MixerSetup, MixerWord } from './audio/mixer-thread.ts'
import { audibleOutputs, type OutputChoice } from './audio/open-device.ts'
import { outputLost } from './stage.ts'

export type MixerHostDeps = {
  /** `auto`, or an output by name. */
  output: OutputChoice
  delayMs: number
  log: Logger
  onReport: (report: DeskReport) => void
  /** The output in use, or null while there is none. Everything that played through it is lost. */
  onOutput: (output: string | null) => void
  onFault: (fault: Fault | null) => void
  /** The thread is gone, and all that it was asked to play with it. */
  onThreadLost: () => void
}

const CHECK_EVERY_MS = 250
/** A check that comes so late tells that this thread stood still: it has not read yet what the mixer said. */
const LATE_MS = 1_000
/** Wrong silence for so long is a fault; for so long, a reason to try what else there is. */
const ALARM_MS = 2_000
const FALL_BACK_MS = 5_000
/** A thread is loaded before it can say anything: on a machine that has much else to do, for seconds. */
const FIRST_WORD_MS = 20_000
/** A thread that dies at once each time is given time to breathe. */
const GOOD_MS = 5_000
const RESTART_MS = 500
const SEARCH_AGAIN_MS = 30_000
const CLOSING_MS = 500
const STUCK: Fault = { code: 'output-stuck', detail: null }

/**
 * The mixer's thread and the output behind it, kept alive: a thread that ends or hangs is replaced,
 * an output that stays silent is exchanged for another that this machine has.
 */
export const createMixerHost = (deps: MixerHostDeps) => {
  const { log } = deps
  let worker: Worker | undefined
  let startedAt = 0
  let outputName: string | null = null
  let choice = deps.output
  /** Undefined as long as this thread has not said anything. */
  let heardFromAt: number | undefined
  let movedAt = monotonicMs()
  let health = { silentMs: 0, stalledMs: 0 }
  let lostReason: string | null = null
  let isSearching = false
  let searchedAt = Number.NEGATIVE_INFINITY
  let isClosed = false
  let restart: NodeJS.Timeout | undefined
  let fault: Fault | null = null
  let isMuted = false
  let cap = 1
  let unheard = { missedMs: 0, isSilent: false }
  let checkedAt = monotonicMs()

  const order = (what: MixerOrder) => {
    if (worker) worker.postMessage(what)
    // Between two threads nobody plays it: it is given again when there is an output.
    else if (what.type === 'cue') deps.onThreadLost()
  }

  const setFault = (now: Fault | null) => {
    if (isDeepStrictEqual(now, fault)) return
    fault = now
    if (now) log.error({ fault: now }, 'sound fault')
    deps.onFault(now)
  }

  const setOutput = (name: string | null) => {
    if (name === outputName) return
    outputName = name
    deps.onOutput(name)
  }

  const hear = (word: MixerWord) => {
    movedAt = monotonicMs()
    heardFromAt = movedAt
    if (word.type === 'health') health = word
    else if (word.type === 'open') opened(word.tier, word.output)
    else if (word.type === 'lost') lost(word.tier, word.reason)
    else if (word.type === 'relay-trouble') {
      const { address, reason } = word
      log.warn({ address, reason }, 'no stream comes from an address of a relay')
    } else deps.onReport(word)
  }

  const opened = (tier: Tier, output: string) => {
    log.info({ tier, output }, 'sound output open')
    if (tier !== 'programme') return
    lostReason = null
    setFault(null)
    setOutput(output)
  }

  const lost = (tier: Tier, reason: string) => {
    log.warn({ tier, reason }, 'sound output lost; opening it again')
    if (tier !== 'programme') return
    lostReason = reason
    setFault(outputLost(reason))
    setOutput(null)
  }

  const begin = () => {
    restart = undefined
    startedAt = monotonicMs()
    heardFromAt = undefined
    health = { silentMs: 0, stalledMs: 0 }
    unheard = { missedMs: 0, isSilent: false }
    const setup: MixerSetup = { output: choice, delayMs: deps.delayMs }
    worker = new Worker(new URL('./audio/mixer-thread.ts', import.meta.url), { workerData: setup })
    worker.on('message', contained(log, 'what the mixer said was not understood', hear))
    worker.on('error', (error) => replace(error.message))
    worker.on('exit', (code) => replace(`the mixer ended with ${code}`))
    if (isMuted) order({ type: 'mute', isMuted })
    order({ type: 'cap', share: cap })
  }

  const replace = (reason: string) => {
    if (isClosed || restart) return
    lostReason = reason
    setFault(outputLost(reason))
    setOutput(null)
    worker?.removeAllListeners()
    // A thread that hangs is told nothing any more.
    worker?.on('error', () => {})
    void worker?.terminate()
    worker = undefined
    deps.onThreadLost()
    const beginAgain = contained(log, 'the mixer could not be started', begin)
    restart = setTimeout(beginAgain, monotonicMs() - startedAt > GOOD_MS ? 0 : RESTART_MS)
  }

  /**
   * The configured output first, then what else could be heard, in turn.
   * @param isPlaying by its own word it plays: it is given up for another only, not for itself
   */
  const search = async (reason: string, isPlaying: boolean) => {
    searchedAt = monotonicMs()
    isSearching = true
    const audible = await audibleOutputs().finally(() => {
      isSearching = false
    })
    const first = deps.output === 'auto' ? [] : [deps.output]
    const all = [...new Set([...first, ...audible])]
    const next = all[(all.indexOf(choice) + 1) % all.length] ?? choice
    if (isClosed || (isPlaying && next === choice)) return
    choice = next
    log.warn({ reason, output: choice }, 'trying another output')
    replace(reason)
  }

  const searching = contained(log, 'no output could be searched for', search)

  const check = contained(log, 'the sound could not be looked after', () => {
    const nowMono = monotonicMs()
    const isLate = nowMono - checkedAt > LATE_MS
    checkedAt = nowMono
    if (isLate || isClosed || isSearching || restart || !worker) return
    if (heardFromAt === undefined) {
      if (nowMono - startedAt > FIRST_WORD_MS) replace('the mixer does not start')
      return
    }
    const hasFoundNone = deps.output === 'auto' && choice === 'null'
    if (hasFoundNone && nowMono - searchedAt > SEARCH_AGAIN_MS) {
      // At start there was no output, or none that answered in time.
      searching('nobody hears this output', true)
      return
    }
    const { silentMs, stalledMs } = health
    const stoppedMs = Math.max(nowMono - heardFromAt, stalledMs)
    if (stoppedMs > ALARM_MS) setFault(lostReason ? outputLost(lostReason) : STUCK)
    else if (silentMs > ALARM_MS) setFault({ code: 'output-silent', detail: null })
    else if (unheard.missedMs > ALARM_MS) {
      setFault({ code: unheard.isSilent ? 'monitor-silent' : 'monitor-other', detail: null })
    } else if (outputName !== null) setFault(null)
    if (stoppedMs > FALL_BACK_MS) searching(lostReason ?? 'the output does not play', false)
    else if (
      unheard.isSilent &&
      unheard.missedMs > FALL_BACK_MS &&
      nowMono - searchedAt > SEARCH_AGAIN_MS
    ) {
      searching('nothing arrives at the monitor', true)
    }
  })
  const checking = setInterval(check, CHECK_EVERY_MS)

  const first = async () => {
    if (choice === 'auto') choice = (await audibleOutputs())[0] ?? 'null'
    if (!isClosed) begin()
  }
  first().catch((error) => log.error(error))

  return {
    order,
    output: () => outputName,
    /**
     * When the thread last said how it is (monotonic ms). A thread that hangs is replaced; where none
     * that takes its place says a word, replacing it was not enough. What an output does that has no
     * device behind it is no matter of this: that is a fault, and is told as one.
     */
    movedAt: () => movedAt,
    /** What the monitor says of what plays: for how long it misses it, and whether it hears anything. */
    setUnheard(missedMs: number, isSilent: boolean) {
      unheard = isMuted ? { missedMs: 0, isSilent: false } : { missedMs, isSilent }
    },
    setMuted(muted: boolean) {
      isMuted = muted
      order({ type: 'mute', isMuted })
    },
    setCap(share: number) {
      cap = share
      order({ type: 'cap', share })
    },
    async close() {
      isClosed = true
      clearTimeout(restart)
      clearInterval(checking)
      const closing = worker
      if (!closing) return
      closing.removeAllListeners()
      const gone = new Promise((resolve) => closing.once('exit', resolve))
      order({ type: 'close' })
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, CLOSING_MS))])
      await closing.terminate()
    },
  }
}
