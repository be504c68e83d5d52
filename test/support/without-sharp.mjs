import { registerHooks } from 'node:module'

/** As on a processor that lacks what sharp is built for: to import it throws. */
registerHooks({
  load(url, context, next) {
    if (!url.includes('/node_modules/sharp/')) return next(url, context)
    const source =
      "throw new Error('Unsupported CPU: Prebuilt binaries for linux-x64 require v2 microarchitecture')"
    return { format: 'commonjs', shortCircuit: true, source }
  },
})
