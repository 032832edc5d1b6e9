/** The rule over the whole folder: what it would newly take, the riskiest first. */

import { stream } from "./api.js";
import { desk, sent } from "./rule.js";
import { button, trouble } from "./side.js";
import { state } from "./store.js";
const { el, whole, spell } = cleankit;
const $ = (id) => document.getElementById(id);

const RISKS = { prose: "Prose", sentence: "Like a sentence", label: "Label" };
const COUNTED = { prose: "prose", sentence: "like sentences", label: "labels" };
let running = null, found = null, judged = new Map();

export const stop = () => running?.abort();
const many = (n, one, more = `${one}s`) => `${whole(n)} ${n === 1 ? one : more}`;

const rowOf = (row, act) => {
  const key = row.text, place = row.places[0];
  const judge = (what, how) => async () => {
    if (await how(row)) { judged.set(key, what); drawFolder(act); }
  };
  const verdict = judged.get(key);
  return el("li", { class: `found ${row.risk}${verdict ? " judged" : ""}` },
    el("div", { class: "head" }, el("span", { class: `pill ${row.spared ? "stays" : row.risk}` }, row.spared ? "Spared now" : RISKS[row.risk]), el("span", { class: "note" }, `${many(row.words, "word")}${row.times > 1 ? `, ${many(row.times, "time")}` : ""}`)),
    el("div", { class: "context text" }, el("p", { class: "near" }, ...spell(row.around[0])), el("p", {}, row.spared ? el("span", {}, ...spell(row.text)) : el("del", { class: "f6" }, ...spell(row.text))), el("p", { class: "near" }, ...spell(row.around[1]))),
    el("div", { class: "row" },
      verdict ? el("span", { class: "pill" }, verdict) : row.spared ? "" : button("Must stay", judge("a keep now", act.mustStay)),
      verdict || row.spared ? "" : button("Rightly gone", judge("an example now", act.rightly)),
      el("button", { type: "button", class: "rule", onclick: () => act.openAt(place[0], row.text) }, ...spell(`${place[0]}:${place[1]}`)),
      row.places.length > 1 ? el("span", { class: "note" }, `and ${row.times - 1} more`) : ""));
};

export const drawFolder = (act) => {
  const box = $("folder");
  $("risky").textContent = found ? String(found.lines) : "";
  if (running) return;
  if (!desk.texts) {
    box.replaceChildren(el("div", { class: "empty" }, el("p", {}, "There is no folder."), el("p", { class: "note" }, "Start with ", el("code", {}, "cleankit studio FOLDER"), " to see what a rule would take from all its texts.")));
  } else if (!found) {
    box.replaceChildren(el("div", { class: "empty" }, el("p", {}, state.draft ? "The rule was not run over the folder yet." : "No rule is being written."),
      state.draft ? el("button", { type: "button", class: "main", onclick: act.run }, `Run over ${many(desk.texts, "text")}`) : ""));
  } else {
    const stale = found.text !== sent()?.text;
    box.replaceChildren(...[
      el("p", { class: "lead" }, found.rows.length ? `It would newly take ${many(found.lines, "line")} (${many(found.words, "word")}) from ${found.touched} of ${many(found.texts, "text")}.` : `It would take nothing new from ${many(found.texts, "text")}.`),
      found.runs ? "" : el("p", { class: "trouble" }, `The rule does not run under ${state.preset}.`),
      found.lines ? el("ul", { class: "risks" }, ...Object.entries(found.risks).map(([k, n]) => el("li", { class: k }, el("b", {}, whole(n)), ` ${COUNTED[k]}`))) : "",
      found.risks.prose ? el("p", { class: "trouble" }, `${many(found.risks.prose, "line")} of them ${found.risks.prose === 1 ? "looks" : "look"} like prose. Read them first.`) : "",
      stale && state.draft ? el("p", { class: "note" }, "The rule has changed since. ", el("button", { type: "button", onclick: act.run }, "Run again")) : "",
      el("ul", { class: "rows" }, ...found.rows.slice(0, 200).map((r) => rowOf(r, act))),
      found.rows.length > 200 || found.left ? el("p", { class: "note" }, `${many(Math.max(0, found.rows.length - 200), "more line")}, less risky, are not shown${found.left ? `; ${whole(found.left)} were only counted` : ""}.`) : "",
      found.bad.length ? el("details", {}, el("summary", {}, `${many(found.bad.length, "text")} could not be read`), el("ul", {}, ...found.bad.map((b) => el("li", {}, ...spell(b))))) : "",
    ].filter((n) => n !== ""));
  }
};

export const run = async (act) => {
  stop();
  const mine = (running = new AbortController()), asked = sent();
  const bar = el("progress", { max: "1", value: "0", "aria-label": "Texts done" }), said = el("p", { role: "status" }, "Reading …");
  judged = new Map();
  $("folder").replaceChildren(el("div", { class: "running" }, said, bar, button("Stop", stop)));
  try {
    await stream("run", { draft: asked, preset: state.preset }, mine.signal, (message) => {
      if (message.rows) { found = { ...message, text: asked.text }; return; }
      bar.max = message.of;
      bar.value = message.done;
      said.textContent = `${whole(message.done)} of ${many(message.of, "text")}`;
    });
    if (running === mine) running = null;
    drawFolder(act);
  } catch (error) {
    if (running === mine) running = null;
    if (error.name === "AbortError") drawFolder(act);
    else $("folder").replaceChildren(trouble(error));
  }
};
export const forget = () => { stop(); running = null; found = null; judged = new Map(); };
