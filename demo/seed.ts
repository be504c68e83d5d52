import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import {
  AppError,
  type Area,
  AreaTree,
  type Asset,
  type Campaign,
  type Channel,
  type Device,
  Directive,
  type EpochMs,
  ERRORS,
  type ErrorCode,
  errorText,
  Phase,
  Theme,
} from '#protocol'
import type { Api } from './api.ts'
import { lang } from './config.ts'
import { say } from './say.ts'

const SeedFile = z.object({ file: z.string(), title: z.string(), themes: z.array(z.string()) })
const SeedMedia = z.object({ clips: z.array(SeedFile), slides: z.array(SeedFile) })
const SeedCampaign = z.object({
  directive: Directive,
  phases: z.array(Phase),
  themes: z.array(Theme.omit({ id: true })),
})
const SeedAreas = z.object({ asOf: z.string(), timeZone: z.string(), province: AreaTree })

type SeedFile = z.infer<typeof SeedFile>

export type Demo = {
  speaker: Device
  board: Device
  commune: Area
  playlists: Record<Channel, string>
}

const DAY_MS = 86_400_000
const COMMUNE = '30964'
const POLL_MS = 300

const dateOf = (at: EpochMs, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone }).format(at)

/** @throws AppError seed-refused, naming the first thing that is wrong in the file */
const read = async <T>(folder: string, file: string, schema: z.ZodType<T>): Promise<T> => {
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(join(folder, file), 'utf8')))
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]
    throw new Error(`${issue?.path.join('.')}: ${issue?.message}`)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('seed-refused', { file, reason }, { cause })
  }
}

/** A file of the seed that the server refused, in the server's words. */
const refused = (file: string, { ingest }: Asset): AppError => {
  const code = (ingest.failure?.code ?? 'internal') as ErrorCode
  const params = JSON.parse(ingest.failure?.detail ?? '{}') as Record<string, string>
  const reason = code in ERRORS ? errorText(code, lang, params) : code
  return new AppError('seed-refused', { file, reason })
}

/** Uploads files like an operator would, waits until they can be broadcast, and approves them. */
const addMedia = async (
  api: Api,
  folder: string,
  files: readonly SeedFile[],
  campaign: Campaign,
  areaId: Area['id'],
) => {
  const idOf = new Map(campaign.themes.map(({ code, id }) => [code, id]))
  const uploads: { file: string; asset: Asset }[] = []
  for (const { file, title, themes } of files) {
    const themeIds = themes.flatMap((code) => idOf.get(code) ?? [])
    const about = { name: file, title, areaId, themeIds }
    uploads.push({ file, asset: await api.upload(join(folder, 'media', file), about) })
  }
  const approved: Asset[] = []
  for (const { file, asset } of uploads) {
    let now = asset
    while (now.ingest.step !== 'done' && !now.ingest.failure) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      now = await api.asset(asset.id)
    }
    if (now.ingest.failure) throw refused(file, now)
    approved.push(await api.approve(now))
    const { loudnessLufs, durationMs } = now.rendition ?? {}
    const length = durationMs ? `${(durationMs / 1000).toFixed(1)} s` : ''
    const level = loudnessLufs ? `${loudnessLufs} LUFS` : ''
    const about = [file, length, level].filter(Boolean).join('  ')
    say(`  ✓ ${about}`, `  ✓ ${about}`)
  }
  return approved
}

/**
 * Fills an empty server: the directive, the areas of a province, media, a loudspeaker and a board in
 * one commune, and a playlist for each.
 */
export const seed = async (api: Api, folder: string): Promise<Demo> => {
  const { province, timeZone, asOf } = await read(folder, 'areas.json', SeedAreas)
  await api.importAreas(province, timeZone, asOf)
  const areas = await api.areas()
  const root = areas[0]
  const commune = areas.find(({ code }) => code === COMMUNE) ?? areas.at(-1)
  if (!root || !commune) throw new Error('the seed has no areas')
  say(`✓ ${areas.length} địa bàn: ${root.name}`, `✓ ${areas.length} areas: ${root.name}`)

  const { directive, phases, themes } = await read(folder, 'campaign.json', SeedCampaign)
  const now = Date.now()
  // The letter's own dates have passed: phase 1 is made to run now and phase 2 to come, so that
  // active and inactive themes are both seen. The campaign's name says so.
  const shifted = phases.map((phase, index) => ({
    ...phase,
    from: dateOf(now + (index * 45 - 14) * DAY_MS, timeZone),
    to: index === phases.length - 1 ? null : dateOf(now + (index * 45 + 30) * DAY_MS, timeZone),
  }))
  const name = `${directive.subject.replace(/^V\/v /, '')} (chạy thử: các giai đoạn dời theo hôm nay)`
  const campaign = await api.addCampaign({ name, directive, phases: shifted, themes })
  say(
    '✓ Đợt tuyên truyền đã nhập; các giai đoạn được dời để giai đoạn 1 đang diễn ra hôm nay, chủ đề 2.1 và 2.2 chưa tới lượt',
    '✓ Campaign entered; its phases are shifted so that phase 1 runs today, and themes 2.1 and 2.2 are not yet active',
  )

  const media = await read(folder, 'media.json', SeedMedia)
  say(
    '· Tải lên, chuẩn hoá âm lượng và duyệt nội dung …',
    '· Uploading, normalising and approving media …',
  )
  // Slides are done in a moment; clips take long, and nobody waits for them to hear of a bad slide.
  const slides = await addMedia(api, folder, media.slides, campaign, root.id)
  const clips = await addMedia(api, folder, media.clips, campaign, root.id)

  const playlist = (channel: Channel, title: string, assets: readonly Asset[]) =>
    api.addPlaylist({
      name: title,
      areaId: root.id,
      channel,
      items: assets.map(({ id, kind }) => ({
        kind: 'asset' as const,
        assetId: id,
        durationMs: kind === 'image' || kind === 'bulletin' ? 8_000 : null,
      })),
    })
  const audio = await playlist('audio', 'Chương trình truyền thanh', clips)
  const screen = await playlist('screen', 'Bảng tin xã', slides)

  const speaker = await api.addDevice({
    name: 'Cụm loa ấp An Phong',
    areaId: commune.id,
    channels: ['audio'],
    canvas: null,
  })
  const board = await api.addDevice({
    name: 'Bảng tin UBND xã',
    areaId: commune.id,
    channels: ['screen'],
    canvas: { width: 1280, height: 720 },
  })
  return { speaker, board, commune, playlists: { audio: audio.id, screen: screen.id } }
}
