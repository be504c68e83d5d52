import { Badge, Tooltip } from '@mantine/core'

/** Told apart also by those who see red and green alike; white on each has AA contrast. */
const COLOURS = [
  '#0b5fa5',
  '#a34700',
  '#00705a',
  '#8a3478',
  '#5a5200',
  '#4b4fa8',
  '#a3243b',
  '#3d6b1f',
]

/** The same theme has the same colour everywhere: it follows from its code. */
export const themeColour = (code: string): string => {
  const [phase = 0, number = 0] = code.split('.').map(Number)
  return (
    COLOURS[((phase - 1) * 4 + (number - 1) + COLOURS.length) % COLOURS.length] ?? COLOURS[0] ?? ''
  )
}

export const ThemeChip = ({ code, name }: { code: string; name?: string }) => (
  <Tooltip label={name} disabled={!name} multiline maw={360} withArrow>
    <Badge
      color={themeColour(code)}
      size="sm"
      radius="sm"
      variant="filled"
      tt="none"
      miw={34}
      style={{ flexShrink: 0 }}
    >
      {code}
    </Badge>
  </Tooltip>
)
