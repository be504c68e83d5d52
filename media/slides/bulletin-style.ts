/** What a bulletin may load: nothing but what it carries within itself. */
export const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"

const palette = (name: string, ground: string, text: string, accent: string): string =>
  `body.${name} { --ground: ${ground}; --ink: ${text}; --accent: ${accent}; }`

/**
 * How a bulletin looks on any board, and in the library, where nobody sets its sizes. Whatever moves
 * moves by its transform alone, so that the compositor draws it and nothing else can make it jerk.
 */
export const bulletinStyle = `
  :root { --size: min(4.2vw, 7.2vh); --side-size: min(3.2vw, 5vh); --tick: max(16px, 7vh);
    --roll-by: 0px; --side-roll-by: 0px; --roll-for: 30s; --tick-for: 20s; --crawl-for: 20s; --from: 0s; }
  html, body { height: 100%; margin: 0; overflow: hidden; }
  ${palette('navy', '#0b2a4a', '#fff', '#ffd54a')}
  ${palette('red', '#9b1010', '#fff', '#ffe27a')}
  ${palette('green', '#0d4a2b', '#fff', '#ffd54a')}
  ${palette('black', '#000', '#fff', '#ffd54a')}
  ${palette('white', '#fff', '#10233b', '#a01515')}
  body { background: var(--ground); color: var(--ink); line-height: 1.4;
    font-family: 'Be Vietnam Pro', 'Noto Sans Khmer', 'Noto Sans', 'DejaVu Sans', sans-serif; }
  .stage { box-sizing: border-box; height: 100%; display: grid;
    grid-template: 'main' minmax(0, 1fr) 'tick' auto / minmax(0, 1fr); }
  .side-right .stage { grid-template: 'main side' minmax(0, 1fr) 'tick tick' auto / minmax(0, 2fr) minmax(0, 1fr); }
  .side-left .stage { grid-template: 'side main' minmax(0, 1fr) 'tick tick' auto / minmax(0, 1fr) minmax(0, 2fr); }
  .side-bottom .stage { grid-template: 'main' minmax(0, 2fr) 'side' minmax(0, 1fr) 'tick' auto / minmax(0, 1fr); }
  main, aside { box-sizing: border-box; overflow: hidden; display: flex; flex-direction: column;
    justify-content: safe center; }
  main { grid-area: main; font-size: var(--size); padding: .7em 1em; }
  aside { grid-area: side; font-size: var(--side-size); padding: .6em .8em;
    background: color-mix(in srgb, var(--ground), #000 25%); }
  .white aside { background: #e6ebf2; }
  footer { grid-area: tick; overflow: hidden; white-space: nowrap; font-size: var(--tick);
    font-weight: 700; color: var(--ground); background: var(--accent); }
  .text { flex: none; overflow-wrap: break-word; }
  .centre .text { text-align: center; }
  .centre ul, .centre ol { display: inline-block; text-align: left; }
  h1, h2, h3 { margin: 0 0 .35em; line-height: 1.25; color: var(--accent); }
  h1 { font-size: 1.5em; } h2 { font-size: 1.2em; } h3 { font-size: 1.05em; }
  p, ul, ol { margin: .25em 0; } ul, ol { padding-left: 1.2em; }
  .text > :first-child { margin-top: 0; } .text > :last-child { margin-bottom: 0; }
  strong { color: color-mix(in srgb, var(--accent), var(--ink) 35%); }
  footer strong { color: inherit; }
  table { border-collapse: collapse; width: 100%; } td, th { padding: .15em .5em; text-align: left;
    border-bottom: .05em solid color-mix(in srgb, var(--ink), transparent 60%); }
  footer span { display: inline-block; padding-left: 100vw; will-change: transform;
    animation: pass var(--tick-for) linear var(--from) infinite both; }
  @keyframes pass { to { transform: translateX(-100%); } }
  @keyframes roll { 0%, 8% { transform: none; } 92%, 100% { transform: translateY(calc(-1 * var(--by))); } }
  [data-fit='roll'] main, [data-fit='roll'] aside { justify-content: flex-start; }
  [data-fit='roll'] .text { will-change: transform; animation: roll var(--roll-for) linear var(--from) both; }
  [data-fit='roll'] main .text { --by: var(--roll-by); }
  [data-fit='roll'] aside .text { --by: var(--side-roll-by); }
  [data-fit='crawl'] body { display: flex; align-items: center; }
  [data-fit='crawl'] .stage { display: inline-block; height: auto; padding-left: 100vw; white-space: nowrap;
    font-size: var(--size); line-height: 1.3; will-change: transform;
    animation: pass var(--crawl-for) linear var(--from) infinite both; }
  [data-fit='crawl'] :is(main, aside, footer, footer span, .text, .text *) { display: inline; margin: 0;
    padding: 0; font-size: 1em; background: none; animation: none; will-change: auto; }
  [data-fit='crawl'] :is(.text > *, li, footer)::after { content: ' \\2003 '; }
`
