/* Runs before the first paint, so that the night style does not flash white. */
(() => {
  const kept = localStorage.getItem("wanmi-theme");
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = kept || (dark ? "night" : "day");
})();
