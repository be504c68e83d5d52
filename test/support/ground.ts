import { join } from 'node:path'
import pino from 'pino'
import { type AppError, type EpochMs, errorText } from '#protocol'
import { readConfig } from '../../server/config.ts'
import { namedFailure } from '../../server/ground/named-failure.ts'
import { type Ground, openGround } from '../../server/ground/open-ground.ts'
import { tempFolder } from './temp-folder.ts'

const log = pino({ level: process.env.TEST_LOG ?? 'silent' })

/** Opens what a server stands on, as its start does. */
export const ground = (
  folder: string,
  settings: Record<string, string> = {},
  now: () => EpochMs = Date.now,
): Promise<Ground> => openGround(readConfig([], { DATA_DIR: folder, ...settings }), log, now)

/** A data folder of an office that was started before. */
export const anOffice = async (settings: Record<string, string> = {}): Promise<string> => {
  const folder = join(tempFolder(), 'data')
  await (await ground(folder, settings)).close()
  return folder
}

/** @returns how a start is refused: its code, and its words in Vietnamese and English */
export const refusal = async (
  ...start: Parameters<typeof ground>
): Promise<{ code: string; vi: string; en: string }> => {
  try {
    await (await ground(...start)).close()
  } catch (error) {
    const { code, params }: AppError = namedFailure(error, start[0]) ?? throwOn(error)
    return { code, vi: errorText(code, 'vi', params), en: errorText(code, 'en', params) }
  }
  throw new Error('it started')
}

const throwOn = (error: unknown): never => {
  throw error
}
