import { request, watchJob } from "webmap/api";

/** An answer that is made once a day: waits for the job that makes it; null where somebody else has it made. */
export async function whenMade(url) {
  const found = await request(url);
  if (found.ready) return found.answer;
  if (found.job) {
    const done = await watchJob({ id: found.job, state: "queued" }, () => {});
    if (done.state === "failed") throw Object.assign(new Error(done.error_message), { code: done.error_code });
    const again = await request(url);
    if (again.ready) return again.answer;
  }
  return null;
}
