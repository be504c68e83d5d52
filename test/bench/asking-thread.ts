import { Agent, get } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

/** Asks `/healthz` again and again until it is told to stop; answers with how long each took, in ms. */

const ASK_EVERY_MS = 10
const took: number[] = []
let isOver = false

parentPort?.once('message', () => {
  isOver = true
})

/** Not the address of the attacks: what one address may hold open is bounded for all that share it. */
const agent = new Agent({ keepAlive: true, localAddress: '127.0.0.2' })

const ask = () =>
  new Promise<number | undefined>((resolve, reject) => {
    const asking = get(`${workerData}/healthz`.replace('localhost', '127.0.0.1'), { agent })
    asking.on('error', reject)
    asking.on('response', (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    })
  })

while (!isOver) {
  const before = performance.now()
  const status = await ask()
  if (status !== 200) throw new Error(`/healthz answered ${status}`)
  took.push(performance.now() - before)
  await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
}
parentPort?.postMessage(took)
