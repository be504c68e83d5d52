import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { PcmCache } from '../cache/pcm-cache.ts'
import type { Clock } from '../time/clock.ts'
import { SAMPLE_RATE } from './audio/format.ts'
import type { MixerOrder, MixerWord } from './audio/mixer-thread.ts'
import type { OutputChoice } from './audio/open-output.ts'
import type { Stage, StageEnd, StageEvents } from './stage.ts'

export type SpeakerDeps = {
  output: OutputChoice
  pcm: PcmCache
  clock: Clock
  log: Logger
  events: StageEvents
}

const RESTART_MS = 500

/** Share of the amplitude for a volume: half the figure is a quarter of the power. */
const gainOf = (volume: number): number => volume / 100

/** The loudspeaker: a mixer in its own thread, brought back within a second whenever it is lost. */
export const createSpeaker = ({ output, pcm, clock, log, events }: SpeakerDeps): Stage => {
  let worker: Worker
  let outputName: string | null = null
  let isClosed = false
  let restart: NodeJS.Timeout | undefined
  const cued = new Set<string>()
  const LOST: StageEnd = { startMono: null, endMono: null, measured: null, reason: 'lost' }

  const order = (what: MixerOrder) => worker.postMessage(what)

  const ended = (word: Extract<MixerWord, { type: 'ended' }>, isLost: boolean): StageEnd => ({
    startMono: word.startMono,
    endMono: word.endMono,
    measured: {
      kind: 'audio',
      output: outputName ?? 'none',
      samples: word.samples,
      sampleRate: SAMPLE_RATE,
      rmsDbfs: word.rmsDbfs,
      peakDbfs: word.peakDbfs,
      underruns: word.underruns,
    },
    reason: isLost ? 'lost' : word.isStopped || word.startMono === null ? 'stopped' : 'done',
  })

  const hear = (word: MixerWord) => {
    switch (word.type) {
      case 'open':
        outputName = word.output
        events.onFault(null)
        log.info({ output: outputName }, 'sound output open')
        return
      case 'started':
        events.onStarted(word.key, {
          mono: word.atMono,
          errorMs: word.errorMs,
          skippedMs: word.skippedMs,
        })
        return
      case 'progress':
        events.onProgress(word.key, word.playedMs, word.rmsDbfs)
        return
      case 'ended':
        if (cued.delete(word.key)) events.onEnded(word.key, ended(word, false))
        return
      case 'lost':
        lost(word.reason)
    }
  }

  const lost = (reason: string) => {
    if (isClosed || restart) return
    log.error({ reason }, 'sound output lost; opening it again')
    outputName = null
    events.onFault(reason)
    for (const key of cued) events.onEnded(key, LOST)
    cued.clear()
    worker.removeAllListeners()
    void worker.terminate()
    restart = setTimeout(start, RESTART_MS)
  }

  const start = () => {
    restart = undefined
    worker = new Worker(new URL('./audio/mixer-thread.ts', import.meta.url), {
      workerData: { output },
    })
    worker.on('message', hear)
    worker.on('error', (error) => lost(error.message))
    worker.on('exit', (code) => lost(`mixer ended with ${code}`))
  }
  start()

  return {
    leadMs: 1_500,

    async prepare(item, path) {
      await pcm.get(item.sha256, path)
    },

    async cue({ key, item, path, from, to, offsetMs, volume }) {
      const samples = await pcm.get(item.sha256, path)
      const startMono = clock.toMono(from)
      if (startMono === undefined) throw new Error('the time is not known')
      cued.add(key)
      order({
        type: 'cue',
        cue: { key, path: samples, startMono, offsetMs, lengthMs: to - from, gain: gainOf(volume) },
      })
    },

    stop: (key) => order({ type: 'stop', key }),

    output: () => outputName,

    async close() {
      isClosed = true
      clearTimeout(restart)
      order({ type: 'close' })
      worker.removeAllListeners()
      await worker.terminate()
    },
  }
}
