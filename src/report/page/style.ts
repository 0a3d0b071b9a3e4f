/** The style sheet: a phone or a screen, light or dark, or paper. Nothing in it is fetched. */
export const STYLE = `
:root {
  color-scheme: light;
  --paper: #ffffff; --panel: #f4f6f8; --ink: #1b1f24; --muted: #545d68; --line: #d5dae0;
  --link: #0b5cad; --alarm: #b3261e; --gap: #e7e2d6; --projected: #b9c0c8; --balance: #00875f;
  --good: #1a7f4b; --near: #855600; --shade: #1b1f2433; --range: #1b1f2440;
  --s0: #0072b2; --s1: #d55e00; --s2: #00875f; --s3: #b4508f; --others: #a3abb5;
  --h0: #eef4fa; --h1: #d3e4f3; --h2: #a9cbe6; --h3: #73abd6; --h4: #4088c0; --h5: #1c619f; --h6: #083a70;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --paper: #15181c; --panel: #1e2328; --ink: #e7eaee; --muted: #a7b0ba; --line: #3a424b;
    --link: #7cb8f2; --alarm: #ff8a80; --gap: #38342a; --projected: #4a545e; --balance: #35c79b;
    --good: #4cc38a; --near: #e6bb43; --shade: #000000b3; --range: #e7eaee4d;
    --s0: #4da6e5; --s1: #ff8f45; --s2: #35c79b; --s3: #e394c8; --others: #68727d;
    --h0: #1c2733; --h1: #20364c; --h2: #25517a; --h3: #2f74ad; --h4: #4f9bd6; --h5: #8cc3ef; --h6: #d6ebff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 2rem; max-width: 62rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
header p, .note, footer, figure, dt, dd span, summary { color: var(--muted); }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
header p { margin: .2rem 0 0; }
h2 { margin: 0; font-size: 1.15rem; line-height: 1.3; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
section { margin-top: 2rem; }
.finding { margin: .2rem 0 .7rem; max-width: 50rem; overflow-wrap: anywhere; text-wrap: pretty; }
time { white-space: nowrap; }
.note { margin: .2rem 0; max-width: 50rem; font-size: .85rem; overflow-wrap: anywhere; }
.verdict { margin-top: 1rem; padding: .8rem 1.1rem; border-left: .4rem solid var(--line); border-radius: .5rem; background: var(--panel); }
.verdict p { margin: .15rem 0 0; overflow-wrap: anywhere; text-wrap: pretty; }
.good { border-color: var(--good); }
.near { border-color: var(--near); }
.bad { border-color: var(--alarm); }
.good h2 { color: var(--good); }
.near h2 { color: var(--near); }
.bad h2 { color: var(--alarm); }
.key-figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: .75rem 0 0; }
.key-figures div { padding: .6rem .9rem; border-radius: .5rem; background: var(--panel); }
.key-figures .over strong { color: var(--alarm); }
dt { font-size: .85rem; }
dd { margin: 0; }
dd strong { display: block; font-size: 1.3rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
dd span { display: block; font-size: .8rem; line-height: 1.35; }
figure { margin: 0 0 .5rem; }
svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
.legend, .scale { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: 0 0 .4rem; padding: 0; list-style: none; font-size: .85rem; color: var(--muted); }
.legend li { display: inline-flex; align-items: center; gap: .4rem; overflow-wrap: anywhere; }
.legend span { flex: none; background: currentColor; }
.box { width: .8rem; height: .8rem; border-radius: 2px; }
.legend .line { width: 2px; height: 1rem; }
.legend .bar { width: 1.3rem; height: 2px; margin: 0 .25rem; outline: .25rem solid var(--range); }
.legend .dashes { width: 1.3rem; height: 0; background: none; border-top: 2px dashed; }
.scale { flex-wrap: nowrap; gap: 0; max-width: 28rem; margin: 0; }
.scale li { flex: 1; border-top: .8rem solid; white-space: nowrap; }
details { margin: .3rem 0; }
summary { width: fit-content; font-size: .85rem; cursor: pointer; }
.scroll {
  max-height: 30rem; margin: .4rem 0 .8rem; overflow: auto; border: 1px solid var(--line); border-radius: .5rem;
  background:
    linear-gradient(to left, var(--paper) 1rem, transparent) right / 2rem 100% no-repeat local,
    linear-gradient(var(--paper), var(--paper)) left / 1rem 100% no-repeat local,
    linear-gradient(to left, var(--shade), transparent) right / .8rem 100% no-repeat var(--paper);
}
table { width: 100%; border-collapse: separate; border-spacing: 0; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
tr:last-child > * { border-bottom: 0; }
th:first-child, .words { text-align: left; }
thead th { position: sticky; top: 0; z-index: 2; background: var(--panel); color: var(--muted); font-weight: 600; }
thead th.figure { max-width: 12em; white-space: normal; overflow-wrap: break-word; vertical-align: bottom; }
th:first-child { position: sticky; left: 0; z-index: 1; background: var(--paper); border-right: 1px solid var(--line); max-width: 14rem; overflow-wrap: anywhere; white-space: normal; font-weight: 600; }
thead th:first-child { z-index: 3; background: var(--panel); vertical-align: bottom; }
tbody th { min-width: 7rem; }
.sum > * { border-top: 1px solid var(--muted); font-weight: 600; }
tr.over td, tr.over th:first-child { color: var(--alarm); }
.dense { font-size: .75rem; }
.dense th, .dense td { padding: .2rem .35rem; }
footer { margin-top: 2rem; padding-top: .6rem; border-top: 1px solid var(--line); }
@media screen and (max-width: 719px) {
  .wide { display: none; }
  .narrow { display: block; max-width: 34rem; }
  .key-figures { grid-template-columns: 1fr 1fr; gap: .5rem; }
  .key-figures div:last-child:nth-child(odd) { grid-column: span 2; }
  th:first-child { max-width: 8.5rem; }
  th, td { padding: .3rem .5rem; }
  thead th.figure { min-width: 6em; }
  .dense thead th.figure { min-width: 0; }
}
@media print {
  @page { size: A4; margin: 10mm 12mm; }
  html { font-size: 9pt; }
  body { max-width: none; padding: 0; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details:not([open]) { display: none; }
  .key-figures { grid-template-columns: repeat(auto-fit, minmax(0, 1fr)); grid-auto-flow: column; }
  section { margin-top: 1.1rem; break-inside: avoid; }
  .finding { margin-bottom: .4rem; }
  section:has(details[open]) { break-inside: auto; }
  .scroll { max-height: none; overflow: visible; border: 0; background: none; }
  thead th, th:first-child { position: static; }
  table { font-size: 7pt; }
  .dense { font-size: 6pt; }
  th, td, .dense th, .dense td { padding: 1pt 2pt; }
  tbody th { min-width: 7.2em; }
  thead th.figure { min-width: 0; overflow-wrap: anywhere; }
  .dense tbody th { min-width: 0; }
  p, tr, figure, .verdict, .key-figures, footer { break-inside: avoid; }
  thead { display: table-header-group; }
  h2, .finding, .scale, summary { break-after: avoid; }
}
`;
