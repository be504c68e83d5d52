import { parentPort, workerData } from 'node:worker_threads'

/** Asks `/healthz` again and again until it is told to stop; answers with how long each took, in ms. */

const ASK_EVERY_MS = 10
const took: number[] = []
let isOver = false

parentPort?.once('message', () => {
  isOver = true
})

/** Asked twice at most, as browsers do: an idle connection may be closed to make room for others. */
const ask = () => fetch(`${workerData}/healthz`)

while (!isOver) {
  const before = performance.now()
  const { status } = await ask().catch(ask)
  if (status !== 200) throw new Error(`/healthz answered ${status}`)
  took.push(performance.now() - before)
  await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
}
parentPort?.postMessage(took)
