import { address, config, isChinese } from "webmap/config";
import { copyText, el, iconButton } from "webmap/dom";
import { icon } from "webmap/icons";
import { gettext } from "webmap/i18n";
import { toast } from "webmap/toast";

/** A tool with an icon and a word; the word shows on phones and to readers. */
export function tool(id, iconName, label, key = "") {
  const hint = key ? `${label} (${key})` : label;
  return el("button", { type: "button", class: "tool", id: `tool-${id}`, title: hint, "aria-label": label }, icon(iconName), el("span", { text: label }));
}

/** Copies a link that opens this view again. */
export async function copyLink() {
  const done = await copyText(location.href);
  toast({ text: done ? gettext("Link copied. It opens this view and selection again.") : gettext("The browser does not allow copying.") });
}

/** Full screen on and off. */
export function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => toast({ text: gettext("The browser does not allow full screen.") }));
}

/**
 * Zoom, whole district and full screen, near the thumb.
 * @param {L.Map} map
 * @param {() => void} goHome
 */
export function zoomControls(map, goHome) {
  const zoomIn = iconButton("plus", gettext("Zoom in"), () => map.zoomIn(), { id: "zoom-in" });
  const zoomOut = iconButton("minus", gettext("Zoom out"), () => map.zoomOut(), { id: "zoom-out" });
  const home = iconButton("home", gettext("Whole district"), goHome, { id: "zoom-home" });
  const full = iconButton("expand", gettext("Full screen"), toggleFullScreen, { id: "full-screen" });
  document.addEventListener("fullscreenchange", () => full.replaceChildren(icon(document.fullscreenElement ? "shrink" : "expand")));
  const update = () => {
    zoomIn.disabled = map.getZoom() >= map.getMaxZoom();
    zoomOut.disabled = map.getZoom() <= map.getMinZoom();
  };
  map.on("zoomend", update);
  update();
  return el("div", { class: "zoom-stack", role: "group", "aria-label": gettext("Zoom") }, zoomIn, zoomOut, home, full);
}

/** Changes the language by Django's own view and comes back to the same place. */
export function switchLanguage() {
  const form = document.getElementById("language-form");
  form.elements.language.value = isChinese ? "en" : "zh-hans";
  form.elements.next.value = location.pathname + location.hash;
  form.submit();
}

const ROLES = () => ({
  administrator: gettext("administrator"),
  gis_staff: gettext("GIS staff"),
  operator: gettext("operator"),
  dispatcher: gettext("dispatcher"),
  department: gettext("department"),
  inspector: gettext("inspector"),
  planner: gettext("planner"),
  viewer: gettext("viewer"),
});

/** What the user button opens: who is logged in, and where to go. */
export function userContent() {
  const { user } = config;
  const isStaff = user.roles.includes("administrator");
  const links = [
    el("a", { class: "menu-link", href: "/report/", text: gettext("Report a problem") }),
    user.works_with_cases && el("a", { class: "menu-link", href: address("desk", "/desk/"), text: gettext("Case desk") }),
    user.works_with_cases && el("a", { class: "menu-link", href: "/hand/", text: gettext("In the hand") }),
    user.sees_wall && el("a", { class: "menu-link", href: address("wall", "/wall/"), text: gettext("Wall") }),
    user.sees_results && el("a", { class: "menu-link", href: "/evaluation/", text: gettext("Evaluation") }),
    user.sees_patrol && el("a", { class: "menu-link", href: "/desk/patrol/", text: gettext("Patrol") }),
    user.works_with_data && el("a", { class: "menu-link", href: address("data", "/data/"), text: gettext("Data: imports, plans, exports") }),
    isStaff && el("a", { class: "menu-link", href: address("admin", "/admin/"), text: gettext("Administration") }),
    el("a", { class: "menu-link", href: address("docs", "/api/docs/"), text: gettext("API documentation") }),
  ];
  if (!user.authenticated) {
    const next = encodeURIComponent(location.pathname + location.hash);
    return [
      el("p", { text: gettext("You are looking at the public map.") }),
      el("a", { class: "button button-primary", href: `${address("login", "/accounts/login/")}?next=${next}`, text: gettext("Log in") }),
      ...links,
    ];
  }
  const names = ROLES();
  const out = el("button", { type: "button", class: "button", text: gettext("Log out"), on: { click: () => document.getElementById("logout-form").submit() } });
  return [
    el("p", { class: "user-name" }, el("strong", { text: user.username }), el("small", { text: user.roles.map((role) => names[role] ?? role).join(" · ") })),
    ...links,
    el("a", { class: "menu-link", href: "/accounts/second-factor/", text: gettext("Second factor") }),
    out,
  ];
}
