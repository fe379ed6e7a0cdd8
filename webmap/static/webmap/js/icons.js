const SVG = "http://www.w3.org/2000/svg";

/* Own drawings on a 24 × 24 field, 1.75 wide strokes, round ends. */
const DRAWINGS = {
  search: ["M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13", "M15.5 15.5L20 20"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  layers: ["M12 4l8 4.5l-8 4.5l-8-4.5z", "M4 13l8 4.5l8-4.5"],
  legend: ["M4 6h4v4H4z", "M4 14h4v4H4z", "M12 8h8", "M12 16h8"],
  table: ["M4 5h16v14H4z", "M4 10h16", "M4 14.5h16", "M10 10v9"],
  download: ["M12 4v11", "M7.5 11L12 15.5L16.5 11", "M5 20h14"],
  link: ["M10 14l4-4", "M8 11.5L5.8 13.7a3.6 3.6 0 0 0 5 5L13 16.5", "M11 7.5l2.2-2.2a3.6 3.6 0 0 1 5 5L16 12.5"],
  sun: ["M12 8.2a3.8 3.8 0 1 1 0 7.6a3.8 3.8 0 0 1 0-7.6", "M12 3v2", "M12 19v2", "M3 12h2", "M19 12h2", "M5.6 5.6L7 7", "M17 17l1.4 1.4", "M18.4 5.6L17 7", "M7 17l-1.4 1.4"],
  moon: ["M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z"],
  help: ["M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 0 1 0-17", "M9.6 9.6a2.5 2.5 0 1 1 3.6 2.4c-.9.5-1.2 1-1.2 1.9", "M12 16.8v.2"],
  user: ["M12 4.5a3.7 3.7 0 1 1 0 7.4a3.7 3.7 0 0 1 0-7.4", "M4.8 20c.6-3.7 3.4-5.6 7.2-5.6s6.6 1.9 7.2 5.6"],
  more: ["M5.5 12h.01", "M12 12h.01", "M18.5 12h.01"],
  plus: ["M12 5v14", "M5 12h14"],
  minus: ["M5 12h14"],
  expand: ["M4 9V4h5", "M15 4h5v5", "M20 15v5h-5", "M9 20H4v-5"],
  shrink: ["M9 4v5H4", "M20 9h-5V4", "M15 20v-5h5", "M4 15h5v5"],
  home: ["M4 11.5L12 5l8 6.5", "M6.5 10v9h11v-9"],
  copy: ["M9 9h10v11H9z", "M15 9V4H5v11h4"],
  check: ["M5 12.5L10 17.5L19 7"],
  chevron: ["M7 10l5 5l5-5"],
  warning: ["M12 4.5L21 19.5H3z", "M12 10v4.5", "M12 17v.1"],
  offline: ["M4 4l16 16", "M5 10.5c1-.9 2.2-1.6 3.5-2", "M12.5 8c2.4.2 4.6 1.1 6.5 2.6", "M8 14c.8-.7 1.7-1.1 2.7-1.3", "M12 18v.1"],
  grid: ["M4 6.5L11 4l1.5 7L5 13z", "M11 4l8.5 2L18 12l-5.5-1z", "M5 13l7.5-2l.5 9l-7-1.5z", "M12.5 11l5.5 1l1 6.5l-6 1.5z"],
  district: ["M4 7l6-2.5l4.5 2L20 5v12l-5.5 2.5L10 17l-6 2.5z"],
  street: ["M7 20L10 4", "M17 20L14 4", "M12 6v2", "M12 11v2", "M12 16v2"],
  community: ["M4 20V10l5-4l5 4v10z", "M14 12h6v8h-6", "M8 20v-4h2v4"],
  road: ["M4 17c4 0 4-10 8-10s4 7 8 7"],
  place: ["M12 21s6.5-5.8 6.5-11a6.5 6.5 0 0 0-13 0c0 5.2 6.5 11 6.5 11z", "M12 8a2.2 2.2 0 1 1 0 4.4a2.2 2.2 0 0 1 0-4.4"],
  address: ["M5 20V9.5L12 4l7 5.5V20z", "M10 20v-6h4v6"],
  share: ["M6 12a2 2 0 1 1 0 .01", "M17 6a2 2 0 1 1 0 .01", "M17 18a2 2 0 1 1 0 .01", "M8 11l7-4", "M8 13l7 4"],
  arrow: ["M12 19V5", "M6.5 10.5L12 5l5.5 5.5"],
  language: ["M4 6h9", "M8.5 4v2", "M11 6c-.7 3.6-3 6.4-6.5 8", "M6 9c1.2 2.2 3 3.9 5.5 5", "M12.5 20l3.7-9.5L20 20", "M13.8 17h4.9"],
  day: ["M4.5 6.5h15v13h-15z", "M4.5 10.5h15", "M8.5 4v4", "M15.5 4v4", "M12 12.5v3h2.5"],
  component: ["M12 3v18", "M12 6.5h6.5l2 2.2l-2 2.3H12", "M12 4.5H6.2l-2 2.2l2 2.3H12", "M8.5 21h7"],
  camera: ["M4 8h3.5L9 5.5h6L16.5 8H20v11H4z", "M12 10a3.3 3.3 0 1 1 0 6.6a3.3 3.3 0 0 1 0-6.6"],
  tasks: ["M9 6h11", "M9 12h11", "M9 18h11", "M4 6l1 1l2-2", "M4 12l1 1l2-2", "M4 18l1 1l2-2"],
  send: ["M4 11.5L20 4l-5 16l-3.5-6.5z", "M11.5 13.5L20 4"],
  pause: ["M8.5 5.5v13", "M15.5 5.5v13"],
  play: ["M8 5.5l10.5 6.5L8 18.5z"],
  draft: ["M5 19l1-4L15.5 5.5l3 3L9 18z", "M13.5 7.5l3 3"],
};

/**
 * An icon as an SVG node, hidden from readers (its button carries the name).
 * @param {string} name
 * @param {string} [className]
 */
export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  for (const drawing of DRAWINGS[name] ?? []) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", drawing);
    svg.append(path);
  }
  return svg;
}
