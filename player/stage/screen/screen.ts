import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import type { Logger } from 'pino'
import type { Canvas, Sha256 } from '#protocol'
import type { Clock } from '../../time/clock.ts'
import { monotonicMs } from '../../time/monotonic.ts'
import { type Cue, outputLost, type Stage, type StageEnd, type StageEvents } from '../stage.ts'
import { type BoardOptions, createBoard } from './board.ts'
import type { BoardPage, Slide } from './board-page.ts'
import type { Evidence } from './evidence.ts'
import { fontSheet } from './fonts.ts'
import type { SetAside } from './set-aside.ts'

export type ScreenDeps = {
  board: BoardOptions
  evidence: Evidence | undefined
  /** Content that is not shown, because the page was lost under it; the doctor needs none. */
  setAside?: SetAside | undefined
  clock: Clock
  log: Logger
  events: StageEvents
}

export type Screen = Stage & {
  /** What is on the board now, as JPEG; undefined while there is no board. */
  screenshot(): Promise<Uint8Array | undefined>
  /** The board is of this size from now on. */
  setCanvas(canvas: Canvas): void
  /** What the browser takes, all its processes together; measured now and then. */
  memoryBytes(): number
}

/** The order to show travels to the browser this much before its instant. */
const AHEAD_MS = 150
/** A slide whose successor has not come by then leaves the board blank. */
const GRACE_MS = 120
/** A page can be put in another's place this long before a slide, and not later. */
const RENEWAL_MS = 1_500
/** A picture for the record is taken this long after a slide has come, or in its middle. */
const SETTLED_MS = 700

type Cued = {
  timers: NodeJS.Timeout[]
  content: Sha256
  isStill: boolean
  isShown: boolean
  lengthMs: number
  picture: Sha256 | null
}

/** The board: what the page shows, when, and what was seen of it. */
export const createScreen = (deps: ScreenDeps): Screen => {
  const { evidence, setAside, clock, log, events } = deps
  const { isKiosk } = deps.board
  const cued = new Map<string, Cued>()
  const fonts = fontSheet()
  const output = isKiosk ? 'display' : 'headless'
  const LOST: StageEnd = { startMono: null, endMono: null, measured: null, reason: 'lost' }

  const forget = (key: string): boolean => {
    for (const timer of cued.get(key)?.timers ?? []) clearTimeout(timer)
    return cued.delete(key)
  }

  const board = createBoard({
    options: deps.board,
    log,
    onOpen: () => events.onFault(null),
    onLost(reason, isByContent) {
      if (isByContent) setAside?.lost()
      events.onFault(outputLost(reason))
      for (const key of [...cued.keys()]) if (forget(key)) events.onEnded(key, LOST)
    },
  })

  const failed = (error: unknown) => log.warn(error, 'the page did not do as it was told')

  const finish = async (key: string, reason: StageEnd['reason']) => {
    const page = board.page()
    if (!cued.has(key) || !page) return
    const drawn = await page.finish(key)
    const { picture = null, content } = cued.get(key) ?? {}
    if (content && reason === 'done' && drawn?.frames) setAside?.shown(content)
    if (!forget(key)) return
    events.onEnded(key, {
      startMono: drawn?.shownAt ?? null,
      endMono: drawn?.endedAt ?? null,
      measured: { kind: 'screen', output, frames: drawn?.frames ?? 0, picture },
      reason,
    })
    if (cued.size === 0) await board.restartIfSpent()
  }

  const takePicture = async (key: string) => {
    const jpeg = await board.page()?.screenshot()
    const slide = cued.get(key)
    const now = clock.now()
    if (!jpeg || !slide || now === undefined) return
    slide.picture = evidence?.keep(slide.content, jpeg, now) ?? null
  }

  const at = (key: string, mono: number, work: () => Promise<void>) => {
    const guarded = () => work().catch(failed)
    cued.get(key)?.timers.push(setTimeout(guarded, Math.max(0, mono - monotonicMs())))
  }

  const show = async (key: string, startMono: number) => {
    const mono = (await board.page()?.show(key, startMono)) ?? null
    const slide = cued.get(key)
    if (mono === null || !slide) return
    slide.isShown = true
    events.onStarted(key, { mono, errorMs: mono - startMono, skippedMs: 0 })
    if (!evidence?.wants(slide.content, clock.now() ?? 0)) return
    const settled = Math.min(SETTLED_MS, slide.lengthMs / 2)
    at(key, mono + settled, () => takePicture(key))
  }

  const slideOf = async ({ item, path, offsetMs }: Cue, startMono: number): Promise<Slide> => {
    const { kind, durationMs } = item
    if (kind === 'clip' || kind === 'relay') throw new Error('a board plays no sound')
    const source =
      kind === 'bulletin'
        ? (await readFile(path, 'utf8')).replace('</style>', `</style>${fonts}`)
        : pathToFileURL(path).href
    return { kind, source, startMono, offsetMs, durationMs }
  }

  /** A grown page is changed for a fresh one while a picture of what is shown can stand in for it. */
  const renewIfDue = async (startMono: number) => {
    const shown = [...cued].filter(([, { isShown }]) => isShown)
    const isReady = cued.size === shown.length && shown.every(([, { isStill }]) => isStill)
    if (!board.isDue() || !isReady || startMono - monotonicMs() < RENEWAL_MS) return
    await board.renew(shown.at(-1)?.[0])
  }

  return {
    leadMs: 3_000,

    prepare: async () => undefined,

    async cue(cue) {
      const { key, item, from, to } = cue
      const startMono = clock.toMono(from)
      const endMono = clock.toMono(to)
      if (startMono === undefined || endMono === undefined) throw new Error('the time is not known')
      const slide = await slideOf(cue, startMono)
      await renewIfDue(startMono)
      const page: BoardPage | undefined = board.page()
      if (!page) throw new Error('there is no board')
      if (setAside?.has(item.sha256))
        throw new Error('the board was lost twice under this content: it is not shown any more')
      setAside?.given(item.sha256)
      await page.prepare(key, slide)
      if (board.page() !== page) throw new Error('the board was lost')
      cued.set(key, {
        timers: [],
        content: item.sha256,
        isStill: item.kind === 'image',
        isShown: false,
        lengthMs: to - from,
        picture: null,
      })
      at(key, startMono - AHEAD_MS, () => show(key, startMono))
      at(key, endMono + GRACE_MS, () => finish(key, 'done'))
    },

    stop(key) {
      finish(key, 'stopped').catch(failed)
    },

    output: () => (board.page() ? output : null),

    screenshot: async () => board.page()?.screenshot(),

    setCanvas: board.setCanvas,

    memoryBytes: board.memoryBytes,

    async close() {
      for (const key of [...cued.keys()]) await finish(key, 'stopped').catch(() => undefined)
      await board.close()
    },
  }
}
