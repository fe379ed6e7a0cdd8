import { config } from "webmap/config";
import { request } from "webmap/api";
import { toastError } from "webmap/toast";

/**
 * Where the page begins: a saved view that the address names (``#v=``), or, without any address, the
 * user's own first view. The address then tells the view itself.
 */
export async function resolveView() {
  const key = new URLSearchParams(location.hash.replace(/^#/, "")).get("v");
  if (key === null) {
    if (!location.hash && config.home_view) history.replaceState(null, "", config.home_view);
    return;
  }
  try {
    const view = await request(`/api/v1/views/${encodeURIComponent(key)}`);
    history.replaceState(null, "", view.address);
  } catch (error) {
    history.replaceState(null, "", location.pathname);
    toastError(error);
  }
}
