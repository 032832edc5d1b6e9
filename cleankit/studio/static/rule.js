/** The rule that is being written: its text, its proof while it is typed, and saving it. */

import { call, latest } from "./api.js";
import { trouble, button } from "./side.js";
import { change, state } from "./store.js";
import { shown } from "./text.js";
const { el, spell } = cleankit;
const $ = (id) => document.getElementById(id);

export const desk = { places: [], texts: 0 };
const KINDS = { phrases: "Exact words", labels: "Label and what follows", line: "Pattern" };
const SIGNS = { ok: "✓", bad: "✗", note: "!" };

/** The id that the draft has: of its own file, or of the name in the chosen folder. */
export const idOf = (draft) => {
  if (draft.rule) return draft.rule;
  const space = desk.places[draft.place]?.namespace;
  return space ? `${space}/${draft.name}` : draft.name;
};
export const sent = () => (state.draft ? { id: idOf(state.draft), text: state.draft.text } : null);
/** Change the draft; what is typed in one go is undone in one go. */
export const edit = (patch, merge = "") => change({ draft: { ...state.draft, ...patch } }, merge);

let panel = null, proof = null;

const area = () => panel.querySelector("textarea");
const goTo = (line) => {
  const box = area(), lines = box.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0);
  box.focus();
  box.setSelectionRange(start, start + (lines[line - 1] || "").length);
  box.scrollTop = Math.max(0, (line - 4) * parseFloat(getComputedStyle(box).lineHeight));
};

/** Show the last keep of the rule file. */
export const goToLastKeep = () => {
  const at = state.draft.text.split("\n").findLastIndex((l) => /^\s*\[\[\s*keep/.test(l));
  if (panel && at >= 0) goTo(at + 1);
};

const numbers = () => {
  const bad = new Map((proof?.lights || []).filter((l) => l.line && l.state !== "ok").map((l) => [l.line, l.state]));
  const count = area().value.split("\n").length;
  panel.querySelector(".gutter").replaceChildren(...Array.from({ length: count }, (_, k) => el("span", { class: bad.get(k + 1) || "" }, `${k + 1}\n`)));
  area().style.height = `${Math.max(10, count + 1) * 1.25 + 1.2}rem`;
};

const light = (l) => el("li", { class: l.state },
  el("span", { class: "sign", "aria-hidden": "true" }, SIGNS[l.state]), el("div", {},
    l.line ? el("button", { type: "button", class: "go", title: `Line ${l.line}`, onclick: () => goTo(l.line) }, l.name) : el("b", {}, l.name),
    l.text && l.state !== "ok" ? el("p", {}, ...spell(l.text)) : "", l.hint ? el("p", { class: "hint" }, ...spell(l.hint)) : ""));

const drawProof = () => {
  if (!panel || !proof) return;
  const bad = proof.lights.filter((l) => l.state === "bad"), good = proof.lights.filter((l) => l.state === "ok"), notes = proof.lights.filter((l) => l.state === "note");
  const verdict = panel.querySelector(".verdict");
  verdict.className = `verdict ${proof.holds ? "ok" : "bad"}`;
  verdict.replaceChildren(el("span", { class: "sign", "aria-hidden": "true" }, proof.holds ? SIGNS.ok : SIGNS.bad), proof.holds ? `The proof holds: ${good.length} of ${good.length}` : good.length ? `The proof fails: ${bad.length} of ${bad.length + good.length}` : "No proof yet");
  panel.querySelector(".lights").replaceChildren(...bad.map(light), ...notes.map(light),
    good.length ? el("li", { class: "all" }, el("details", { open: !bad.length && !notes.length }, el("summary", {}, `${good.length} in order`), el("ul", { class: "lights" }, ...good.map(light)))) : "");
  $("light").className = proof.holds ? "ok" : "bad";
  numbers();
};

const proving = latest("proof", 120);
const prove = () => {
  if (!state.draft) return;
  proving(() => ({ draft: sent(), preset: state.preset }), (said) => {
    proof = said;
    drawProof();
  }, (error) => {
    panel?.querySelector(".lights").replaceChildren(el("li", {}, trouble(error)));
  });
};

const effect = () => {
  const line = panel?.querySelector(".effect"), v = shown.view;
  if (!line || !v) return;
  const spared = v.spared.length ? `, and ${v.spared.length} that went ${v.spared.length === 1 ? "stays" : "stay"}` : "";
  const held = v.vetoes.filter((x) => state.draft && x.rule === idOf(state.draft));
  const refused = held.length ? ` ${held.length} refused: ${held[0].reason}.` : "";
  line.textContent = `In this text: ${v.new || "nothing"} more ${v.new > 1 ? "go" : "goes"}${spared}.${refused}`;
};
export const tellEffect = effect;

const matcher = (act) => {
  const { lines, kinds, kind } = state.draft;
  if (!lines?.length || !kinds || kinds.length < 2) return "";
  return el("div", { class: "field" }, el("span", { id: "kind-label" }, "Match by"), el("div", { class: "segments", role: "group", "aria-labelledby": "kind-label" },
    ...kinds.map((k) => el("button", { type: "button", "aria-pressed": String(k === kind), onclick: () => act.matchBy(k) }, KINDS[k] || k))));
};

const where = () => {
  const { draft } = state;
  if (draft.rule) {
    return el("div", { class: "field wide" }, el("span", {}, draft.own ? "File" : "File, not yours to change"), el("code", {}, ...spell(draft.file)),
      draft.own ? "" : el("p", { class: "hint" }, "Copy the text and send it to those who keep the rule, or leave the rule out with ", el("code", {}, `--ignore ${draft.rule}`), "."));
  }
  const name = el("input", { id: "rule-name", value: draft.name, spellcheck: "false", autocomplete: "off", oninput: (e) => edit({ name: e.target.value }, "name") });
  const folder = desk.places.length > 1 ? el("div", { class: "field" }, el("label", { for: "rule-place" }, "Folder"), el("select", { id: "rule-place", onchange: (e) => edit({ place: Number(e.target.value) }) },
    ...desk.places.map((p, k) => el("option", { value: k, selected: k === draft.place }, p.path)))) : "";
  return el("div", { class: "fields" }, el("div", { class: "field" }, el("label", { for: "rule-name" }, "Family and name"), name), folder);
};

/** Draw the panel for another draft. The text itself is kept by the browser while it is typed. */
export const drawRule = (act) => {
  const box = $("rule"), { draft } = state;
  if (!draft) {
    panel = proof = null;
    $("light").className = "";
    box.replaceChildren(el("div", { class: "empty" }, el("p", {}, "No rule is being written."), el("p", { class: "note" }, "Choose a line and press ", el("kbd", {}, "g"), " if it should have gone, or a mark and ", el("kbd", {}, "s"), " if it should have stayed.")));
    return;
  }
  const text = el("textarea", { spellcheck: "false", wrap: "off", "aria-label": "The rule file", oninput: (e) => edit({ text: e.target.value }, "rule") });
  text.value = draft.text;
  text.addEventListener("scroll", () => { panel.querySelector(".gutter").scrollTop = text.scrollTop; });
  panel = el("div", { class: "writing" },
    el("div", { class: "title" }, el("h3", {}, ...(draft.rule ? spell(draft.rule) : ["A new rule"]))),
    where(), matcher(act),
    draft.notes?.length ? el("ul", { class: "notes" }, ...draft.notes.map((n) => el("li", {}, ...spell(n)))) : "",
    el("div", { class: "code" }, el("pre", { class: "gutter", "aria-hidden": "true" }), text),
    el("div", { class: "sticky" }, el("p", { class: "verdict", role: "status" }, "Checking …"), el("p", { class: "effect note" }),
      el("div", { class: "row" },
        draft.rule && !draft.own ? button("Copy the text", act.copy, "", "main") : button("Save …", act.save, "Ctrl S", "main"),
        el("button", { type: "button", onclick: act.run, disabled: !desk.texts, title: desk.texts ? "" : "Start the studio with a folder: cleankit studio FOLDER" }, "Run over the folder", el("kbd", {}, "r")),
        button("Discard", act.discard))),
    el("ul", { class: "lights" }));
  box.replaceChildren(panel);
  numbers();
  effect();
  prove();
};

/** The draft changed: by typing (then the panel stays), or otherwise. */
export const draftChanged = (act, before) => {
  const { draft } = state;
  const same = panel && draft && before && before.rule === draft.rule && before.place === draft.place && before.kind === draft.kind && before.own === draft.own && before.notes === draft.notes;
  if (!same) { drawRule(act); return; }
  if (area().value !== draft.text) area().value = draft.text;
  const name = panel.querySelector("#rule-name");
  if (name && name.value !== draft.name) name.value = draft.name;
  numbers();
  prove();
};
export const presetChanged = prove;

// ------------------------------------------------------------ saving

const target = () => (state.draft.rule ? { rule: state.draft.rule, text: state.draft.text } : { place: state.draft.place, name: state.draft.name, text: state.draft.text });

export const save = async (done) => {
  const box = $("saving"), shut = () => box.close();
  const cancel = el("button", { type: "button", onclick: shut }, "Cancel");
  let look;
  try {
    look = await call("save", { ...target(), look: true });
  } catch (error) {
    box.replaceChildren(el("h3", {}, "It cannot be saved"), trouble(error), el("div", { class: "row" }, el("button", { type: "button", autofocus: true, onclick: shut }, "Back")));
    box.showModal();
    return;
  }
  const now = async () => {
    const asked = target();
    try {
      const saved = await call("save", { ...asked, overwrite: true, failing: true });
      shut();
      done(saved, asked);
    } catch (error) {
      box.querySelector(".trouble")?.remove();
      box.append(trouble(error));
    }
  };
  const lines = look.diff.filter((l) => !l.startsWith("@@"));
  box.replaceChildren(...[
    el("h3", {}, look.exists ? "Change the rule file" : "Save a new rule file"), el("p", {}, el("code", {}, ...spell(look.path))),
    look.failing.length ? el("div", { class: "trouble" }, el("b", {}, "The proof fails"), el("p", {}, `${look.failing.join(", ")}. The rule would be in use all the same; \`cleankit check\` will complain.`)) : "",
    look.exists ? (lines.length ? el("pre", { class: "diff", tabindex: "0", "aria-label": "What changes" }, ...lines.map((l) => el("span", { class: l[0] === "+" ? "plus" : l[0] === "-" ? "minus" : "" }, ...spell(`${l}\n`)))) : el("p", { class: "note" }, "Nothing changes.")) : "",
    el("div", { class: "row" }, el("button", { type: "button", class: "main", autofocus: true, onclick: now }, look.failing.length ? "Save all the same" : "Save"), cancel),
  ].filter((n) => n !== ""));
  box.showModal();
};
