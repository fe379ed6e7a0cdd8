const KEPT_S = 60;

/**
 * Keeps how far the database was when the server told of a change, for what is asked next: it is not
 * answered by a copy of the database that has not got there. Nothing is told where there is no copy.
 * @param {MessageEvent} event
 */
export function keepPosition({ lastEventId }) {
  if (lastEventId) document.cookie = `wanmi_told=${lastEventId}; path=/; max-age=${KEPT_S}; samesite=lax`;
}
