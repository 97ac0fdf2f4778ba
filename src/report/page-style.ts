/** How the page looks, on paper and on a phone too; no file beside it is needed. @module */
export const STYLE = `
:root { color-scheme: light; --ink: #1f2430; --quiet: #5b6472; --rule: #d9dde3; --good: #0072b2; --bad: #c2410c; --unclear: #5b6472; }
body { margin: 0; background: #fff; color: var(--ink); font: 16px/1.55 Inter, system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; margin: 0 0 .5rem; line-height: 1.2; }
h2 { margin: 2.75rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--rule); font-size: 1.35rem; }
h3 { margin: 0 0 .5rem; font-size: 1.05rem; }
.about { color: var(--quiet); margin: 0; }
.sample { border-left: .3rem solid var(--unclear); padding: .5rem .9rem; margin: .9rem 0; background: #f4f5f7; font-weight: 600; }
.sample.good { border-color: var(--good); } .sample.bad { border-color: var(--bad); background: #fff4ed; }
section { border-left: .3rem solid var(--unclear); padding: .25rem 0 .25rem 1rem; margin: 1.1rem 0; }
section.good { border-color: var(--good); } section.good h3 { color: var(--good); }
section.bad { border-color: var(--bad); } section.bad h3 { color: var(--bad); }
section.unclear h3 { color: var(--unclear); }
dl { display: grid; grid-template-columns: 8.5rem 1fr; gap: .6rem 1rem; margin: 0; font-size: .92rem; line-height: 1.45; }
dt { color: var(--quiet); } dd { margin: 0; } dd ul { margin: 0; padding: 0; list-style: none; }
nav ol { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; margin: 1.25rem 0; padding: .6rem .9rem; list-style: none;
  border: 1px solid var(--rule); font-size: .92rem; }
a { color: var(--good); }
details { margin: .75rem 0; } summary { cursor: pointer; font-weight: 600; color: var(--quiet); padding: .3rem 0; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: .28rem .6rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th:first-child, thead th:nth-child(2), td:nth-child(2) { text-align: left; }
th[scope=row] { font-weight: 500; }
table.basis td { text-align: left; white-space: normal; } table.basis th { vertical-align: top; color: var(--quiet); }
figure { margin: 1.5rem 0 2rem; } figure img { width: 100%; height: auto; border: 1px solid var(--rule); }
figcaption { color: var(--quiet); font-size: .86rem; }
footer { margin-top: 3rem; color: var(--quiet); font-size: .86rem; border-top: 1px solid var(--rule); padding-top: .75rem; }
@media (max-width: 40rem) { main { padding: 1.25rem .9rem 3rem; } dl { grid-template-columns: 1fr; } h1 { font-size: 1.5rem; } nav a { line-height: 1.9; } }
@media print { main { max-width: none; } figure { break-inside: avoid; } }
`;
