import { icon } from "webmap/icons";

/**
 * Makes an element; text always goes in as text, never as markup.
 * @param {string} tag
 * @param {Object<string, unknown>} [attributes] ``class``, ``text``, ``on`` (listeners), others as attributes
 * @param {...(Node|string|null|undefined|false)} children
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = String(value);
    else if (name === "on") listen(node, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child || child === 0));
  return node;
}

function listen(node, listeners) {
  for (const [type, listener] of Object.entries(listeners)) node.addEventListener(type, listener);
}

/**
 * A button with an icon and a name that readers hear.
 * @param {string} iconName
 * @param {string} label
 * @param {(event: Event) => void} action
 * @param {Object<string, unknown>} [attributes]
 */
export function iconButton(iconName, label, action, attributes = {}) {
  return el(
    "button",
    { type: "button", class: "icon-button", title: label, "aria-label": label, ...attributes, on: { click: action } },
    icon(iconName),
  );
}

/** Empties a node and puts the children in. */
export function replace(node, ...children) {
  node.replaceChildren(...children.filter((child) => child || child === 0));
}

/** Copies text; false when the browser refuses. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/* The clipboard interface is missing on plain-HTTP intranets; the old command still works there. */
function copyBySelection(text) {
  const field = el("textarea", { class: "visually-hidden", "aria-hidden": "true" });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

/** Runs ``action`` once calls have stopped for ``wait`` milliseconds. */
export function debounce(action, wait) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), wait);
  };
}
