"""The style sheet of the report: light and dark, phone and paper.

Areas run from blue to orange, which all kinds of colour vision tell apart; borders differ in dash
and width besides colour.
"""

STYLE = """
:root{--page:#fbfaf7;--ink:#1d2226;--soft:#5b646c;--rule:#d9d7d0;--card:#fff;
--s0:#3f8fc4;--s1:#b4d5ea;--s2:#f1efe8;--s3:#f8cf9f;--s4:#e08a1e;
--main:#4d4f52;--road:#8d8f92;--rail:#111;--water:#0060b0;--wall:#7a4a1d;--line:#777;
--gap:#00806a;--edge:#7d4cb8;--free:#c4145a;--given:#101418;--house:#c9c4b8;--yard:#dfe6cf}
@media screen and (prefers-color-scheme:dark){:root{--page:#15181b;--ink:#e8e6e1;--soft:#a3abb2;
--rule:#343a40;--card:#1c2024;--s0:#2f7db3;--s1:#234a66;--s2:#262b30;--s3:#5f4420;--s4:#b86c0e;
--main:#c9c7c2;--road:#868b90;--rail:#fff;--water:#5db2ff;--wall:#d79a5f;--line:#999;
--gap:#3fc9ab;--edge:#bf9bf0;--free:#ff6f9f;--given:#fff;--house:#4c4a45;--yard:#333d2a}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC",sans-serif}
header,main{max-width:1400px;margin:0 auto;padding:0 24px}
header{padding-top:28px}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 8px;overflow-wrap:anywhere}
header p{max-width:75ch;color:var(--soft);margin:0}
h2{font-size:1.15rem;margin:0 0 12px}
section{margin:28px 0;min-width:0}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:0 48px}
figure{margin:0;min-width:0}
svg{display:block;width:100%;height:auto}
.map-row{display:flex;flex-wrap:wrap;gap:8px 40px;align-items:flex-start}
.map{flex:1 1 560px}.beside{flex:1 1 360px;min-width:0}
.dense .k-main{stroke-width:.9}.dense .k-road,.dense .k-line,.dense .k-gap{stroke-width:.5}
.dense .k-rail,.dense .k-water,.dense .k-wall,.dense .k-edge{stroke-width:.8}
.dense .k-free{stroke-width:.6;stroke-dasharray:none}.dense .k-given{stroke-width:1.4}
.scale{border:1.5px solid var(--ink);border-top:0;height:7px;margin:6px 0 22px;
font-size:.78rem;line-height:1;text-align:center;padding-top:11px;white-space:nowrap}
.s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}.s4{fill:var(--s4)}
.bar{stroke:var(--soft);stroke-width:.6}
.k-main,.k-road,.k-rail,.k-water,.k-wall,.k-line,.k-gap,.k-edge,.k-free,.k-given,.other,.road
{fill:none;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.k-main{stroke:var(--main);stroke-width:1.8}
.k-road{stroke:var(--road);stroke-width:1.1}
.k-rail{stroke:var(--rail);stroke-width:1.8;stroke-dasharray:6 3}
.k-water{stroke:var(--water);stroke-width:2}
.k-wall{stroke:var(--wall);stroke-width:1.6;stroke-dasharray:1.5 2}
.k-line{stroke:var(--line);stroke-width:1.1}
.k-gap{stroke:var(--gap);stroke-width:1.5;stroke-dasharray:7 2}
.k-edge{stroke:var(--edge);stroke-width:1.6;stroke-dasharray:2 2}
.k-free{stroke:var(--free);stroke-width:1.8;stroke-dasharray:4 3}
.k-given{stroke:var(--given);stroke-width:2.4}
.own{stroke-width:3}
.mark{fill:none;stroke:var(--free);stroke-width:1.8;vector-effect:non-scaling-stroke}
.ground{fill:var(--card)}.chosen{fill:var(--s3);fill-rule:evenodd}
.building{fill:var(--house);stroke:var(--soft);stroke-width:.5;vector-effect:non-scaling-stroke}
.compound{fill:var(--yard);fill-opacity:.75;stroke:var(--edge);stroke-width:.8;
vector-effect:non-scaling-stroke}
.road{stroke:var(--road);stroke-width:.8}.other{stroke:var(--soft);stroke-width:1.2}
.legend{font-size:.88rem;display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));
gap:12px 24px;max-width:560px;margin-bottom:28px}
.legend ul{list-style:none;margin:0;padding:0}
.legend li{display:flex;align-items:center;gap:7px}
.key{display:inline-block;width:24px;height:14px;flex:none;vertical-align:-2px;margin-right:4px}
.chart{max-width:560px}.chart text{font-size:11px;fill:var(--ink);text-anchor:middle}
.axis{stroke:var(--soft)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem;margin-bottom:12px}
th,td{text-align:left;padding:5px 14px 5px 0;border-bottom:1px solid var(--rule);
vertical-align:top}
th{color:var(--soft);font-weight:500;font-size:.84rem}
td,.place{font-variant-numeric:tabular-nums}
.last td:last-child,.last th:last-child,.figures td+td,.figures th+th,
.middle td:nth-child(2),.middle th:nth-child(2),.middle td:nth-child(3),.middle th:nth-child(3)
{text-align:right}
td:last-child,th:last-child{padding-right:0}
.plain td:first-child{white-space:nowrap}
.meter{display:block;width:100%;min-width:70px;height:9px;margin-top:7px;background:var(--s2)}
.meter span{display:block;height:100%;background:var(--s0)}
.close{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:28px}
.close svg{border:1px solid var(--rule);background:var(--page)}
figcaption{font-size:.92rem}
.place{color:var(--soft);white-space:nowrap}.soft{color:var(--soft)}
@media (max-width:600px){header,main{padding-left:14px;padding-right:14px}
table{font-size:.86rem}th,td{padding-right:9px}.figures{font-size:.8rem}
.figures th,.figures td{padding-right:5px}.figures th{font-size:.76rem}
.plain,.plain tbody,.plain tr,.plain td{display:block}
.plain thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.plain tr{border-bottom:1px solid var(--rule);padding:8px 0}
.plain td{border:0;padding:0;overflow-wrap:anywhere}
.plain td:nth-child(-n+2){display:inline-block;margin-right:12px;color:var(--soft)}
.map{flex-basis:100%}}
@media print{body{font-size:10pt}section,figure{break-inside:avoid}.wide{overflow:visible}
header,main{max-width:none;padding:0}svg{print-color-adjust:exact}
.bar,.meter,.meter span{print-color-adjust:exact}}
"""
