/** The text in the middle: lines with marks, what is chosen in them, the clean text, the figures above. */

import { state } from "./store.js";
const { el, whole, family, spell } = cleankit;
const $ = (id) => document.getElementById(id);

export const shown = { view: null, letters: {}, chosen: null, mark: -1 };
const colours = new Map();

/** The colour of a family, the same as long as the page is open, and its letters. */
export const look = (rule) => {
  const name = family(rule);
  if (!colours.has(name)) colours.set(name, `f${colours.size % 7}`);
  return [colours.get(name), shown.letters[name] || "··"];
};
export const badge = (rule) => {
  const [colour, letters] = look(rule);
  return el("span", { class: `badge ${colour}`, "aria-hidden": "true" }, letters);
};
/** A stretch of a text, for showing in a panel. */
export const quote = (text) => el("blockquote", { class: "text" }, ...spell(text));

const plain = (line) => line.map((s) => (typeof s === "string" ? s : s[1])).join("");
export const lineText = (number) => plain(shown.view.lines[number] || []);
export const stateOf = (line) => {
  if (line.every((s) => typeof s === "string")) return "stays";
  const left = line.some((s) => typeof s === "string" ? s.trim() : shown.view.marks[s[0]].after);
  return left ? "changes" : "goes";
};
/** The numbers of the marks on a line. */
export const marksOn = (number) => [...new Set((shown.view.lines[number] || []).filter((s) => typeof s !== "string").map((s) => s[0]))];

const stretch = (number, text, last) => {
  const mark = shown.view.marks[number], [colour, letters] = look(mark.rule);
  const out = [el("del", { class: `${colour}${mark.new ? " new" : ""}`, "data-f": mark.new ? "NEW" : letters, "data-mark": number },
    el("span", { class: "vh" }, `${mark.new ? "newly " : ""}${mark.after ? "replaced" : "removed"} by ${mark.rule}: `), ...spell(text))];
  if (last && mark.after) out.push(el("ins", { class: colour }, ...spell(mark.after)));
  return out;
};

let drawn = "";
/** Draw the lines, unless they are as they were. */
export const drawLines = () => {
  const { lines, marks, cut } = shown.view;
  const now = JSON.stringify([lines, marks]);
  if (now === drawn) return;
  drawn = now;
  const lastLine = new Map();
  lines.forEach((line, n) => line.forEach((s) => typeof s !== "string" && lastLine.set(s[0], n)));
  const out = document.createDocumentFragment();
  let gap = false;
  lines.forEach((line, n) => {
    if (!plain(line).trim() && line.every((s) => typeof s === "string")) { gap = true; return; }
    const parts = line.flatMap((s, k) => (typeof s === "string" ? spell(s) : stretch(s[0], s[1], lastLine.get(s[0]) === n && !line.slice(k + 1).some((o) => o[0] === s[0] && typeof o !== "string"))));
    const seen = line.some((s) => typeof s !== "string" && marks[s[0]].new);
    out.append(el("div", { class: `ln ${stateOf(line)}${gap ? " gap" : ""}${seen ? " fresh" : ""}`, id: `L${n}`, role: "option", "aria-selected": "false", "data-n": n },
      el("span", { class: "no", "aria-hidden": "true" }, String(n + 1)), el("span", { class: "tx" }, ...parts)));
    gap = false;
  });
  if (cut) out.append(el("div", { class: "ln note", role: "option", "aria-selected": "false" }, `… ${whole(cut)} more characters are cleaned but not shown`));
  $("lines").replaceChildren(out);
  paintChoice();
};

export const drawClean = () => {
  const text = shown.view.clean;
  $("clean").replaceChildren(...(text.trim() ? spell(text) : [el("p", { class: "note" }, "Nothing is left of it.")]));
};

export const drawFigures = () => {
  const v = shown.view, share = v.size ? (100 * v.removed) / v.size : 0;
  const refused = v.vetoes.length ? `, ${v.vetoes.length} refused` : "";
  const fresh = v.new || v.spared.length ? ` (${[v.new ? `${v.new} new` : "", v.spared.length ? `${v.spared.length} spared` : ""].filter(Boolean).join(", ")})` : "";
  const did = v.marks.length ? `${whole(v.marks.length)} ${v.marks.length === 1 ? "change" : "changes"}${fresh}, ${share.toFixed(1)} % removed` : `nothing to remove${fresh}`;
  $("figures").textContent = `${whole(v.size)} characters · ${did}${refused}`;
};

// ------------------------------------------------------------ what is chosen

const row = (n) => $(`L${n}`);
const rows = () => [...$("lines").querySelectorAll("[data-n]")];

export const paintChoice = () => {
  for (const node of $("lines").querySelectorAll("[aria-selected=true]")) node.setAttribute("aria-selected", "false");
  for (const node of $("lines").querySelectorAll("del.on")) node.classList.remove("on");
  const { chosen } = shown;
  if (!chosen || !row(chosen.at)) { $("lines").removeAttribute("aria-activedescendant"); return; }
  for (let n = chosen.from; n <= chosen.to; n++) row(n)?.setAttribute("aria-selected", "true");
  $("lines").setAttribute("aria-activedescendant", `L${chosen.at}`);
  if (shown.mark >= 0) $("lines").querySelectorAll(`del[data-mark="${shown.mark}"]`).forEach((d) => d.classList.add("on"));
};

/** Choose a line, or with `more` all lines from the first one chosen to it. */
export const choose = (at, { mark = -1, more = false, scroll = false } = {}) => {
  const anchor = more && shown.chosen ? shown.chosen.anchor : at;
  shown.chosen = { at, anchor, from: Math.min(at, anchor), to: Math.max(at, anchor) };
  shown.mark = mark;
  paintChoice();
  if (scroll) row(at)?.scrollIntoView({ block: "nearest" });
};
export const unchoose = () => { shown.chosen = null; shown.mark = -1; paintChoice(); };
/** The lines that are chosen, without blank ones. */
export const chosenLines = () => {
  if (!shown.chosen) return [];
  const out = [];
  for (let n = shown.chosen.from; n <= shown.chosen.to; n++) if (row(n)) out.push(lineText(n).trim());
  return out;
};

/** The line a step away from the chosen one. */
export const lineFrom = (by) => {
  const all = rows().map((r) => Number(r.dataset.n));
  const at = shown.chosen ? all.indexOf(shown.chosen.at) : -1;
  return all[Math.min(all.length - 1, Math.max(0, at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by))];
};
/** The mark a step away, and its line. */
export const markFrom = (by) => {
  const { marks } = shown.view;
  if (!marks.length) return null;
  let at = shown.mark >= 0 ? shown.mark + by : -1;
  if (shown.mark < 0) {
    const line = shown.chosen ? shown.chosen.at : -1;
    at = by > 0 ? marks.findIndex((m) => m.line > line) : marks.findLastIndex((m) => m.line < line);
    if (at < 0) at = by > 0 ? 0 : marks.length - 1;
  }
  at = (at + marks.length) % marks.length;
  return { mark: at, line: marks[at].line };
};
export const isOpen = () => Boolean(state.text.trim()) && shown.view;
