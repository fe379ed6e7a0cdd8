import { gettext } from "webmap/i18n";
import { toast } from "webmap/toast";

const SHOW_AFTER_MS = 150;

/**
 * The loading bar and the line that says the network is gone.
 * @param {TileStore} store
 * @param {() => void} reload asks for all tiles again
 */
export function startStatus(store, reload) {
  loadingBar(store);
  offlineBanner(reload);
  store.addEventListener("failure", (event) => {
    const { status } = event.detail;
    if (!navigator.onLine) return;
    const code = status ? `E-HTTP-${status}` : "E-NET-OFFLINE";
    toast({ text: gettext("Part of the map could not be loaded."), code, kind: "error", retry: reload });
  });
}

function loadingBar(store) {
  const bar = document.getElementById("loading");
  let most = 0;
  let timer = 0;
  store.addEventListener("progress", (event) => {
    const { pending } = event.detail;
    most = pending === 0 ? 0 : Math.max(most, pending);
    bar.style.setProperty("--share", most ? String(1 - pending / (most + 1)) : "1");
    clearTimeout(timer);
    // A quick load shows nothing: a bar that only flashes disturbs.
    if (pending) timer = setTimeout(() => bar.classList.add("is-on"), SHOW_AFTER_MS);
    else bar.classList.remove("is-on");
  });
}

function offlineBanner(reload) {
  const banner = document.getElementById("offline");
  const update = () => {
    banner.hidden = navigator.onLine;
  };
  window.addEventListener("offline", update);
  window.addEventListener("online", () => {
    update();
    reload();
  });
  update();
}
