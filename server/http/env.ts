import type { HttpBindings } from '@hono/node-server'
import type { DeviceId, Lang, SignedIn } from '#protocol'

/** What travels with a request. */
export type Env = {
  Bindings: HttpBindings
  Variables: {
    requestId: string
    lang: Lang
    /** Set by `authenticate`; absent on the few routes that anybody may call. */
    user: SignedIn
    /** The device that signed the request, on the one route that devices sign. */
    device: { id: DeviceId; journalKey: string }
  }
}
