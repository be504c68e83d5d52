const WIDTH = 240
const HEIGHT = 56

/** The outline of a clip. */
export const Waveform = ({ peaks, played = 0 }: { peaks: readonly number[]; played?: number }) => (
  <svg
    viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
    preserveAspectRatio="none"
    style={{ width: '100%', height: HEIGHT, display: 'block' }}
    aria-hidden
  >
    {peaks.map((peak, index) => {
      const x = (index / peaks.length) * WIDTH
      const height = Math.max(1, peak * HEIGHT)
      return (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: the position is what a bar is
          key={index}
          x={x}
          y={(HEIGHT - height) / 2}
          width={(WIDTH / peaks.length) * 0.7}
          height={height}
          fill={
            index / peaks.length < played
              ? 'var(--mantine-primary-color-filled)'
              : 'light-dark(#9fb4ad, #5d706a)'
          }
        />
      )
    })}
  </svg>
)
