/**
 * The first thing that a page does which takes another's place, before it is drawn at all: it puts a
 * picture of what that one showed in front. The browser holds the old page's last frame until then.
 */
document.addEventListener('DOMContentLoaded', () => {
  if (!window.standIn) return
  const layer = document.createElement('div')
  layer.className = 'front'
  const image = new Image()
  image.decoding = 'sync'
  image.src = window.standIn
  layer.append(image)
  document.getElementById('canvas')?.append(layer)
})
