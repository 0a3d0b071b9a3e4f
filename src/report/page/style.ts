/** The style sheet: a phone or a screen, light or dark, or paper. Nothing in it is fetched. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f4f6f8; --ink: #1b1f24; --muted: #545d68; --line: #d5dae0;
  --link: #0b5cad; --alarm: #b3261e; --gap: #e7e2d6; --projected: #9cc3e6;
  --s0: #0072b2; --s1: #d55e00; --s2: #00875f; --s3: #b4508f; --s4: #b58100; --s5: #56a9de;
  --s6: #5b3f9b; --s7: #7d4a2b; --others: #8b949e;
  --h0: #eef4fa; --h1: #d3e4f3; --h2: #a9cbe6; --h3: #73abd6; --h4: #4088c0; --h5: #1c619f; --h6: #083a70;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181c; --panel: #1e2328; --ink: #e7eaee; --muted: #a7b0ba; --line: #3a424b;
    --link: #7cb8f2; --alarm: #ff8a80; --gap: #38342a; --projected: #2f5878;
    --s0: #4da6e5; --s1: #ff8f45; --s2: #35c79b; --s3: #e394c8; --s4: #e6bb43; --s5: #b0dcff;
    --s6: #a68de3; --s7: #c98f6b; --others: #7d8792;
    --h0: #1c2733; --h1: #20364c; --h2: #25517a; --h3: #2f74ad; --h4: #4f9bd6; --h5: #8cc3ef; --h6: #d6ebff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 68rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
header p, .note, footer, caption, figure, dt, dd span { color: var(--muted); }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
header p { margin: .25rem 0 0; }
h2 { margin: 0; font-size: 1.25rem; line-height: 1.3; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
nav ul, .legend { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: 0; padding: 0; list-style: none; }
nav { margin: 1rem 0 0; padding: .6rem 0; border: solid var(--line); border-width: 1px 0; font-size: .9rem; }
section { margin-top: 2.5rem; }
.finding { margin: .3rem 0 1rem; max-width: 50rem; overflow-wrap: anywhere; }
.note { margin: .25rem 0; max-width: 50rem; font-size: .85rem; overflow-wrap: anywhere; }
.key-figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 0; }
.key-figures div { padding: .7rem .9rem; border-radius: .5rem; background: var(--panel); }
dt { font-size: .85rem; }
dd { margin: 0; }
dd strong { display: block; font-size: 1.3rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
dd span { display: block; font-size: .8rem; }
figure { margin: 0 0 1rem; }
svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
.legend { margin-bottom: .5rem; font-size: .85rem; }
.legend li { display: inline-flex; align-items: center; gap: .4rem; overflow-wrap: anywhere; }
.legend span { flex: none; background: currentColor; }
.box { width: .8rem; height: .8rem; border: 1px solid var(--line); border-radius: 2px; }
.legend .line { width: 2px; height: 1rem; }
.legend .dashes { width: 1.3rem; height: 0; background: none; border-top: 2px dashed; }
.scroll { max-height: 30rem; margin: .75rem 0 1.25rem; overflow: auto; border: 1px solid var(--line); border-radius: .5rem; }
table { width: 100%; border-collapse: separate; border-spacing: 0; font-size: .85rem; font-variant-numeric: tabular-nums; }
caption { padding: .5rem .7rem; text-align: left; }
caption span { position: sticky; left: .7rem; display: inline-block; max-width: calc(100vw - 4rem); }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
tr:last-child > * { border-bottom: 0; }
th:first-child, .words { text-align: left; }
thead th { position: sticky; top: 0; z-index: 2; background: var(--panel); color: var(--muted); font-weight: 600; }
thead th.figure { max-width: 12em; white-space: normal; overflow-wrap: break-word; vertical-align: bottom; }
th:first-child { position: sticky; left: 0; z-index: 1; background: var(--paper); max-width: 14rem; overflow-wrap: anywhere; white-space: normal; font-weight: 600; }
thead th:first-child { z-index: 3; background: var(--panel); vertical-align: bottom; }
tbody th { min-width: 7rem; }
.sum > * { background: var(--panel); font-weight: 600; }
.sum > th:first-child { background: var(--panel); }
.over td, .over th:first-child { color: var(--alarm); }
.dense { font-size: .75rem; }
.dense th, .dense td { padding: .2rem .35rem; }
footer { margin-top: 2.5rem; font-size: .85rem; }
@media (max-width: 719px) {
  .wide { display: none; }
  .narrow { display: block; max-width: 34rem; }
  th:first-child { max-width: 8.5rem; }
  th, td { padding: .3rem .5rem; }
  thead th.figure { min-width: 6em; }
  .dense thead th.figure { min-width: 0; }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #ffffff; --panel: #f4f6f8; --ink: #000000; --muted: #404750; --line: #c4cad1;
    --link: #000000; --alarm: #b3261e; --gap: #e7e2d6; --projected: #9cc3e6;
    --s0: #0072b2; --s1: #d55e00; --s2: #00875f; --s3: #b4508f; --s4: #b58100; --s5: #56a9de;
    --s6: #5b3f9b; --s7: #7d4a2b; --others: #8b949e;
    --h0: #eef4fa; --h1: #d3e4f3; --h2: #a9cbe6; --h3: #73abd6; --h4: #4088c0; --h5: #1c619f; --h6: #083a70;
  }
  @page { size: A4; margin: 12mm; }
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav { display: none; }
  .wide { display: block; }
  .narrow { display: none; }
  .scroll { max-height: none; overflow: visible; border: 0; }
  thead th, th:first-child, caption span { position: static; }
  table { font-size: 7pt; }
  .dense { font-size: 6pt; }
  th, td, .dense th, .dense td { padding: 1pt 2pt; }
  tbody th { min-width: 7.2em; }
  thead th.figure { min-width: 0; overflow-wrap: anywhere; }
  .dense tbody th { min-width: 0; }
  tr, figure, .key-figures div { break-inside: avoid; }
  thead { display: table-header-group; }
  h2, .finding, caption { break-after: avoid; }
}
`;
