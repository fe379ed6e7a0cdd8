import { config } from "webmap/config";
import { el } from "webmap/dom";
import { post } from "webmap/api";

const form = document.getElementById("opinion-form");
const begun = Date.now();

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  const problem = form.querySelector("[role=alert]");
  const values = new FormData(form);
  const answers = Object.fromEntries([...form.querySelectorAll("[data-question]")].map((one) => [one.dataset.question, Number(values.get(one.dataset.question))]));
  button.disabled = true;
  problem.replaceChildren();
  try {
    await post(`/api/v1/public/opinions/${config.token}`, { answers, words: values.get("words"), website: values.get("website"), seconds: Math.round((Date.now() - begun) / 1000) });
    form.hidden = true;
    const thanks = document.getElementById("thanks");
    thanks.hidden = false;
    thanks.scrollIntoView({ block: "center" });
  } catch (error) {
    problem.replaceChildren(error.message, " ", el("code", { text: error.code }));
    button.disabled = false;
  }
});
document.documentElement.dataset.ready = "true";
