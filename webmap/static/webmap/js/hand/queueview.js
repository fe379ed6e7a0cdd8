import { el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { outbox } from "webmap/hand/outbox";
import { timeOf } from "webmap/hand/caseline";

const SENT_SHOWN = 5;

/**
 * What is not sent yet, what was refused and why, and what was sent last.
 * @param {(given: object) => void} onAnew begins a fresh report with what an entry has
 */
export function queueView(onAnew) {
  const node = el("section", { class: "part queue", id: "queue" });
  const paint = async () => {
    const entries = await outbox.entries().catch(() => []);
    const open = entries.filter((one) => one.state !== "sent");
    const sent = entries.filter((one) => one.state === "sent").slice(-SENT_SHOWN).reverse();
    const others = await outbox.others().catch(() => 0);
    replace(node, el("h2", { text: gettext("Not sent yet") }),
      el("p", { class: "hint", role: "status", id: "queue-state", text: stateWords(open) }),
      others > 0 && el("p", { class: "hint", text: fill(gettext("%(n)s of another account wait on this phone; they go out when that one logs in."), { n: others }) }),
      outbox.stopped === "login" && el("a", { class: "button button-primary wide", id: "log-in-again", href: "/accounts/login/?next=/hand/", text: gettext("Log in to send") }),
      el("ul", { class: "queue-list" }, ...open.map((one) => line(one, onAnew))),
      open.some((one) => one.state === "waiting") && el("button", { type: "button", class: "button wide", id: "send-now", text: gettext("Send now"), on: { click: () => outbox.send() } }),
      sent.length > 0 && el("h3", { text: gettext("Sent last") }),
      sent.length > 0 && el("ul", { class: "queue-list" }, ...sent.map(sentLine)));
  };
  outbox.addEventListener("change", paint);
  paint();
  return { node, paint };
}

function stateWords(open) {
  const waiting = open.filter((one) => one.state === "waiting").length;
  if (!open.length) return gettext("Everything is sent.");
  const words = {
    login: gettext("You are logged out. Nothing is lost: log in and it is sent."),
    offline: gettext("It goes out by itself when the network is back."),
    server: gettext("The server does not take it now; it is tried again by itself."),
  };
  const how = waiting ? words[outbox.stopped] ?? "" : "";
  return `${fill(gettext("%(waiting)s wait, %(refused)s were refused."), { waiting, refused: open.length - waiting })} ${how}`;
}

function line(one, onAnew) {
  return el("li", { class: `queue-entry is-${one.state}`, "data-state": one.state },
    el("strong", { text: one.title }), el("span", { text: one.place }),
    el("span", { class: "hint", text: facts(one) }),
    one.problem && el("p", { class: "problem", role: "alert" }, one.problem.message, " ", el("code", { text: one.problem.code })),
    el("div", { class: "button-line" }, ...actions(one, onAnew)));
}

function facts(one) {
  const photos = one.photos.length ? ` · ${fill(gettext("%(n)s photos"), { n: one.photos.length })}` : "";
  return timeOf(one.made_at) + photos;
}

function actions(one, onAnew) {
  const refused = one.state === "refused";
  return [
    refused && one.number && el("a", { class: "button", href: `#case/${one.number}`, text: gettext("Look at the case") }),
    refused && button("again", gettext("Try again"), () => outbox.again(one.id)),
    refused && button("anew", gettext("Send anew as a report"), () => anew(one, onAnew)),
    button("drop", gettext("Drop"), () => { if (window.confirm(gettext("Drop it with its photos? It cannot be brought back."))) outbox.drop(one.id); }),
  ].filter(Boolean);
}

function button(name, text, click) {
  return el("button", { type: "button", class: "button", "data-do": name, text, on: { click } });
}

/* The old entry goes when its content stands in the form. */
async function anew(one, onAnew) {
  const place = one.kind === "report" ? { lon: Number(one.fields.lon), lat: Number(one.fields.lat) } : { lon: one.about.lon, lat: one.about.lat };
  onAnew({ photos: one.photos, note: one.fields.description ?? one.fields.reason ?? "", place, kind: one.about?.kind ?? null });
  await outbox.drop(one.id);
}

function sentLine(one) {
  const text = `${one.title} · ${timeOf(one.ended_at)}`;
  return el("li", {}, one.number ? el("a", { class: "sent-link", href: `#case/${one.number}` }, text) : el("span", { text }));
}
