import { toastError } from "webmap/toast";

/**
 * A listener that does its work while the button cannot be pressed again; a fault is told.
 * @param {() => Promise<void>} work
 * @returns {(event: Event) => Promise<void>}
 */
export function whileBusy(work) {
  return async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      await work();
    } catch (error) {
      toastError(error);
    }
    button.disabled = false;
  };
}
