import { AppError, channelOf, type FieldProblem, fieldProblem, type Policy } from '#protocol'
import type { Known } from './memory.ts'
import type { References } from './references.ts'

/**
 * The station's tunes must be there and be sound.
 * @throws AppError bad-input, asset-kind-mismatch
 */
export const checkPolicy = (
  { station }: Policy,
  { assets }: Pick<Known, 'assets'>,
  { mayUseAsset }: Pick<References, 'mayUseAsset'>,
): void => {
  const fields: FieldProblem[] = []
  for (const [part, id] of Object.entries(station ?? {})) {
    if (id === null) continue
    const asset = assets.get(id)
    if (!asset || !mayUseAsset(asset))
      fields.push({ field: `station.${part}`, message: fieldProblem('asset-unknown') })
    else if (asset.kind && channelOf(asset.kind) !== 'audio')
      throw new AppError('asset-kind-mismatch', { title: asset.title, channel: 'audio' })
  }
  if (fields.length > 0) throw new AppError('bad-input', {}, { fields })
}
