/**
 * Sets a bulletin into a board. Its text is made as large as the board allows. What would become too
 * small to read is moved instead: upwards where the board has room for some lines, along one line
 * where it has not. The text is measured in a frame that may be looked into and runs nothing, and
 * shown in another that may not be looked into.
 */

/**
 * @typedef {object} Zone
 * @property {HTMLElement} box
 * @property {HTMLElement} text
 */

/** Stacked marks melt into one another below these heights of the letters (Vietnamese, Khmer). */
const SMALLEST_PX = 16
const SMALLEST_KHMER_PX = 32
/** On large boards read from afar: this many lines at most. */
const MOST_LINES = 36
/** Height of a line, marks above and below included, in letters' heights. */
const LINE = 1.3
/** A board lower than this many lines has no room to move text upwards. */
const FEWEST_LINES = 3
/** A board lower than this many lines has no room for a line of its own beside the text. */
const TICKER_LINES = 5
/** Of a line that moves, per second, in letters' heights: about seven letters. */
const SPEED = 4
const FRAMES_PER_SECOND = 60
const KHMER = /[\u1780-\u17ff]/

/** @param {string} source @param {number} width @param {number} height */
const openProbe = async (source, width, height) => {
  const probe = document.createElement('iframe')
  // Ours to look into; still without script, forms, and everything else.
  probe.setAttribute('sandbox', 'allow-same-origin')
  probe.style.cssText = `width:${width}px;height:${height}px`
  probe.srcdoc = source
  const layer = document.createElement('div')
  layer.className = 'behind'
  layer.append(probe)
  const loaded = new Promise((resolve) => probe.addEventListener('load', resolve, { once: true }))
  document.getElementById('canvas')?.append(layer)
  await loaded
  const page = probe.contentDocument
  // Typefaces are asked for by the first layout only.
  void page?.body.offsetHeight
  await page?.fonts.ready
  return { page, close: () => layer.remove() }
}

/** @param {Zone} zone */
const overflow = ({ box, text }) => {
  const style = getComputedStyle(box)
  const room = box.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom)
  const breadth = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
  return { down: text.scrollHeight - room, across: text.scrollWidth - breadth }
}

/**
 * The largest whole size at which a zone's text fits, or undefined where even the smallest does not.
 * @param {Zone} zone
 * @param {(px: number) => void} setSize
 * @param {{ smallest: number, largest: number }} bounds
 */
const largestFitting = (zone, setSize, { smallest, largest }) => {
  /** @param {number} px */
  const fits = (px) => {
    setSize(px)
    const { down, across } = overflow(zone)
    // Lengths of text come in whole pixels, and those of boxes do not.
    return down < 1 && across < 1
  }
  if (!fits(smallest)) return undefined
  let low = smallest
  let high = Math.max(smallest, largest)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  return low
}

/** Milliseconds that a line of this length takes; whole pixels a frame do not flicker. */
const passMs = (/** @type {number} */ lengthPx, /** @type {number} */ sizePx) => {
  const perFrame = Math.max(1, Math.round((sizePx * SPEED) / FRAMES_PER_SECOND))
  return Math.round((lengthPx / (perFrame * FRAMES_PER_SECOND)) * 1000)
}

/**
 * @param {Document} page
 * @param {number} width
 * @param {number} height
 * @param {number} durationMs
 * @returns {{ fit: string, values: Record<string, string> }}
 */
const measure = (page, width, height, durationMs) => {
  const root = page.documentElement
  const readable = KHMER.test(page.body.textContent ?? '') ? SMALLEST_KHMER_PX : SMALLEST_PX
  const highest = Math.floor(height / LINE)
  const smallest = Math.min(highest, Math.max(readable, Math.ceil(height / MOST_LINES)))
  const largest = Math.min(Math.floor(width / 8), Math.floor(height / 5))
  /** @type {Record<string, string>} */
  const values = {}
  const set = (/** @type {string} */ name, /** @type {string} */ value) => {
    values[name] = value
    root.style.setProperty(name, value)
  }
  const strip = /** @type {HTMLElement | null} */ (page.querySelector('footer span'))
  if (
    height < FEWEST_LINES * LINE * smallest ||
    (strip && height < TICKER_LINES * LINE * smallest)
  ) {
    root.dataset.fit = 'crawl'
    const size = Math.min(highest, Math.max(smallest, Math.floor(height * 0.6)))
    set('--size', `${size}px`)
    const line = /** @type {HTMLElement} */ (page.querySelector('.stage'))
    set('--crawl-for', `${passMs(line.scrollWidth, size)}ms`)
    return { fit: 'crawl', values }
  }
  const tick = Math.max(smallest, Math.floor(height * 0.07))
  set('--tick', `${tick}px`)
  if (strip) set('--tick-for', `${passMs(strip.offsetWidth, tick)}ms`)
  let fit = 'still'
  for (const [selector, size, rollBy] of [
    ['main', '--size', '--roll-by'],
    ['aside', '--side-size', '--side-roll-by'],
  ]) {
    const box = /** @type {HTMLElement | null} */ (page.querySelector(selector ?? ''))
    const text = /** @type {HTMLElement | null} */ (box?.firstElementChild)
    if (!box || !text || !size || !rollBy) continue
    const setSize = (/** @type {number} */ px) => set(size, `${px}px`)
    const found = largestFitting({ box, text }, setSize, { smallest, largest })
    setSize(found ?? Math.max(smallest, Math.floor(Math.min(width / 24, height / 14))))
    if (found !== undefined) continue
    fit = 'roll'
    set(rollBy, `${Math.max(0, overflow({ box, text }).down)}px`)
    set('--roll-for', `${durationMs}ms`)
  }
  return { fit, values }
}

/**
 * @param {{ source: string, startsAt: number, offsetMs: number, durationMs: number }} slide
 * @param {number} width
 * @param {number} height
 * @returns {Promise<string>} the bulletin's page for this board
 */
const fitted = async ({ source, startsAt, offsetMs, durationMs }, width, height) => {
  const { page, close } = await openProbe(source, width, height)
  if (!page) throw new Error('not decodable')
  const root = page.documentElement
  const style = (/** @type {string} */ rules) => `${source}<style>:root{${rules}}</style>`
  try {
    if (root.dataset.fit === undefined) {
      const zoom = Math.min(1, width / root.scrollWidth, height / root.scrollHeight)
      return zoom < 1 ? style(`zoom:${zoom.toFixed(4)}`) : source
    }
    const { fit, values } = measure(page, width, height, durationMs)
    // What moves is where it would be by then, however long before that it was made ready.
    values['--from'] = `${Math.round(startsAt - performance.now() - offsetMs)}ms`
    const rules = Object.entries(values).map(([name, value]) => `${name}:${value}`)
    return style(rules.join(';')).replace('data-fit="still"', `data-fit="${fit}"`)
  } finally {
    close()
  }
}

Object.assign(window, { fitted })
