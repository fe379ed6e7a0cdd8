/** What the server says about districts, user, language and addresses; read once. */
export const config = JSON.parse(document.getElementById("wanmi-config").textContent);

/** Whether the page is in Chinese. */
export const isChinese = config.language.startsWith("zh");

/**
 * An address of the site, by name; falls back to the agreed one.
 * @param {string} name
 * @param {string} fallback
 */
export function address(name, fallback) {
  return config.urls?.[name] ?? fallback;
}
