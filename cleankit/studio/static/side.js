/** The panel that says why: of the chosen line, or of the whole text. */

import { latest } from "./api.js";
import { state } from "./store.js";
import { badge, chosenLines, look, marksOn, quote, shown, stateOf } from "./text.js";
const { el, whole, spell } = cleankit;
const $ = (id) => document.getElementById(id);

const STATE = { stays: "Stays", goes: "Goes", changes: "Changes" };
export const button = (label, act, key, kind = "") => el("button", { type: "button", class: kind, onclick: act }, label, key ? el("kbd", {}, key) : "");

/** What went wrong, with what to do. */
export const trouble = (error) => el("div", { class: "trouble", role: "alert" }, el("b", {}, ...spell(error.message || String(error))), error.hint ? el("p", {}, ...spell(error.hint)) : "");

const markCard = (number, act) => {
  const mark = shown.view.marks[number], [colour] = look(mark.rule);
  const meter = el("i");
  meter.style.width = `${100 * mark.confidence}%`;
  return el("article", { class: `card ${colour}${number === shown.mark ? " on" : ""}` },
    el("h3", {}, badge(mark.rule), el("button", { type: "button", class: "rule", title: "Open the rule (o)", onclick: () => act.open(mark.rule) }, ...spell(mark.rule)), mark.new ? el("span", { class: "pill new" }, "new") : ""),
    el("p", {}, ...spell(mark.reason)),
    el("div", { class: "confidence" }, el("div", { class: "meter" }, meter), el("span", {}, `confidence ${mark.confidence.toFixed(2)}`)),
    mark.after ? el("p", { class: "note" }, "Becomes ", el("ins", { class: colour }, ...spell(mark.after))) : "",
    mark.also.length ? el("p", { class: "note" }, `Also wanted by ${mark.also.join(", ")}`) : "",
    el("div", { class: "row" }, button("Should have stayed", () => act.keep(number), "s")));
};

const voice = (v, act) => el("li", {}, badge(v.rule), el("button", { type: "button", class: "rule", onclick: () => act.open(v.rule) }, ...spell(v.rule)), v.effect === "cue" ? el("span", { class: "pill" }, "cue") : "",
  el("p", { class: "note" }, ...spell(v.held.length ? v.held.join("; ") : v.summary)));
const voices = (title, list, act) => (list.length ? el("div", {}, el("h4", {}, title), el("ul", { class: "voices" }, ...list.map((v) => voice(v, act)))) : "");

const asking = latest("line", 40);

/** Of the chosen line or lines: what happens to them, who answers for it, who nearly spoke. */
const ofLines = (act) => {
  const { chosen, view } = shown, many = chosen.to > chosen.from;
  const lines = chosenLines(), here = many ? [...new Set(Array.from({ length: chosen.to - chosen.from + 1 }, (_, k) => marksOn(chosen.from + k)).flat())] : marksOn(chosen.at);
  const fate = many ? "" : stateOf(view.lines[chosen.at]);
  const out = [
    el("div", { class: "title" }, el("h3", {}, many ? `Lines ${chosen.from + 1} to ${chosen.to + 1}` : `Line ${chosen.at + 1}`), fate ? el("span", { class: `pill ${fate}` }, STATE[fate]) : ""),
    quote(lines.join("\n")),
    ...here.map((k) => markCard(k, act)),
  ];
  if (many || fate !== "goes") out.push(el("div", { class: "row" }, button("Should have gone", act.draft, "g", here.length ? "" : "main")));
  const refused = view.vetoes.filter((v) => !many && lines[0] && v.text.includes(lines[0]));
  if (refused.length) out.push(el("div", {}, el("h4", {}, "Refused by a guard"), el("ul", { class: "voices" }, ...refused.map((v) => voice({ rule: v.rule, effect: "", held: [v.reason] }, act)))));
  const more = el("div", { class: "more" });
  if (!many && lines[0]) {
    asking(() => ({ line: lines[0], preset: state.preset }), (said) => {
      const idle = said.speaking.filter((v) => !here.some((k) => view.marks[k].rule === v.rule || view.marks[k].also.includes(v.rule)));
      more.replaceChildren(
        el("p", { class: "note" }, said.prose ? "It looks like prose: only rules that may take prose are shown it." : `${said.words} ${said.words === 1 ? "word" : "words"}; no prose by its looks.`),
        voices("Rules that speak on it", idle, act), voices("Rules that nearly do", said.nearly, act),
        idle.length || said.nearly.length || here.length ? "" : el("p", { class: "note" }, "No rule speaks on it, and none nearly does."));
    }, (error) => more.replaceChildren(trouble(error)));
  }
  return [...out, more];
};

/** Of the whole text: which rules are at work in it. */
const ofText = (act) => {
  const { view } = shown, counts = new Map();
  view.marks.forEach((m, k) => {
    const seen = counts.get(m.rule) || { times: 0, first: k };
    seen.times += 1;
    counts.set(m.rule, seen);
  });
  const used = [...counts].sort((a, b) => b[1].times - a[1].times || (a[0] < b[0] ? -1 : 1));
  const facts = [...view.flags.map((f) => `flag: ${f}`), ...view.faults.map((f) => `${f.rule} broke: ${f.message}`)];
  return [
    el("p", { class: "lead" }, "Click a line that should have gone, or a mark that should have stayed."),
    facts.length ? el("ul", { class: "flags" }, ...facts.map((f) => el("li", {}, ...spell(f)))) : "",
    el("h4", {}, "Rules at work"),
    used.length ? el("ul", { class: "used" }, ...used.map(([rule, { times, first }]) => el("li", {}, badge(rule), el("button", { type: "button", class: "rule", title: "Show the first", onclick: () => act.jump({ mark: first, line: view.marks[first].line }) }, ...spell(rule)), el("span", { class: "num" }, `×${whole(times)}`)))) : el("p", { class: "note" }, "None: the text is clean by these rules."),
    view.vetoes.length ? el("details", {}, el("summary", {}, `${view.vetoes.length} refused by guards`), el("ul", { class: "voices" }, ...view.vetoes.map((v) => el("li", {}, badge(v.rule), el("code", {}, ...spell(v.rule)), el("p", { class: "note" }, ...spell(v.reason)), quote(v.text.slice(0, 300)))))) : "",
    view.meta.length ? el("div", {}, el("h4", {}, "Kept as metadata"), el("dl", { class: "meta" }, ...view.meta.flatMap(([k, v]) => [el("dt", {}, k), el("dd", {}, ...spell(v))]))) : "",
    view.layout ? el("p", { class: "note" }, view.layout === 1 ? "One more change is of white space only." : `${whole(view.layout)} more changes are of white space only.`) : "",
  ];
};

export const drawSide = (act) => {
  const box = $("line");
  if (!shown.view || !state.text.trim()) box.replaceChildren(el("p", { class: "empty" }, "What went, what stayed and why is told here, once there is a text."));
  else box.replaceChildren(...(shown.chosen ? ofLines(act) : ofText(act)).filter((n) => n !== ""));
};
