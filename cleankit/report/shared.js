"use strict";
/** What the report and the studio share: elements, spelling of characters that cannot be seen, the theme. */
const cleankit = (() => {
  /** An element: everything of a text, rule or error goes through `textContent`, never through markup. */
  const el = (tag, props = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(props)) {
      if (key === "class") node.className = value;
      else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value !== false && value != null) node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children.filter((c) => c != null && c !== ""));
    return node;
  };
  const whole = (n) => n.toLocaleString("en").replaceAll(",", "\u202f");
  const family = (rule) => rule.slice(0, Math.max(0, rule.lastIndexOf("/"))) || rule;
  // Characters that hide or turn what is around them are shown by name. Joiners, which words and emoji need, are not.
  const ODD = /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff])/;
  const spell = (text) => text.split(ODD).map((part, k) => (k % 2 ? el("span", { class: "odd" }, `U+${part.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`) : part)).filter((p) => p !== "");

  // What is remembered; a sandboxed frame has no storage.
  const stored = {
    get: (key) => { try { return localStorage.getItem(`cleankit-${key}`); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(`cleankit-${key}`, value); } catch { /* it is only not remembered */ } },
  };
  const THEMES = ["auto", "light", "dark"];
  /** Lets a button change between the themes; gives the function that goes to the next. */
  const themed = (button) => {
    let now = THEMES.includes(stored.get("theme")) ? stored.get("theme") : "auto";
    const show = () => {
      document.documentElement.classList.remove("light", "dark");
      if (now !== "auto") document.documentElement.classList.add(now);
      button.textContent = `Theme: ${now}`;
    };
    const next = () => {
      now = THEMES[(THEMES.indexOf(now) + 1) % 3];
      stored.set("theme", now);
      show();
    };
    button.hidden = false;
    button.addEventListener("click", next);
    show();
    return next;
  };
  /** A dialog with a list of keys. */
  const showKeys = (dialog, keys) => {
    const shut = (event) => { event.preventDefault(); dialog.close(); };
    dialog.replaceChildren(
      el("h3", { id: "keys-title" }, "Keys"), el("dl", {}, ...keys.flatMap(([k, what]) => [el("dt", {}, ...k.split("  ").flatMap((x) => [el("kbd", {}, x), " "])), el("dd", {}, what)])),
      el("form", { method: "dialog" }, el("button", { autofocus: true, onclick: shut }, "Close")));
    dialog.setAttribute("aria-labelledby", "keys-title");
    dialog.showModal();
  };
  return { el, whole, family, ODD, spell, stored, themed, showKeys };
})();
