"use strict";
(() => {
  const { el, whole, family, ODD, spell, themed, showKeys } = cleankit;
  const $ = (id) => document.getElementById(id);
  const nextTheme = themed($("theme"));
  $("keys").hidden = false;
  const option = (value, label) => el("option", { value }, label);
  // ------------------------------------------------------------ state, kept in the address
  const fields = { q: "", family: "", rule: "", below: "1", has: "", lang: "", site: "", side: "" };
  let state = { ...fields };
  const readState = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    state = Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, given.get(k) ?? v]));
    return given.get("text");
  };
  let written = location.hash;
  const writeState = () => {
    const out = new URLSearchParams(Object.entries(state).filter(([k, v]) => v !== fields[k])).toString();
    written = out ? `#${out}` : "";
    try { history.replaceState(null, "", written || location.pathname + location.search); } catch { location.hash = written; }
  };

  let data, docs = [], shown = [], marks = [], current = null, pinned = false;

  // ------------------------------------------------------------ drawing texts
  const look = (name) => data.families[family(name)] || ["f7", "··"];

  const draw = (doc, index) => {
    const text = el("div", { class: "text", dir: "auto" });
    doc.marks = [];
    for (const piece of doc.p) {
      if (typeof piece === "string") { text.append(...spell(piece)); continue; }
      const [before, after, rule, reason, confidence, also, side] = piece;
      const name = data.rules[rule], [colour, letters] = look(name);
      const node = el("del", { class: colour, tabindex: doc.marks.length ? "-1" : "0", "data-f": side ? `${side.toUpperCase()}·${letters}` : letters },
        el("span", { class: "vh" }, `${after ? "replaced" : "removed"}, ${name}: `), ...spell(before));
      const mark = { node, doc, name, reason: data.reasons[reason], confidence, also: also.map((k) => data.rules[k]), before, after, side };
      node.mark = mark;
      doc.marks.push(mark);
      text.append(node);
      if (after) text.append(el("ins", { class: colour }, ...spell(after)));
    }
    const share = doc.z ? (100 * doc.r) / doc.z : 0;
    const head = el("header", {}, el("h3", {}, ...spell(doc.n)),
      el("span", {}, `${whole(doc.z)} characters, ${share.toFixed(1)} % ${data.compared ? "differ" : "removed"}`),
      doc.l && el("span", {}, doc.l), doc.h && el("span", {}, doc.h), ...doc.o.map((note) => el("span", { class: "warn" }, ...spell(note))));
    const box = el("article", { class: "doc", "aria-label": doc.n }, head, text);
    if (doc.x) text.append(el("p", { class: "note" }, `… ${whole(doc.x)} more characters of this text are not shown`));
    if (doc.v.length) {
      box.append(el("details", { class: "vetoes" }, el("summary", {}, `${doc.v.length} refused by guards`),
        ...doc.v.map(([rule, reason, what]) => el("p", {}, el("code", {}, data.rules[rule]), ": ", ...spell(data.reasons[reason]), el("q", {}, ...spell(what))))));
    }
    Object.assign(doc, { box, index, words: `${doc.n}\n${doc.p.map((p) => (typeof p === "string" ? p : p[0])).join("")}`.toLowerCase() });
    return box;
  };

  // ------------------------------------------------------------ filtering
  const fits = (mark) =>
    (!state.family || family(mark.name) === state.family) && (!state.rule || mark.name === state.rule || mark.also.includes(state.rule)) &&
    mark.confidence <= Number(state.below) && (!state.side || mark.side === state.side);
  const narrowed = () => state.family || state.rule || state.side || Number(state.below) < 1;

  const apply = () => {
    const query = state.q.trim().toLowerCase();
    shown = [];
    marks = [];
    for (const doc of docs) {
      const hits = doc.marks.filter((m) => { const ok = fits(m); m.node.classList.toggle("off", !ok); return ok; });
      const refused = doc.v.some(([rule]) => (!state.rule || data.rules[rule] === state.rule) && (!state.family || family(data.rules[rule]) === state.family));
      const ok = (!narrowed() || hits.length || (state.has === "vetoes" && refused)) && (!query || doc.words.includes(query)) &&
        (!state.lang || doc.l === state.lang) && (!state.site || doc.h === state.site) &&
        (state.has !== "vetoes" || refused) && (state.has !== "changes" || hits.length) && (state.has !== "nothing" || !doc.marks.length) && (state.has !== "notes" || doc.o.length);
      doc.box.hidden = !ok;
      if (ok) { shown.push(doc); marks.push(...hits); }
    }
    const sampled = data.documents > docs.length ? `, a sample of ${whole(data.documents)}` : "";
    $("shown").textContent = shown.length === docs.length ? `${whole(docs.length)} shown${sampled}` : `${whole(shown.length)} of ${whole(docs.length)} shown${sampled}`;
    $("none").hidden = shown.length > 0;
    const foot = $("count");
    foot.textContent = `${whole(marks.length)} ${data.compared ? "differences" : "removals"}`;
    $("clear").hidden = !Object.entries(fields).some(([k, v]) => state[k] !== v);
    samples();
    writeState();
  };

  const set = (changes, move) => {
    state = { ...state, ...changes };
    for (const control of document.querySelectorAll("#bar [name]")) {
      if (control.tagName === "SELECT" && ![...control.options].some((o) => o.value === state[control.name])) control.append(option(state[control.name], state[control.name]));
      control.value = state[control.name];
    }
    $("belowed").textContent = Number(state.below).toFixed(2);
    close();
    apply();
    if (move) $("texts").scrollIntoView();
  };

  const samples = () => {
    const box = $("samples"), list = state.rule ? data.samples[state.rule] : null;
    box.hidden = !list;
    if (!list) return;
    const ul = el("ul", {}, ...list.map(([name, what]) => {
      const [colour, letters] = look(state.rule);
      return el("li", {}, el("span", {}, el("del", { class: `swatch ${colour}`, "data-f": letters }, ...spell(what))), el("span", {}, ...spell(name)));
    }));
    box.replaceChildren(el("h3", {}, "Samples of ", el("code", {}, state.rule), el("small", {}, "from all texts")), ul);
  };

  // ------------------------------------------------------------ the card
  const close = () => {
    $("card").hidden = true;
    document.querySelectorAll("del.on").forEach((n) => n.classList.remove("on"));
    pinned = false;
  };
  const open = (mark) => {
    document.querySelectorAll("del.on").forEach((n) => n.classList.remove("on"));
    current = mark;
    mark.node.classList.add("on");
    const place = marks.indexOf(mark), [colour, letters] = look(mark.name);
    const meter = el("i");
    meter.style.width = `${100 * mark.confidence}%`;
    const keep = el("button", { type: "button", onclick: () => copy(mark, keep) }, "Copy as keep");
    const card = $("card");
    card.className = colour;
    card.replaceChildren(
      el("h3", {}, el("span", { class: `badge ${colour}` }, letters), el("button", { type: "button", class: "rule", onclick: () => set({ rule: mark.name }) }, mark.name)),
      el("p", {}, ...spell(mark.reason)),
      el("p", {}, `Confidence ${mark.confidence.toFixed(2)}`, mark.side ? `, only in run ${mark.side.toUpperCase()}` : ""), el("div", { class: "meter" }, meter),
      mark.also.length ? el("p", { class: "note" }, `Also wanted by ${mark.also.join(", ")}`) : "",
      el("div", { class: "row" }, keep, el("button", { type: "button", onclick: () => set({ family: family(mark.name) }) }, "Only this family"),
        el("span", { class: "pos" }, place < 0 ? "" : `${whole(place + 1)} of ${whole(marks.length)}`)));
    card.hidden = false;
  };
  const literal = (s) => (s.includes("'''") || ODD.test(s.replaceAll("\n", "")) ? JSON.stringify(s) : s.includes("\n") || /["\\]/.test(s) ? `'''${s}'''` : `"${s}"`);
  const copy = async (mark, button) => {
    const text = `[[keep]]\ntext = ${literal(mark.before)}\nwhy  = ""\n`;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      if ($("card").querySelector("textarea")) return;
      const area = el("textarea", { readonly: true, "aria-label": "To copy" });
      area.value = text;
      $("card").append(area);
      area.select();
    }
  };
  const go = (step) => {
    if (!marks.length) return;
    let place = marks.indexOf(current);
    if (place < 0) {
      const top = innerHeight / 3;
      place = marks.findIndex((m) => m.node.getBoundingClientRect().top > top);
      place = step > 0 ? (place < 0 ? 0 : place) : (place < 0 ? marks.length : place) - 1;
    } else place += step;
    focus(marks[(place + marks.length) % marks.length]);
  };
  const focus = (mark) => {
    mark.doc.marks.forEach((m) => m.node.setAttribute("tabindex", m === mark ? "0" : "-1"));
    mark.node.scrollIntoView({ block: "center" });
    mark.node.focus({ preventScroll: true });
    open(mark);
  };
  const text = (step) => {
    if (!shown.length) return;
    const at = shown.findIndex((d) => d.box.getBoundingClientRect().bottom > 120);
    const doc = shown[Math.min(shown.length - 1, Math.max(0, (at < 0 ? shown.length : at) + step))];
    doc.box.scrollIntoView();
    current = doc.marks.find(fits) || null;
    if (current) focus(current);
  };

  const KEYS = [["j  k", "next, last removal"], ["]  [", "next, last text"], ["Enter", "hold the reason open"], ["Esc", "close it; clear the filter"], ["/", "search"], ["t", "theme"], ["?", "this list"]];
  const help = () => showKeys($("help"), KEYS);
  $("keys").addEventListener("click", help);

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || $("help").open) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName);
    if (e.key === "Escape") {
      if (!$("card").hidden) close();
      else if (docs.length) set({ ...fields });
      if (typing) e.target.blur();
      return;
    }
    if (typing || !docs.length) return;
    const act = { j: () => go(1), k: () => go(-1), n: () => go(1), p: () => go(-1), "]": () => text(1), "[": () => text(-1), "/": () => $("q").focus(), t: nextTheme, "?": help }[e.key];
    if (act) { e.preventDefault(); act(); return; }
    if (e.target.mark && (e.key === "Enter" || e.key === " ")) { e.preventDefault(); open(e.target.mark); pinned = true; }
    else if (e.target.mark && (e.key === "ArrowRight" || e.key === "ArrowDown")) { e.preventDefault(); go(1); }
    else if (e.target.mark && (e.key === "ArrowLeft" || e.key === "ArrowUp")) { e.preventDefault(); go(-1); }
  });
  const markOf = (target) => target.closest && target.closest("del") && target.closest("del").mark;
  $("docs").addEventListener("mouseover", (e) => { const m = markOf(e.target); if (m && !pinned && matchMedia("(hover:hover)").matches) open(m); });
  $("docs").addEventListener("focusin", (e) => { if (e.target.mark && !pinned) open(e.target.mark); });
  $("docs").addEventListener("click", (e) => { const m = markOf(e.target); if (m) { focus(m); pinned = true; } else if (!String(getSelection())) close(); });

  // ------------------------------------------------------------ the table of rules
  const table = () => {
    const body = document.querySelector("#rules tbody");
    if (!body) return;
    for (const row of body.rows) {
      const code = row.querySelector("code"), rule = row.dataset.rule;
      code.replaceWith(el("button", { type: "button", class: "rule", title: "Show only this rule", onclick: () => set({ rule, has: data.samples[rule] ? "" : "vetoes" }, true) }, rule));
    }
    document.querySelectorAll("#rules thead th").forEach((th, column) => {
      const sort = () => {
        const down = th.getAttribute("aria-sort") !== (column ? "descending" : "ascending");
        document.querySelectorAll("#rules th[aria-sort]").forEach((o) => o.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", (column ? down : !down) ? "descending" : "ascending");
        const key = (row) => (column ? Number(row.cells[column].dataset.v) : row.dataset.rule);
        const rows = [...body.rows].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
        if (column ? down : !down) rows.reverse();
        body.append(...rows);
      };
      th.replaceChildren(el("button", { type: "button", onclick: sort }, th.textContent));
    });
    document.querySelectorAll("#rules thead th")[2].setAttribute("aria-sort", "descending");
  };

  // ------------------------------------------------------------ start
  const bar = () => {
    const used = (list) => [...new Set(list)].filter(Boolean).sort();
    const langs = used(data.docs.map((d) => d.l)), sites = used(data.docs.map((d) => d.h));
    const rules = used(data.docs.flatMap((d) => [...d.p.filter((p) => typeof p !== "string").map((p) => data.rules[p[2]]), ...d.v.map((v) => data.rules[v[0]])]));
    const select = (name, label, options) => el("select", { name, "aria-label": label, onchange: (e) => set({ [name]: e.target.value }) }, option("", label), ...options.map((o) => (Array.isArray(o) ? option(...o) : option(o, o))));
    let timer;
    $("bar").append(
      el("input", { type: "search", id: "q", name: "q", placeholder: "Search in texts", "aria-label": "Search in texts", oninput: (e) => { clearTimeout(timer); timer = setTimeout(() => set({ q: e.target.value }), 120); } }),
      select("family", "All families", Object.entries(data.families).map(([f, [, letters]]) => [f, `${letters}  ${f}`])),
      select("rule", "All rules", rules),
      data.compared ? select("side", "Both runs", [["a", "Only A"], ["b", "Only B"]]) : "",
      select("has", "All texts", [["changes", data.compared ? "With differences" : "With removals"], ["vetoes", "With refusals"], ["notes", "With flags or faults"], ["nothing", "Untouched"]]),
      langs.length > 1 ? select("lang", "All languages", langs) : "", sites.length > 1 ? select("site", "All sites", sites) : "",
      el("label", {}, "Confidence up to", el("input", { type: "range", name: "below", min: "0", max: "1", step: "0.01", "aria-label": "Confidence up to", oninput: (e) => set({ below: e.target.value === "1.00" ? "1" : e.target.value }) }), el("output", { id: "belowed" }, "1.00")),
      el("button", { type: "button", id: "clear", onclick: () => set({ ...fields }) }, "Clear"),
      el("button", { type: "button", "aria-label": "Last removal", title: "k", onclick: () => go(-1) }, "↑"), el("button", { type: "button", "aria-label": "Next removal", title: "j", onclick: () => go(1) }, "↓"),
      el("span", { class: "note", id: "count", role: "status" }));
    $("bar").hidden = false;
    $("bar").after(el("div", { id: "samples", hidden: true }), el("p", { id: "none", class: "empty", hidden: true }, "No text fits the filter. ", el("button", { type: "button", onclick: () => set({ ...fields }) }, "Clear it")));
  };
  const looks = () => {
    if (!data.look.length) return;
    $("looks").append(...data.look.map((why, k) => el("li", {}, el("button", { type: "button", onclick: () => { set({ ...fields }); docs[k].box.scrollIntoView(); current = null; } }, el("b", {}, ...spell(docs[k].n)), el("span", {}, ...spell(why.join(", ")))))));
    $("look").hidden = false;
  };
  const unpack = async () => {
    const packed = $("data").textContent.trim();
    const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(packed) : Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  };
  const start = async () => {
    const wait = $("wait");
    if (!("DecompressionStream" in window)) {
      wait.textContent = "This browser is too old to unpack the texts. The figures above are complete.";
      wait.hidden = false;
      return;
    }
    wait.hidden = false;
    try {
      data = await unpack();
    } catch (error) {
      wait.textContent = `The texts cannot be unpacked: ${error}`;
      return;
    }
    docs = data.docs;
    $("docs").append(...docs.map(draw));
    wait.hidden = true;
    if (!docs.length) { wait.textContent = "There is no text in the input."; wait.hidden = false; return; }
    bar();
    table();
    looks();
    readState();
    set({});
    addEventListener("hashchange", () => { if (location.hash !== written) { readState(); set({}); } });
    document.documentElement.dataset.ready = "yes";
  };
  start();
})();
