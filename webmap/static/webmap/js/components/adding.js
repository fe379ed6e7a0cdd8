import { catalogues, kindName } from "webmap/components/catalogue";
import { el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { post } from "webmap/api";
import { toastError } from "webmap/toast";

/**
 * Registers a component where the map is pressed next. Resolves with it as the API tells it; with
 * null when given up.
 * @param {L.Map} map
 * @param {ComponentFilter} filter its class is offered first
 * @returns {Promise<object|null>}
 */
export async function addComponent(map, filter) {
  const all = await catalogues();
  const catalogue = all.find((one) => one.version === filter.values.catalogue) ?? all.find((one) => one.version.startsWith("cjt214")) ?? all[0];
  const kind = el("select", { name: "kind" }, ...catalogue.classes.map((one) => el("option", { value: one.code, text: `${one.code} ${kindName(one)}`, selected: one.code === filter.values.kind })));
  const name = el("input", { name: "name", maxlength: 100 });
  const hint = el("p", { class: "hint", role: "status", text: gettext("Press the map where it stands.") });
  const save = el("button", { type: "submit", class: "button button-primary", text: gettext("Register"), disabled: true });
  const cancel = el("button", { type: "button", class: "button", text: gettext("Cancel") });
  const form = el("form", { class: "adding card stack", "aria-label": gettext("New component") },
    el("h2", { text: gettext("New component") }), hint,
    el("label", { class: "field" }, el("span", { text: gettext("Class") }), kind),
    el("label", { class: "field" }, el("span", { text: gettext("Name") }), name),
    el("div", { class: "button-row" }, save, cancel));
  document.querySelector(".map-main").append(form);
  document.body.classList.add("is-adding");
  let mark = null;
  const press = ({ latlng }) => {
    mark?.remove();
    mark = L.marker(latlng, { draggable: true, icon: L.divIcon({ className: "adding-mark", iconSize: [22, 22] }) }).addTo(map);
    save.disabled = false;
    replace(hint, gettext("Drag the mark to correct it."));
  };
  return new Promise((resolve) => {
    const end = (made) => {
      map.off("click", press);
      mark?.remove();
      form.remove();
      document.body.classList.remove("is-adding");
      resolve(made);
    };
    map.on("click", press);
    cancel.addEventListener("click", () => end(null));
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      end(null);
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const { lat, lng } = mark.getLatLng();
      save.disabled = true;
      try {
        end(await post("/api/v1/components", {
          catalogue: catalogue.version, kind: kind.value, name: name.value.trim(), point: [Number(lng.toFixed(8)), Number(lat.toFixed(8))],
        }));
      } catch (error) {
        toastError(error);
        save.disabled = false;
      }
    });
  });
}
