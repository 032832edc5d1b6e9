/** Calls to the server. The token comes in the address, is taken out of it, and is remembered for this tab only. */

const KEY = "cleankit-studio-token";

const taken = () => {
  const given = location.hash.slice(1);
  try {
    if (given) sessionStorage.setItem(KEY, given);
    return given || sessionStorage.getItem(KEY) || "";
  } catch {
    return given;
  }
};
const token = taken();
if (location.hash) history.replaceState(null, "", location.pathname);

/** What the server, or the way to it, says is wrong. */
export class Trouble extends Error {
  constructor(message, { hint = "", line = 0, status = 0 } = {}) {
    super(message);
    Object.assign(this, { hint, line, status });
  }
}

// Calls that are under way or about to be: the page shows that it works.
let calls = 0;
const busy = (more) => {
  calls += more;
  document.documentElement.toggleAttribute("data-busy", calls > 0);
};

const ask = async (name, data, signal) => {
  let answer;
  try {
    answer = await fetch(`/api/${name}`, {
      method: "POST", signal, body: JSON.stringify(data), headers: { "Content-Type": "application/json", "X-Studio-Token": token },
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble("The studio does not answer.", { hint: "Is `cleankit studio` still running? Start it again and open the address that it prints." });
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({ error: `${answer.status} ${answer.statusText}` }));
  throw new Trouble(said.error, { ...said, status: answer.status });
};

/** The answer to a call. Throws Trouble. */
export const call = async (name, data = {}, signal) => {
  busy(1);
  try {
    return await (await ask(name, data, signal)).json();
  } finally {
    busy(-1);
  }
};

/** Each line of a long answer, as it comes. Throws Trouble. */
export const stream = async (name, data, signal, each) => {
  busy(1);
  try {
    const reader = (await ask(name, data, signal)).body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      lines.forEach((line) => each(JSON.parse(line)));
    }
  } finally {
    busy(-1);
  }
};

/** A call of which only the newest counts: the one before is dropped. Waits a little for more to come. */
export const latest = (name, wait) => {
  let timer = 0, running;
  return (data, then, failed) => {
    if (timer) clearTimeout(timer);
    else busy(1);
    running?.abort();
    timer = setTimeout(async () => {
      timer = 0;
      const mine = (running = new AbortController());
      try {
        const answer = await call(name, data(), mine.signal);
        if (running === mine) then(answer);
      } catch (error) {
        if (error.name !== "AbortError" && running === mine) failed(error);
      } finally {
        busy(-1);
      }
    }, wait);
  };
};
