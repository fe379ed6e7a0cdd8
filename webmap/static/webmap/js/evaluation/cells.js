import { request } from "webmap/api";
import { GRADES, gradeColour, gradeName } from "webmap/evaluation/grades";
import { gradesOf } from "webmap/evaluation/colouring";

const FILL = 0.69;

/** The cells of a grid scheme's edition on the map, in the colours of their grades. */
export class CellLayer {
  /** @param {L.Map} map @param {(code: string) => void} onChoose */
  constructor(map, onChoose) {
    Object.assign(this, { map, grades: new Map(), version: "", chosen: "", filter: "" });
    this.layer = L.geoJSON(null, {
      pane: "chosen", renderer: L.canvas({ pane: "chosen" }),
      style: ({ properties }) => this.style(properties.code),
      onEachFeature: ({ properties: { code, name } }, layer) => {
        layer.bindTooltip([code, name].filter(Boolean).join(" · "), { sticky: true });
        layer.on("click", (event) => {
          L.DomEvent.stop(event);
          onChoose(code);
        });
      },
    });
  }

  style(code) {
    const grade = this.grades.get(code) ?? "";
    const shown = grade && (!this.filter || this.filter === grade);
    return { color: code === this.chosen ? "#f59e0b" : "#3b4756", weight: code === this.chosen ? 3.5 : 1, fillColor: shown ? gradeColour(grade) : "#808080", fillOpacity: shown ? FILL : 0.05 };
  }

  /** Shows an edition. @param {string} version @param {URLSearchParams} query of the results */
  async show(version, query) {
    if (this.version !== version) {
      this.version = version;
      const cells = await request(`/api/v1/evaluation/cells/${version}`);
      if (this.version !== version) return;
      this.layer.clearLayers().addData(cells);
    }
    const grades = await gradesOf("cell", query);
    if (this.version !== version) return;
    this.grades = grades;
    this.layer.addTo(this.map).setStyle(({ properties }) => this.style(properties.code));
  }

  /** Marks a cell and goes there. @param {string} code @param {boolean} travel */
  choose(code, travel) {
    this.chosen = code;
    this.layer.setStyle(({ properties }) => this.style(properties.code));
    if (!travel) return;
    this.layer.eachLayer((one) => {
      if (one.feature.properties.code === code) this.map.fitBounds(one.getBounds(), { maxZoom: 16, padding: [60, 60] });
    });
  }

  hide() {
    this.version = "";
    this.layer.clearLayers().remove();
  }

  legend() {
    return GRADES.map((grade) => [gradeColour(grade), `${grade} ${gradeName(grade)}`]);
  }
}
