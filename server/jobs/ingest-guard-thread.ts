import { workerData } from 'node:worker_threads'

/** Ends the process, and what it started, once the server that started it is gone. */

const LOOK_EVERY_MS = 500

setInterval(() => {
  if (process.ppid !== workerData) process.kill(-process.pid, 'SIGKILL')
}, LOOK_EVERY_MS)
