/** The studio: what happens where, and by which key. */

import { call, latest } from "./api.js";
import { drawFolder, forget, run } from "./folder.js";
import { desk, draftChanged, edit, goToLastKeep, idOf, presetChanged, save, sent, tellEffect } from "./rule.js";
import { drawSide, trouble } from "./side.js";
import { can, change, redo, restore, state, undo, watch } from "./store.js";
import { choose, chosenLines, drawClean, drawFigures, drawLines, isOpen, lineFrom, lineText, markFrom, marksOn, shown, unchoose } from "./text.js";

const { el, whole, spell, themed, showKeys } = cleankit;
const $ = (id) => document.getElementById(id);

const EXAMPLE = `Tuesday, April 30, 2024
Buy now

Harbour bridge opens again after the storm
By admin

[vc_row][vc_column_text size=”size-4″]The old bridge opened again on Monday, eleven weeks after the storm.

Also Read: Ferry drivers ask for a longer pause

The engineer said that two hundred people had crossed it on the first morning.

Share prices of the ferry company fell by 12 percent on the same day.

The town paid for it from a fund set up after the flood of 1987. IANS[/vc_column_text][/vc_row]

Harbour Herald wants to hear from you
Related Articles
146,751FansLike
Share 12
`;
const KEYS = [
  ["↓  ↑", "next, last line; with Shift, several"], ["j  k", "next, last change"], ["g", "the line should have gone: draft a rule"], ["s", "the change should have stayed: a keep"],
  ["o", "open the rule of the change"], ["r", "run the rule over the folder"], ["Ctrl S", "save the rule"], ["Ctrl Z", "undo; with Shift, redo"], ["]  [", "next, last text"],
  ["1  2  3", "preset"], ["v", "marked, clean"], ["e", "edit the text"], ["/", "find a text"], ["w", "why: the inspector"], ["t", "theme"], ["Esc", "let go"], ["?", "this list"],
];

// ------------------------------------------------------------ parts of the page

const show = (pane) => {
  document.body.dataset.pane = pane;
  if (["line", "rule", "folder"].includes(pane)) document.body.dataset.side = pane;
  const { side } = document.body.dataset;
  for (const tab of document.querySelectorAll("#tabs [role=tab]")) {
    tab.setAttribute("aria-selected", String(tab.dataset.side === side));
    tab.tabIndex = tab.dataset.side === side ? 0 : -1;
    $(tab.dataset.side).hidden = tab.dataset.side !== side;
  }
  for (const b of document.querySelectorAll("#panes button")) b.setAttribute("aria-current", String(b.dataset.pane === pane));
  $("list").setAttribute("aria-expanded", String(pane === "texts"));
};

let fading;
const toast = (message, action, act) => {
  clearTimeout(fading);
  $("toast").replaceChildren(el("span", {}, ...spell(message)), action ? el("button", { type: "button", onclick: () => { $("toast").replaceChildren(); act(); } }, action) : "");
  fading = setTimeout(() => $("toast").replaceChildren(), action ? 30_000 : 9000);
};
const complain = (error) => toast([error.message, error.hint].filter(Boolean).join(" "));
/** A call whose failure is told in passing. */
const trying = async (name, data) => {
  try {
    return await call(name, data);
  } catch (error) {
    complain(error);
    return null;
  }
};

// ------------------------------------------------------------ texts

let names = [], finding;
const listTexts = async () => {
  const said = await trying("texts", { find: $("find").value });
  if (!said) return;
  names = said.names;
  $("found").textContent = said.all ? (said.found === said.all ? whole(said.all) : `${whole(said.found)} of ${whole(said.all)}`) : "";
  $("find").hidden = !said.all;
  $("names").replaceChildren(...names.map((name) => el("li", {}, el("button", { type: "button", "aria-current": String(name === state.name), title: name, onclick: () => openText(name) }, ...spell(name)))),
    said.found > names.length ? el("li", { class: "note" }, `${whole(said.found - names.length)} more: find them by name`) : "",
    said.all ? (said.found ? "" : el("li", { class: "note" }, "No text has such a name.")) : el("li", { class: "note" }, "No folder is open. ", el("code", {}, "cleankit studio FOLDER"), " lists its texts here."));
};
const openText = async (name, then) => {
  const said = await trying("text", { name });
  if (!said) return;
  unchoose();
  afterwards = null;
  change({ name, text: said.text, view: "marked" });
  show("text");
  $("lines").scrollTop = 0;
  $("lines").focus({ preventScroll: true });
  then?.();
};
const step = (by) => {
  if (!names.length) return;
  const at = names.indexOf(state.name);
  openText(names[at < 0 ? 0 : (at + by + names.length) % names.length]);
};
const paste = () => {
  unchoose();
  change({ name: "", text: "", view: "edit" });
  show("text");
  $("source").focus();
};

// ------------------------------------------------------------ cleaning

let afterwards = null;
const cleaning = latest("clean", 50);
const sharing = latest("shares", 400);
const refresh = () => {
  if (!state.text.trim()) { shown.view = null; draw(); return; }
  cleaning(() => ({ name: state.name, text: state.text, preset: state.preset, draft: sent() }), (said) => {
    const was = shown.mark >= 0 ? shown.view?.marks[shown.mark] : null;
    shown.view = said;
    if (shown.chosen && shown.chosen.to >= said.lines.length) unchoose();
    if (shown.chosen) {
      const same = was ? said.marks.findIndex((m) => m.line === was.line && m.rule === was.rule && m.before === was.before) : -1;
      shown.mark = same >= 0 || shown.chosen.from < shown.chosen.to ? same : marksOn(shown.chosen.at)[0] ?? -1;
    }
    $("trouble").hidden = true;
    draw();
    afterwards?.();
    afterwards = null;
  }, (error) => {
    $("trouble").replaceChildren(trouble(error));
    $("trouble").hidden = false;
  });
};
const shares = () => {
  if (!state.text.trim()) { drawPresets({}); return; }
  sharing(() => ({ name: state.name, text: state.text }), drawPresets, () => drawPresets({}));
};

let presets = [];
const share = (part) => (part === 0 ? "0 %" : part < 0.0005 ? "< 0.1 %" : `−${(100 * part).toFixed(part < 0.1 ? 1 : 0)} %`);
const drawPresets = (taken) => {
  $("presets").replaceChildren(...presets.map((p) => el("button", { type: "button", title: p.summary, "aria-pressed": String(p.name === state.preset), "data-preset": p.name, onclick: () => change({ preset: p.name }) },
    p.name, p.name in taken ? el("small", {}, share(taken[p.name])) : "")));
};

const draw = () => {
  const { view } = state, open = isOpen();
  for (const b of document.querySelectorAll("#views button")) b.setAttribute("aria-pressed", String(b.dataset.view === view));
  $("name").textContent = state.name || (state.text.trim() ? "Pasted text" : "No text");
  $("source").hidden = view !== "edit";
  $("empty").hidden = view === "edit" || Boolean(state.text.trim());
  $("lines").hidden = view !== "marked" || !open;
  $("clean").hidden = view !== "clean" || !open;
  if ($("source").value !== state.text) $("source").value = state.text;
  if (open) {
    drawLines();
    drawClean();
    drawFigures();
  } else {
    $("figures").textContent = "";
  }
  drawSide(act);
  tellEffect();
  $("undo").disabled = !can().undo;
  $("redo").disabled = !can().redo;
};

// ------------------------------------------------------------ what can be done

const pick = (at, options) => {
  choose(at, options);
  drawSide(act);
};
const act = {
  jump: ({ mark, line } = {}) => { pick(line, { mark, scroll: true }); $("lines").focus({ preventScroll: true }); },
  draft: async () => {
    const lines = chosenLines();
    if (!lines.length) { toast("Choose a line first."); return; }
    const said = await trying("draft", { lines });
    if (!said) return;
    forget();
    change({ draft: { rule: "", name: said.name, place: 0, text: said.text, lines, kind: said.kind, kinds: said.kinds, notes: said.notes } });
    show("rule");
  },
  matchBy: async (kind) => {
    const said = await trying("draft", { lines: state.draft.lines, kind, text: state.draft.text });
    if (said) edit({ text: said.text, kind: said.kind, notes: said.notes });
  },
  keep: async (number) => {
    const mark = shown.view.marks[number];
    const line = mark.before.includes("\n") ? mark.before.trim() : lineText(mark.line).trim();
    if (state.draft && idOf(state.draft) === mark.rule) {
      const said = await trying("amend", { text: state.draft.text, keep: line, why: "" });
      if (said) edit({ text: said.text });
    } else {
      const said = await trying("keep", { rule: mark.rule, line, why: "" });
      if (!said) return;
      forget();
      change({ draft: { rule: said.id, file: said.file, own: said.own, text: said.text, notes: said.note ? [said.note] : [] } });
    }
    show("rule");
    goToLastKeep();
  },
  open: async (rule) => {
    const said = await trying("rule", { rule });
    if (!said) return;
    forget();
    change({ draft: { rule: said.id, file: said.file, own: said.own, text: said.text, notes: [] } });
    show("rule");
  },
  save: () => state.draft && save((saved, asked) => {
    const { draft } = state;
    change({ draft: { rule: saved.id, file: saved.path, own: true, text: draft.text, notes: [], name: draft.name, place: draft.place } });
    toast(`Saved to ${saved.path}.`, "Undo", async () => {
      const back = await trying("undo", { ...asked, rule: saved.id, before: saved.before });
      if (!back) return;
      change({ draft });
      refresh();
      toast(saved.before === null ? `${back.path} is gone again.` : `${back.path} is as it was.`);
    });
    refresh();
    shares();
  }),
  copy: async () => {
    try {
      await navigator.clipboard.writeText(state.draft.text);
      toast("Copied.");
    } catch {
      document.querySelector("#rule textarea").select();
      toast("Press Ctrl C to copy what is selected.");
    }
  },
  discard: () => { forget(); change({ draft: null }); show("line"); },
  run: () => {
    if (!state.draft || !desk.texts) return;
    show("folder");
    run(act);
  },
  mustStay: async (row) => {
    const said = await trying("amend", { text: state.draft?.text || "", keep: row.text, why: `seen in ${row.places[0][0]}` });
    if (said) edit({ text: said.text });
    return Boolean(said);
  },
  rightly: async (row) => {
    const said = await trying("amend", { text: state.draft?.text || "", gone: row.text });
    if (said) edit({ text: said.text });
    return Boolean(said);
  },
  openAt: (name, text) => {
    const find = () => {
      const at = shown.view.lines.findIndex((_, n) => lineText(n).trim().includes(text));
      if (at >= 0) pick(at, { mark: marksOn(at)[0] ?? -1, scroll: true });
    };
    if (name === state.name) { show("text"); find(); return; }
    openText(name, () => { afterwards = find; });
  },
};
const jumpBy = (by) => {
  const found = isOpen() && markFrom(by);
  if (found) act.jump(found);
};
const moveBy = (by, more) => {
  if (!isOpen()) return;
  const at = lineFrom(by);
  if (at !== undefined) pick(at, { mark: more ? -1 : marksOn(at)[0] ?? -1, more, scroll: true });
};

// ------------------------------------------------------------ changes that are told

let lastDraft = null;
watch((fields) => {
  if (fields.has("preset")) { drawPresets({}); presetChanged(); }
  if (["name", "text", "preset", "draft"].some((f) => fields.has(f))) refresh();
  if (["name", "text", "preset"].some((f) => fields.has(f))) shares();
  if (fields.has("name")) document.querySelectorAll("#names button").forEach((b) => b.setAttribute("aria-current", String(b.title === state.name)));
  if (fields.has("draft")) {
    draftChanged(act, lastDraft);
    drawFolder(act);
    lastDraft = state.draft;
  }
  draw();
});

// ------------------------------------------------------------ mouse and keys

$("lines").addEventListener("click", (e) => {
  if (String(getSelection()).trim()) return;
  const line = e.target.closest("[data-n]");
  if (!line) return;
  const mark = e.target.closest("del");
  pick(Number(line.dataset.n), { mark: mark ? Number(mark.dataset.mark) : marksOn(Number(line.dataset.n))[0] ?? -1, more: e.shiftKey });
  show("line");
  if (matchMedia("(max-width: 760px)").matches) line.scrollIntoView({ block: "start" });
});
$("lines").addEventListener("mousedown", (e) => { if (e.shiftKey) e.preventDefault(); });
$("source").addEventListener("input", (e) => change({ text: e.target.value }, "text"));
$("source").addEventListener("paste", () => { if (!state.text.trim()) setTimeout(() => { change({ view: "marked" }); $("lines").focus(); }, 0); });
$("find").addEventListener("input", () => { clearTimeout(finding); finding = setTimeout(listTexts, 120); });
$("paste").addEventListener("click", paste);
$("write").addEventListener("click", paste);
$("example").addEventListener("click", () => { change({ name: "", text: EXAMPLE, view: "marked" }); $("lines").focus(); });
$("list").addEventListener("click", () => show(document.body.dataset.pane === "texts" ? "text" : "texts"));
$("views").addEventListener("click", (e) => { if (e.target.dataset.view) { change({ view: e.target.dataset.view }); if (e.target.dataset.view === "edit") $("source").focus(); } });
$("tabs").addEventListener("click", (e) => { const tab = e.target.closest("[data-side]"); if (tab) show(tab.dataset.side); });
$("tabs").addEventListener("keydown", (e) => {
  const tabs = [...document.querySelectorAll("#tabs [role=tab]")], by = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
  if (!by) return;
  const next = tabs[(tabs.indexOf(e.target) + by + tabs.length) % tabs.length];
  show(next.dataset.side);
  next.focus();
});
$("panes").addEventListener("click", (e) => { if (e.target.dataset.pane) show(e.target.dataset.pane); });
$("undo").addEventListener("click", undo);
$("redo").addEventListener("click", redo);
const nextTheme = themed($("theme"));
const help = () => showKeys($("help"), KEYS);
$("keys").addEventListener("click", help);

const plainKeys = {
  j: () => jumpBy(1), k: () => jumpBy(-1), g: () => act.draft(), r: () => act.run(), "]": () => step(1), "[": () => step(-1), t: nextTheme, "?": help,
  s: () => { if (shown.mark >= 0) act.keep(shown.mark); else toast("Choose a change first: j and k go through them."); },
  o: () => { if (shown.mark >= 0) act.open(shown.view.marks[shown.mark].rule); },
  v: () => change({ view: state.view === "marked" ? "clean" : "marked" }),
  e: () => { change({ view: "edit" }); $("source").focus(); },
  w: () => { show("line"); $("line").focus(); },
  "/": () => { if (!desk.texts) return; show("texts"); $("find").focus(); },
};
document.addEventListener("keydown", (e) => {
  if ($("help").open || $("saving").open) return;
  const typing = e.target.matches("input, select, textarea");
  if (e.ctrlKey || e.metaKey) {
    const key = e.key.toLowerCase(), ours = !typing || e.target.matches("#source, #rule textarea, #rule-name");
    if (key === "s") { e.preventDefault(); if (state.draft?.own !== false) act.save(); }
    else if (ours && (key === "z" || key === "y")) { e.preventDefault(); if (key === "y" || e.shiftKey) redo(); else undo(); }
    return;
  }
  if (e.altKey) return;
  if (e.key === "Escape") {
    if (typing) e.target.blur();
    else if (document.body.dataset.pane === "texts") show("text");
    else { unchoose(); drawSide(act); }
    if (isOpen() && state.view === "marked") $("lines").focus({ preventScroll: true });
    return;
  }
  if (typing) return;
  const on = document.activeElement === $("lines") || document.activeElement === document.body;
  if (on && (e.key === "ArrowDown" || e.key === "ArrowUp")) { e.preventDefault(); moveBy(e.key === "ArrowDown" ? 1 : -1, e.shiftKey); return; }
  if (document.activeElement === $("lines") && e.key === "Enter" && shown.chosen) { e.preventDefault(); show("line"); $("line").focus(); return; }
  const preset = presets[Number(e.key) - 1], key = plainKeys[e.key];
  if (preset && e.key.trim()) { e.preventDefault(); change({ preset: preset.name }); }
  else if (key) { e.preventDefault(); key(); }
});

// ------------------------------------------------------------ start

const start = async () => {
  show("text");
  let said;
  try {
    said = await call("start");
  } catch (error) {
    $("trouble").replaceChildren(trouble(error));
    $("trouble").hidden = false;
    document.documentElement.dataset.ready = "";
    return;
  }
  presets = said.presets;
  Object.assign(desk, { places: said.places, texts: said.texts });
  shown.letters = said.letters;
  state.preset = said.preset;
  restore();
  if (!presets.some((p) => p.name === state.preset)) state.preset = said.preset;
  drawPresets({});
  lastDraft = state.draft;
  draftChanged(act, null);
  drawFolder(act);
  draw();
  refresh();
  shares();
  await listTexts();
  if (!state.text.trim() && names.length) await openText(names[0]);
  document.documentElement.dataset.ready = "";
};
start();
