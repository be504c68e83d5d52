/**
 * What the board's browser runs, as it stands here: no build step between us and it. It shows what it
 * is told, when it is told, and says what it really drew. Two slides may exist at once: the one in
 * front, and one that is ready behind it.
 */

/**
 * @typedef {'image' | 'video' | 'bulletin'} SlideKind
 * @typedef {object} Slide
 * @property {HTMLElement} element
 * @property {number | null} shownAt
 * @property {number | null} endedAt
 * @property {number} frames
 */

/** How often the browser is asked whether it still draws. */
const CHECK_MS = 250
const FRAME_MS = 1000 / 60

/** @type {Map<string, Slide>} */
const slides = new Map()
/** @type {string | null} */
let front = null

/** @returns {Promise<number>} */
const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))

/**
 * @param {EventTarget} target
 * @param {string} good
 * @returns {Promise<void>}
 */
const once = (target, good) =>
  new Promise((resolve, reject) => {
    target.addEventListener(good, () => resolve(), { once: true })
    target.addEventListener('error', () => reject(new Error('not decodable')), { once: true })
  })

/** @type {Record<SlideKind, (source: string, offsetMs: number) => Promise<HTMLElement>>} */
const makers = {
  async image(source) {
    const image = new Image()
    image.src = source
    await image.decode()
    return image
  },
  async video(source, offsetMs) {
    const video = document.createElement('video')
    video.muted = true
    video.preload = 'auto'
    video.src = source
    await once(video, 'canplay')
    if (offsetMs > 0) {
      video.currentTime = offsetMs / 1000
      await once(video, 'seeked')
    }
    return video
  },
  async bulletin(source) {
    const frame = document.createElement('iframe')
    // An origin of its own and no script: whatever is in it can only be looked at.
    frame.setAttribute('sandbox', '')
    frame.srcdoc = source
    const loaded = once(frame, 'load')
    frame.className = 'behind'
    document.body.append(frame)
    await loaded
    return frame
  },
}

/** @param {string | null} key */
const take = (key) => {
  const slide = key === null ? undefined : slides.get(key)
  if (!slide) return
  slide.endedAt ??= performance.now()
  slide.element.remove()
}

/** @param {string} key */
const countFrames = async (key) => {
  for (;;) {
    await nextFrame()
    const slide = slides.get(key)
    if (!slide || front !== key) return
    slide.frames += 1
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS))
  }
}

const board = {
  /** The page's clock, for whoever wants to map it to another. */
  now: () => performance.now(),

  /**
   * Loads and decodes a slide behind the one in front. Rejects what cannot be decoded.
   * @param {string} key
   * @param {SlideKind} kind
   * @param {string} source address of the picture or video; a bulletin's whole page
   * @param {number} offsetMs how far into a video to begin
   */
  async prepare(key, kind, source, offsetMs) {
    const element = await makers[kind](source, offsetMs)
    element.className = 'behind'
    if (!element.isConnected) document.body.append(element)
    slides.set(key, { element, shownAt: null, endedAt: null, frames: 0 })
    // Laid out and painted once where nobody sees it: the switch itself then costs nothing.
    await nextFrame()
  },

  /**
   * Brings a slide to the front at an instant of the page's clock.
   * @param {string} key
   * @param {number} at
   * @returns {Promise<number | null>} when the frame with it was drawn, or null where it was taken
   *   back before
   */
  async show(key, at) {
    // What is changed now is drawn with the next frame.
    while (performance.now() < at - FRAME_MS) await nextFrame()
    const slide = slides.get(key)
    if (!slide) return null
    const before = front
    front = key
    slide.element.className = 'front'
    if (slide.element instanceof HTMLVideoElement) void slide.element.play()
    const drawnAt = await nextFrame()
    slide.shownAt = drawnAt
    take(before)
    void countFrames(key)
    return drawnAt
  },

  /**
   * Ends a slide: blank where nothing has taken its place.
   * @param {string} key
   * @returns what was drawn of it
   */
  finish(key) {
    const slide = slides.get(key)
    if (!slide) return null
    if (front === key) front = null
    take(key)
    slides.delete(key)
    return { shownAt: slide.shownAt, endedAt: slide.endedAt, frames: slide.frames }
  },
}

Object.assign(window, { board })
