import { useEffect, useRef, useState } from 'react'

/** One clip that can be listened to, and how far it is, in seconds. */
export const useClip = (source: string) => {
  const audio = useRef<HTMLAudioElement>(null)
  const [isPlaying, setPlaying] = useState(false)
  const [at, setAt] = useState(0)

  useEffect(() => {
    const player = new Audio()
    player.preload = 'none'
    player.src = source
    player.onplay = () => setPlaying(true)
    player.onpause = () => setPlaying(false)
    player.ontimeupdate = () => setAt(player.currentTime)
    player.onended = () => setAt(0)
    audio.current = player
    return () => {
      player.pause()
      player.removeAttribute('src')
    }
  }, [source])

  return {
    isPlaying,
    at,
    toggle() {
      const player = audio.current
      if (player?.paused) void player.play()
      else player?.pause()
    },
    seek(seconds: number) {
      if (audio.current) audio.current.currentTime = seconds
      setAt(seconds)
    },
  }
}
