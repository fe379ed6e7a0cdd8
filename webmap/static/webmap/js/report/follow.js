import { config } from "webmap/config";
import { el } from "webmap/dom";
import { newKey } from "webmap/keys";
import { post } from "webmap/api";

const root = `/api/v1/public/reports/${config.number}`;
const key = newKey();

function bind(id, address, body) {
  const form = document.getElementById(id);
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const problem = form.querySelector("[role=alert]");
    button.disabled = true;
    problem.replaceChildren();
    try {
      await post(`${root}/${address}`, { token: config.token, ...body(new FormData(form)) });
      location.reload();
    } catch (error) {
      problem.replaceChildren(error.message, " ", el("code", { text: error.code }));
      button.disabled = false;
    }
  });
}

bind("answer-form", "answer", (form) => ({ score: Number(form.get("score")), words: form.get("words") }));
bind("reopen-form", "reopen", (form) => ({ reason: form.get("reason"), key }));
document.documentElement.dataset.ready = "true";
