/**
 * What the board's browser runs, as it stands here: no build step between us and it. It shows what it
 * is told, when it is told, and says what it really drew. Slides that are getting ready lie behind a
 * black curtain, at full size and opaque, so that they are decoded, laid out and painted before they
 * are brought in front of it. Where none is in front, the curtain is what people see.
 */

/**
 * @typedef {'image' | 'video' | 'bulletin'} SlideKind
 * @typedef {{ shownAt: number | null, endedAt: number | null, frames: number }} Drawn
 * @typedef {Drawn & { element: HTMLElement }} Slide
 * @typedef {object} Source
 * @property {SlideKind} kind
 * @property {string} source address of the picture or video; a bulletin's whole page
 * @property {number} startsAt when it will come to the front, by this page's clock
 * @property {number} offsetMs how far into it to begin
 * @property {number} durationMs how long it stands in all
 */

/** How often the browser is asked whether it still draws. */
const CHECK_MS = 250
const FRAME_MS = 1000 / 60
/** A video that shows no first frame within this has none. */
const FIRST_FRAME_MS = 2_000

/** @type {Map<string, Slide>} */
const slides = new Map()
/** @type {string | null} */
let front = null

const canvas = /** @type {HTMLElement} */ (document.getElementById('canvas'))

/** @returns {Promise<number>} */
const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

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

/**
 * A layer behind the curtain with an element in it.
 * @param {HTMLElement} element
 */
const layerWith = (element) => {
  const layer = document.createElement('div')
  layer.className = 'behind'
  layer.append(element)
  canvas.append(layer)
  return layer
}

/** @param {HTMLVideoElement} video */
const firstFrame = (video) =>
  Promise.race([
    new Promise((resolve) => video.requestVideoFrameCallback(resolve)),
    sleep(FIRST_FRAME_MS).then(() => {
      if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) throw new Error('not decodable')
    }),
  ])

/**
 * The frame that a video stands at, drawn over it: what is covered sends no frames, and its first one
 * would come too late.
 * @param {HTMLVideoElement} video
 */
const stillOf = (video) => {
  const still = document.createElement('canvas')
  still.width = video.videoWidth
  still.height = video.videoHeight
  still.getContext('2d')?.drawImage(video, 0, 0)
  return still
}

/**
 * Starts the video of a slide, and takes its still away once it really moves.
 * @param {HTMLElement} layer
 */
const play = async (layer) => {
  const video = layer.querySelector('video')
  if (!video) return
  const moving = new Promise((resolve) => video.requestVideoFrameCallback(resolve))
  await video.play()
  await moving
  await nextFrame()
  await nextFrame()
  layer.querySelector('canvas')?.remove()
}

/** @type {Record<SlideKind, (source: Source) => Promise<HTMLElement>>} */
const makers = {
  async image({ source }) {
    const image = new Image()
    // Painted together with everything else, never a frame later than its surroundings.
    image.decoding = 'sync'
    image.src = source
    await image.decode()
    return layerWith(image)
  },
  async video({ source, offsetMs }) {
    const video = document.createElement('video')
    video.muted = true
    video.preload = 'auto'
    video.src = source
    const layer = layerWith(video)
    try {
      await once(video, 'canplay')
      if (offsetMs > 0) {
        const sought = once(video, 'seeked')
        video.currentTime = offsetMs / 1000
        await sought
      }
      await firstFrame(video)
    } catch (error) {
      layer.remove()
      throw error
    }
    layer.append(stillOf(video))
    return layer
  },
  async bulletin(slide) {
    const frame = document.createElement('iframe')
    // An origin of its own and no script: whatever is in it can only be looked at.
    frame.setAttribute('sandbox', '')
    frame.srcdoc = await window.fitted(slide, canvas.clientWidth, canvas.clientHeight)
    const loaded = once(frame, 'load')
    const layer = layerWith(frame)
    await loaded
    return layer
  },
}

/** @param {string | null} key */
const take = (key) => {
  const slide = key === null ? undefined : slides.get(key)
  if (!slide) return
  slide.endedAt ??= performance.now()
  slide.element.remove()
  for (const video of slide.element.querySelectorAll('video')) video.removeAttribute('src')
}

/** @param {string} key */
const countFrames = async (key) => {
  for (;;) {
    await nextFrame()
    const slide = slides.get(key)
    if (!slide || front !== key) return
    slide.frames += 1
    await sleep(CHECK_MS)
  }
}

const board = {
  /** The page's clock, for whoever wants to map it to another. */
  now: () => performance.now(),

  /**
   * The size of the board in pixels, where the window may be larger.
   * @param {number} width
   * @param {number} height
   */
  setCanvas(width, height) {
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
  },

  /**
   * Loads and decodes a slide behind the curtain. Rejects what cannot be decoded.
   * @param {string} key
   * @param {Source} source
   */
  async prepare(key, source) {
    const element = await makers[source.kind](source)
    slides.set(key, { element, shownAt: null, endedAt: null, frames: 0 })
    // Painted once where nobody sees it: the switch itself then costs nothing.
    await nextFrame()
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
    const old = before === null ? undefined : slides.get(before)
    if (old) old.element.className = 'leaving'
    slide.element.className = 'front'
    // A video that will not play stands still, and its frame stays.
    play(slide.element).catch(() => undefined)
    const drawnAt = await nextFrame()
    slide.shownAt = drawnAt
    // The old one lies under the new one for a frame more: there is never nothing.
    await nextFrame()
    if (before !== key) take(before)
    void countFrames(key)
    return drawnAt
  },

  /**
   * Takes the picture that this page began with for a slide that the page before it showed.
   * @param {string} key
   * @param {Drawn} drawn what the other page drew of it, by this page's clock
   */
  takeOver(key, drawn) {
    const element = /** @type {HTMLElement | null} */ (canvas.querySelector('.front'))
    if (!element) return
    slides.set(key, { ...drawn, endedAt: null, element })
    front = key
    void countFrames(key)
  },

  /**
   * @param {string} key
   * @returns {Drawn | null} what has been drawn of it so far
   */
  drawn(key) {
    const slide = slides.get(key)
    return slide ? { shownAt: slide.shownAt, endedAt: null, frames: slide.frames } : null
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
