/** What was done to the draft, newest last, and how each is taken back. */
type Step = { what: string; takeBack: () => Promise<void> }

const MOST_STEPS = 50
const steps: Step[] = []

/** What was deleted and brought back has another id: later steps still name the old one. */
const successors = new Map<string, string>()

let lastTurn: Promise<unknown> = Promise.resolve()

/**
 * Changes of the draft are made one after another, in the order in which they were asked for: each meets
 * what the one before has made, and what is taken back is the last one, also where it is still on its way.
 */
export const inTurn = <Result>(change: () => Promise<Result>): Promise<Result> => {
  const turn = lastTurn.then(change)
  lastTurn = turn.catch(() => undefined)
  return turn
}

export const rememberStep = (step: Step): void => {
  steps.push(step)
  if (steps.length > MOST_STEPS) steps.shift()
}

/**
 * Takes the newest step back; called in turn. A step that cannot be taken back stays.
 * @returns what it was, or undefined where there is none
 */
export const undoLast = async (): Promise<string | undefined> => {
  const step = steps.at(-1)
  if (!step) return undefined
  await step.takeBack()
  steps.splice(steps.lastIndexOf(step), 1)
  return step.what
}

export const succeed = (id: string, successor: string): void => void successors.set(id, successor)

/** The id that a thing has now. */
export const currentId = <Id extends string>(id: Id): Id => {
  let now: string = id
  for (let next = successors.get(now); next; next = successors.get(now)) now = next
  return now as Id
}
