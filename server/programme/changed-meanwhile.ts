import { AppError } from '#protocol'

/** Somebody was quicker: the refusal hands back what there is now, so that nothing typed is lost. */
export const changedMeanwhile = (current: { name: string }): AppError =>
  new AppError('changed-meanwhile', { name: current.name }, { attached: { current } })
