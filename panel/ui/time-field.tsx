import { TextInput, type TextInputProps } from '@mantine/core'
import { useEffect, useState } from 'react'

/** "5", "530", "5h30", "05:30" as people type it; undefined where it is no time of day. */
export const readTime = (text: string): string | undefined => {
  const [, hours = '', minutes = '00'] =
    /^(\d{1,2})(?:\s*[:h.]?\s*(\d{2}))?\s*[h:]?$/.exec(text.trim()) ?? []
  if (hours === '') return undefined
  const isWithin = Number(minutes) < 60 && (Number(hours) < 24 || `${hours}${minutes}` === '2400')
  return isWithin ? `${hours.padStart(2, '0')}:${minutes}` : undefined
}

type Props = Omit<TextInputProps, 'value' | 'onChange' | 'error'> & {
  value: string
  onChange: (time: string) => void
}

/** A time of day with 24 hours, whatever the browser's own language. */
export const TimeField = ({ value, onChange, ...rest }: Props) => {
  const [text, setText] = useState(value.slice(0, 5))
  useEffect(() => setText(value.slice(0, 5)), [value])
  return (
    <TextInput
      {...rest}
      inputMode="numeric"
      placeholder="05:00"
      maxLength={5}
      value={text}
      error={readTime(text) === undefined}
      onChange={(event) => {
        setText(event.currentTarget.value)
        const time = readTime(event.currentTarget.value)
        if (time && event.currentTarget.value.length === 5) onChange(time)
      }}
      onBlur={() => {
        const time = readTime(text)
        if (time) onChange(time)
        setText(time ?? value.slice(0, 5))
      }}
    />
  )
}
