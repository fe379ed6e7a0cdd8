import { config } from "webmap/config";
import { copyText, el, iconButton, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { patch, post, remove, request } from "webmap/api";
import { toast, toastError } from "webmap/toast";

const MOST_LETTERS = 60;

/** The address of a saved view for others. */
export function linkOfView(view) {
  return `${location.origin}${location.pathname}#v=${view.key}`;
}

/** The user's saved views: to open, share, rename, make the first one, delete and take that back. */
export class SavedViews {
  /** @param {AddressBar} bar */
  constructor(bar) {
    this.bar = bar;
    this.node = el("section", { class: "stack saved-views" });
  }

  /** The list, filled anew. */
  content() {
    const title = el("h3", { text: gettext("Saved views") });
    if (!config.user.authenticated) {
      replace(this.node, title, el("p", { class: "hint", text: gettext("Log in to keep views under names of your own.") }));
      return this.node;
    }
    this.list = el("ul", { class: "view-list", "aria-busy": "true" });
    replace(this.node, title, this.form(), this.list);
    this.load();
    return this.node;
  }

  form() {
    const name = el("input", { name: "name", required: true, maxlength: MOST_LETTERS, placeholder: gettext("Name of this view"), "aria-label": gettext("Name of this view") });
    const form = el("form", { class: "view-form" }, name, el("button", { type: "submit", class: "button button-small", text: gettext("Save") }));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      this.bar.write();
      if (await this.does(() => post("/api/v1/views", { name: name.value.trim(), address: location.hash }))) name.value = "";
    });
    return form;
  }

  async load() {
    try {
      this.show(await request("/api/v1/views"));
    } catch (error) {
      this.list.removeAttribute("aria-busy");
      toastError(error, () => this.load());
    }
  }

  show(views) {
    this.list.removeAttribute("aria-busy");
    replace(this.list, ...views.map((view) => this.row(view)));
  }

  row(view) {
    const address = `/api/v1/views/${view.key}`;
    return el("li", { "data-view": view.key },
      el("button", { type: "button", class: "link view-name", text: view.name, on: { click: () => this.open(view) } }),
      iconButton("home", view.home ? gettext("The map opens with it; press to stop that") : gettext("Open the map with it"), () => this.does(() => patch(address, { home: !view.home })), { "aria-pressed": String(view.home) }),
      iconButton("link", gettext("Copy the link of this view"), () => this.copy(view)),
      iconButton("draft", gettext("Rename"), (event) => this.rename(view, event.target.closest("li"))),
      iconButton("close", gettext("Delete"), () => this.drop(view)));
  }

  open(view) {
    if (view.address === location.hash) return;
    history.pushState(null, "", view.address);
    this.bar.restore();
  }

  async copy(view) {
    const done = await copyText(linkOfView(view));
    toast({ text: done ? gettext("Link copied. Whoever may see the map can open this view with it.") : gettext("The browser does not allow copying.") });
  }

  rename(view, row) {
    const name = el("input", { value: view.name, required: true, maxlength: MOST_LETTERS, "aria-label": gettext("New name") });
    const form = el("form", { class: "view-form" }, name, el("button", { type: "submit", class: "button button-small", text: gettext("Save") }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.does(() => patch(`/api/v1/views/${view.key}`, { name: name.value.trim() }));
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.load();
    });
    replace(row, form);
    name.select();
  }

  async drop(view) {
    if (!await this.does(() => remove(`/api/v1/views/${view.key}`))) return;
    toast({
      text: gettext("The view is deleted."), retryText: gettext("Undo"),
      retry: () => this.does(() => patch(`/api/v1/views/${view.key}`, { gone: false })),
    });
  }

  async does(action) {
    try {
      await action();
      await this.load();
      return true;
    } catch (error) {
      toastError(error);
      return false;
    }
  }
}
