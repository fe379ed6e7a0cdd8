import { componentCard, mayKeep } from "webmap/components/card";
import { keepForms } from "webmap/components/keep";
import { replace } from "webmap/dom";

const body = document.getElementById("component-body");
const first = JSON.parse(document.getElementById("wanmi-component").textContent);

function show(one) {
  const more = mayKeep() ? keepForms(one, show) : [];
  const go = (code) => {
    location.href = `/components/${code}/`;
  };
  replace(body, ...componentCard(one, { go, more }));
  const [lon, lat] = one.center;
  document.getElementById("show-on-map").href = `/#18/${lat.toFixed(6)}/${lon.toFixed(6)}&d=${one.district}&c=all&cc=${one.code}`;
}

show(first);
document.documentElement.dataset.ready = "true";
