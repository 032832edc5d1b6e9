/** What can be undone: which text, what it says, the preset, and the rule that is being written. */

const KEY = "cleankit-studio-desk";
const FIELDS = ["name", "text", "preset", "draft"];

export const state = { name: "", text: "", preset: "", draft: null, view: "marked" };
const past = [], future = [], watchers = [];
let merging = "", merged = 0;

const snapshot = () => Object.fromEntries(FIELDS.map((f) => [f, state[f]]));
const tell = (before) => {
  const fields = [...FIELDS, "view"].filter((f) => before[f] !== state[f]);
  watchers.forEach((w) => w(new Set(fields)));
  try {
    sessionStorage.setItem(KEY, JSON.stringify(state));
  } catch { /* too long to remember, or nowhere to */ }
};

/** Called with the names of the fields that changed. */
export const watch = (watcher) => watchers.push(watcher);

/** Change something. Changes that follow each other with the same `merge` are undone together. */
export const change = (patch, merge = "") => {
  const before = { ...state };
  if (Object.entries(patch).every(([k, v]) => state[k] === v)) return;
  if (FIELDS.some((f) => f in patch)) {
    const again = merge && merge === merging && Date.now() - merged < 1500;
    if (!again) past.push(snapshot());
    if (past.length > 300) past.shift();
    future.length = 0;
    [merging, merged] = [merge, Date.now()];
  }
  Object.assign(state, patch);
  tell(before);
};

const step = (from, to) => {
  if (!from.length) return false;
  const before = { ...state };
  to.push(snapshot());
  Object.assign(state, from.pop());
  merging = "";
  tell(before);
  return true;
};
export const undo = () => step(past, future);
export const redo = () => step(future, past);
export const can = () => ({ undo: past.length > 0, redo: future.length > 0 });

/** What this tab had before it was loaded again. */
export const restore = () => {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    if (kept && typeof kept.text === "string") Object.assign(state, kept);
  } catch { /* nothing is remembered */ }
};
