import * as checks from './check-tasks.ts'
import * as copies from './copy-tasks.ts'
import * as foresight from './foresight-tasks.ts'
import * as horizons from './horizon-tasks.ts'
import * as impacts from './impact-tasks.ts'

/** All that the planning thread does, by name. What goes in and comes out can be sent to a thread. */
export const TASKS = { ...foresight, ...impacts, ...checks, ...copies, ...horizons }

export type Tasks = typeof TASKS
export type TaskName = keyof Tasks
export type ArgsOf<N extends TaskName> = Parameters<Tasks[N]>[0]
export type ResultOf<N extends TaskName> = Awaited<ReturnType<Tasks[N]>>
