import { registerHooks } from 'node:module'

/** The program as it will be, or was, with another version of the protocol: LOABANG_TEST_PROTOCOL. */
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.endsWith('/protocol/messages.ts')) return loaded
    const line = /export const PROTOCOL_VERSION = \d+/
    const source = String(loaded.source)
    if (!line.test(source)) throw new Error('the version is not where it was')
    const to = `export const PROTOCOL_VERSION = ${process.env.LOABANG_TEST_PROTOCOL}`
    return { ...loaded, source: source.replace(line, to) }
  },
})
