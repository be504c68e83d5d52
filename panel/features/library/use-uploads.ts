import { useState } from 'react'
import { type AreaId, type AssetId, errorText } from '#protocol'
import { currentLang } from '../../i18n/index.ts'
import { queries } from '../../server.ts'
import { Refusal } from '../../transport.ts'
import { areasQuery } from '../../ui/use-programme.ts'
import { uploadFile } from './upload.ts'

/** A file on its way: to the server first, then through its processing there. */
export type Upload = {
  key: number
  name: string
  share: number
  /** Set once the server has it. */
  assetId: AssetId | null
  error: unknown
}

let count = 0

/** Where new media belong: the topmost area in one's charge. */
const home = async (): Promise<AreaId> => {
  const [area] = await queries.fetchQuery(areasQuery)
  if (!area) throw new Refusal('not-allowed', errorText('not-allowed', currentLang()))
  return area.id
}

/** Sends files one after another, so that a slow line carries each in its turn. */
export const useUploads = () => {
  const [uploads, setUploads] = useState<Upload[]>([])
  const change = (key: number, to: Partial<Upload>) =>
    setUploads((all) => all.map((upload) => (upload.key === key ? { ...upload, ...to } : upload)))

  const add = async (files: readonly File[]) => {
    const added = files.map((file) => ({ file, key: ++count }))
    setUploads((all) => [
      ...all,
      ...added.map(({ file, key }) => ({
        key,
        name: file.name,
        share: 0,
        assetId: null,
        error: null,
      })),
    ])
    for (const { file, key } of added) {
      try {
        const asset = await uploadFile(file, await home(), (share) => change(key, { share }))
        queries.setQueryData(['assets', asset.id], asset)
        change(key, { assetId: asset.id, share: 1 })
      } catch (error) {
        change(key, { error })
      }
      await queries.invalidateQueries({ queryKey: ['assets'] })
    }
  }

  const dismiss = (key: number) => setUploads((all) => all.filter((upload) => upload.key !== key))

  return { uploads, add, dismiss }
}
