import { request } from "webmap/api";

/**
 * Open cases that may be the same one, the nearest first: those the user may open, and of all others
 * what everybody may know (number, class, distance, stage).
 * @param {{lon: number, lat: number}} place
 * @param {number|null} kind key of the class, null for all
 * @returns {Promise<{number: string, name: string, symbol: string, away_m: number, stage: string, row: object|null}[]>}
 */
export async function openNearby({ lon, lat }, kind = null) {
  const query = new URLSearchParams({ lon: lon.toFixed(7), lat: lat.toFixed(7), ...(kind && { case_class: kind }) });
  const [mine, all] = await Promise.all([request(`/api/v1/cases/similar?${query}`), request(`/api/v1/public/similar?${query}`)]);
  const own = new Set(mine.map((row) => row.number));
  const others = all.filter((one) => !own.has(one.number));
  return [
    ...mine.map((row) => ({ number: row.number, name: row.case_class.name, symbol: row.case_class.symbol, away_m: row.away_m, stage: row.stage, row })),
    ...others.map((one) => ({ number: one.number, name: one.name, symbol: one.symbol, away_m: one.distance_m, stage: one.stage_words, row: null })),
  ].sort((one, other) => one.away_m - other.away_m);
}
