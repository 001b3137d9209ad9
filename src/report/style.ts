/** The style sheet of a report. Contrast of text is at least 4.5:1 in light and dark. */
export const style = `
:root{color-scheme:light dark;--page:#fcfcfa;--ink:#1c1e21;--muted:#5a6068;--line:#d5d8dc;--router:#0b5fa8;--single:#6b7280;
--best:#a14a00;--good:#1a7340;--bad:#b3261e;--shade:#f1f2f0}
@media (prefers-color-scheme:dark){:root{--page:#15171a;--ink:#e6e7e9;--muted:#a3a9b1;--line:#363b42;--router:#6cb2f5;
--single:#9aa1ab;--best:#f0a35e;--good:#6ccb8f;--bad:#ff8f84;--shade:#1f2226}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.55 Georgia,"Times New Roman",serif;overflow-wrap:anywhere}
main{max-width:54rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .4rem;font-weight:600}
h2{font-size:1.2rem;line-height:1.3;margin:2.8rem 0 .6rem;font-weight:600}
h3{font-size:1rem;margin:1.5rem 0 .3rem;font-weight:600}
p{margin:.5rem 0 .9rem;max-width:44rem}
.meta,figcaption,caption,.note{color:var(--muted);font-size:.88rem}
.lead{font-size:1.08rem}
table{border-collapse:collapse;font:.82rem/1.4 system-ui,sans-serif;font-variant-numeric:tabular-nums;border-bottom:1.5px solid var(--ink);
overflow-wrap:normal}
caption{text-align:left;padding:0 0 .45rem;font-family:Georgia,"Times New Roman",serif;max-width:calc(100vw - 2.5rem)}
thead th{border-top:1.5px solid var(--ink);border-bottom:1px solid var(--ink);vertical-align:bottom;font-weight:600}
th,td{padding:.24rem .6rem;text-align:left;white-space:nowrap}
tbody th{font-weight:400;white-space:normal;min-width:9rem;max-width:18rem;overflow-wrap:anywhere}
.number{text-align:right}
tr.router th,tr.router td{font-weight:650;background:var(--shade)}
tr.bound th,tr.bound td{color:var(--muted);font-style:italic}
tr.first th,tr.first td{border-top:1px solid var(--line)}
.gain{color:var(--good)}.loss{color:var(--bad)}
.scroll{overflow-x:auto;margin:.6rem 0 1rem;max-width:100%}
.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--router);outline-offset:2px}
figure{margin:1rem 0 1.4rem}
figcaption{margin:.3rem 0 .4rem;max-width:44rem}
svg{display:block;max-width:100%;height:auto}
svg text{font-family:system-ui,sans-serif!important}
.narrow{display:none}
@media (max-width:46rem){.narrow{display:block}.wide{display:none}main{padding-top:1.5rem}}
.multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(11.5rem,1fr));gap:1rem 1.25rem}
.multiples h3{margin:0;font:600 .84rem/1.35 system-ui,sans-serif}
.multiples p{margin:0 0 .2rem;font:.78rem/1.4 system-ui,sans-serif;color:var(--muted)}
@media (max-width:46rem){.multiples{grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:1rem .75rem}}
.confusion thead th{white-space:normal;overflow-wrap:break-word;min-width:4.6rem;max-width:6.2rem;font-size:.74rem}
.confusion td{font-size:.78rem}
details{font-size:.88rem}summary{cursor:pointer;color:var(--router)}
span.heat{display:block;margin:0 -.5rem;padding:.1rem .5rem;background:color-mix(in srgb,var(--router) calc(var(--heat)*40%),transparent)}
blockquote{margin:.5rem 0 .25rem;padding:.1rem 0 .1rem .9rem;border-left:3px solid var(--line);white-space:pre-wrap}
.examples li{margin:0 0 1rem}.examples{list-style:none;padding:0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.2rem;margin:.6rem 0}
dt{color:var(--muted)}dd{margin:0}
@media (max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
@media print{details{display:none}}
`;
