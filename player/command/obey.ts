import type { Channel, Command, CommandAnswer, JournalEvent, Sha256 } from '#protocol'
import type { Conductor } from '../conduct/conductor.ts'
import type { Stage } from '../stage/stage.ts'
import type { openByHand } from './by-hand.ts'

export type ObeyDeps = {
  /** The channels of this device. */
  conductors: ReadonlyMap<Channel, Conductor>
  byHand: ReturnType<typeof openByHand>
  deviceName: string
  screenshot: (() => Promise<Uint8Array | undefined>) | undefined
  /** A picture that a record names, where it is still kept. */
  picture: ((sha256: Sha256) => Promise<Uint8Array | undefined>) | undefined
  /** Lets a loudspeaker be heard that has no sign of its own. */
  callTone: (stage: Stage) => Promise<void>
  clearCache: () => Promise<void>
  /** Ends the player and starts it anew, a little later: the answer must get out before. */
  restart: () => void
  record: (event: JournalEvent) => void
  onChange: () => void
}

const FULL = 100
const DONE: CommandAnswer = { ok: true }
const no = (code: string): CommandAnswer => ({ ok: false, code })

/**
 * Does what somebody asks of this device now. Nothing here needs a signed plan: silencing a
 * loudspeaker must work when nothing else does.
 */
export const createObey = (deps: ObeyDeps) => {
  const { conductors, byHand, record, onChange } = deps
  const speaker = conductors.get('audio')

  /** Brings the stages to what was set by hand; also at every start. */
  const applyByHand = () => {
    const { muted, volumeCap } = byHand.get()
    speaker?.stage.setMuted?.(muted)
    speaker?.stage.setVolume?.(volumeCap ?? FULL)
  }

  const setMuted = (muted: boolean): CommandAnswer => {
    if (!speaker) return no('device-no-sound')
    // Silent first, written down afterwards: a full disk keeps nobody from silencing a loudspeaker.
    speaker.stage.setMuted?.(muted)
    const isNew = byHand.get().muted !== muted
    const isKept = byHand.set({ muted })
    if (isNew) record({ kind: 'mute', muted })
    onChange()
    return isKept ? DONE : no('device-disk-full')
  }

  const setCap = (cap: number | null): CommandAnswer => {
    if (!speaker) return no('device-no-sound')
    speaker.stage.setVolume?.(cap ?? FULL)
    const isKept = byHand.set({ volumeCap: cap })
    record({ kind: 'volume', cap })
    onChange()
    return isKept ? DONE : no('device-disk-full')
  }

  const identify = async (): Promise<CommandAnswer> => {
    const able = [...conductors.values()].filter(({ stage }) => stage.identify)
    if (able.length === 0 && !speaker) return no('command-unsupported')
    await Promise.all(able.map(({ stage }) => stage.identify?.(deps.deviceName)))
    if (speaker && !speaker.stage.identify) await deps.callTone(speaker.stage)
    return DONE
  }

  const carryOut = async (command: Command): Promise<CommandAnswer> => {
    switch (command.name) {
      case 'screenshot': {
        const jpeg = await deps.screenshot?.()
        return jpeg ? { ok: true, jpeg } : no('device-no-screen')
      }
      case 'picture': {
        const jpeg = await deps.picture?.(command.sha256)
        return jpeg ? { ok: true, jpeg } : no('picture-gone')
      }
      case 'mute':
        return setMuted(true)
      case 'unmute':
        return setMuted(false)
      case 'volume':
        return setCap(command.cap)
      case 'skip':
        return conductors.get(command.channel)?.skip() ? DONE : no('nothing-on-air')
      case 'identify':
        return identify()
      case 'clear-cache':
        await deps.clearCache()
        return DONE
      case 'restart':
        deps.restart()
        return DONE
    }
  }

  return {
    applyByHand,
    async obey(command: Command): Promise<CommandAnswer> {
      const answer = await carryOut(command)
      const { name } = command
      if (name === 'identify' || name === 'clear-cache' || name === 'restart')
        record({ kind: 'command', name, ok: answer.ok })
      return answer
    },
  }
}
