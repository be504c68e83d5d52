/** Samples in the order in which they came; cheap at both ends. */
export const createSampleQueue = () => {
  const chunks: Int16Array[] = []
  let taken = 0
  let length = 0

  const drop = (count: number) => {
    let left = Math.min(count, length)
    length -= left
    while (left > 0) {
      const first = chunks[0] as Int16Array
      const many = Math.min(left, first.length - taken)
      left -= many
      taken += many
      if (taken < first.length) return
      chunks.shift()
      taken = 0
    }
  }

  return {
    length: () => length,
    push(samples: Int16Array) {
      if (samples.length === 0) return
      chunks.push(samples)
      length += samples.length
    },
    drop,
    /** Takes as many as a block has room for; what is missing is silence. */
    pull(block: Float32Array) {
      let index = 0
      while (index < block.length && length > 0) {
        const first = chunks[0] as Int16Array
        const many = Math.min(block.length - index, first.length - taken)
        for (let step = 0; step < many; step++) {
          block[index + step] = first[taken + step] as number
        }
        drop(many)
        index += many
      }
      block.fill(0, index)
    },
  }
}
