import { z } from '@hono/zod-openapi'
import { DeviceId } from '#protocol'

// `coerce` takes null for 0, so that the parameter would be described as one that may be left out.
const ordinal = z.coerce
  .number()
  .int()
  .nonnegative()
  .meta({ param: { required: true } })

/** Where a record stands: the device, the epoch of its journal, and the place in it. */
export const PlayParams = z.object({ device: DeviceId, epoch: ordinal, seq: ordinal })
