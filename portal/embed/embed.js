// Regions of CinePortal inside pages of others: <cine-region region="denmark"></cine-region>.
// Attributes: region, token, language, theme (system, light, dark), panels (names between commas), height.
// Events: `incident-selected` ({ id, number }), `count-changed` ({ open, inProgress, critical }) and
// `token-expired` ({ reason: "missing", "expired" or "refused" }).
// Each element runs a program of its own, so that one that breaks takes no other with it.

const SERVER = new URL(".", import.meta.url);
const OFFER = "cineportal-offer";
const CRASH = "cineportal-crash";
/** For a page that could not even load the words. */
const LAST_WORDS = { unreachable: "CinePortal cannot be loaded.", retry: "Try again" };

/** What a portal is made of, loaded once for all elements, and again after a failure. */
let parts;
const load = () => (parts ??= loadParts().catch((error) => ((parts = undefined), Promise.reject(error))));

async function loadParts() {
  const manifest = await (await get("embed.json")).json();
  const [module, ...sheets] = await Promise.all([
    WebAssembly.compileStreaming(get(manifest.program)),
    ...manifest.styles.map(async (style) => sheet(await (await get(style)).text())),
  ]);
  return { script: new URL(manifest.script, SERVER), module, sheets, words: manifest.words };
}

async function get(name) {
  const response = await fetch(new URL(name, SERVER), { credentials: "omit" });
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}

/** The portal's own style sheets measure the window and the page's letters; here it is the element that counts. */
function sheet(css) {
  const pixels = (rem) => `${rem * 16}px`;
  const own = css
    .replace(/@media \((max|min)-width: ([\d.]+)rem\)/g, (_, end, rem) => `@container (${end}-width: ${pixels(rem)})`)
    .replace(/(-?[\d.]+)rem\b/g, (_, rem) => pixels(rem));
  return new CSSStyleSheet().replace(own);
}

/** Below this height, in pixels, an element that is given a height folds its filter. */
const LOW = 512;

/** Programs without an element; whoever comes next takes one. */
const idle = [];
let count = 0;
let making = Promise.resolve();

/** One after the other, so that it is known which program makes an offer. */
function takeProgram() {
  if (idle.length > 0) return idle.pop();
  making = making.catch(() => {}).then(make);
  return making;
}

async function make() {
  const { script, module } = await load();
  const program = { name: `program-${++count}` };
  const take = (event) => {
    event.preventDefault();
    event.detail.name = program.name;
    program.mount = event.detail.mount;
  };
  addEventListener(OFFER, take);
  try {
    // The server gives the same files below other names of their folder: another name is another instance, also for
    // the parts that it fetches later.
    const start = await import(`${script}`.replace(/\/[^/]*$/, `~${program.name}$&`));
    await start.default({ module_or_path: module });
  } finally {
    removeEventListener(OFFER, take);
  }
  return program;
}

class CineRegion extends HTMLElement {
  static observedAttributes = ["region", "token", "language", "panels", "theme", "height"];

  #root = document.createElement("div");
  /** What runs here, and how to take it away. */
  #program;
  #unmount;
  /** Changes whenever something else is to be shown, so that whoever comes late finds it out. */
  #turn = 0;
  #words = {};
  #height = new ResizeObserver(() => this.#root.toggleAttribute("data-low", this.hasAttribute("height") && this.clientHeight < LOW));
  #onCrash = (event) => event.detail.name === this.#program?.name && this.#break();

  constructor() {
    super();
    this.#root.className = "embed";
    // The page's keys are not for somebody who writes in here.
    this.#root.addEventListener("keydown", (event) => event.target.matches("input, textarea, select") && event.stopPropagation());
    this.attachShadow({ mode: "open" }).append(this.#root);
  }

  connectedCallback() {
    addEventListener(CRASH, this.#onCrash);
    this.#height.observe(this);
    this.#dress();
    this.#show();
  }

  disconnectedCallback() {
    this.#height.disconnect();
    removeEventListener(CRASH, this.#onCrash);
    this.#turn++;
    this.#leave();
  }

  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || before === now) return;
    if (name === "theme" || name === "height") this.#dress();
    else if (name === "token" && this.#unmount) this.#unmount.renew(now ?? undefined);
    else this.#show();
  }

  #dress() {
    this.#root.dataset.theme = this.getAttribute("theme") ?? "system";
    this.style.height = this.getAttribute("height") ?? "";
  }

  /** Several attributes that change together are one change. */
  async #show() {
    const turn = ++this.#turn;
    await null;
    if (turn !== this.#turn) return;
    this.#leave();
    try {
      const { sheets, words } = await load();
      if (turn !== this.#turn) return;
      this.#words = words[this.#language(words)];
      this.shadowRoot.adoptedStyleSheets = sheets;
      this.#say(this.#words.loading);
      const found = await takeProgram();
      if (turn !== this.#turn) return void idle.push(found);
      this.#begin(found);
    } catch (error) {
      console.error("cine-region:", error);
      if (turn === this.#turn) this.#fail("unreachable");
    }
  }

  #begin(found) {
    this.#root.replaceChildren();
    this.#program = found;
    const wish = { root: this.#root, origin: SERVER.origin, tell: (name, detail) => this.#tell(name, detail) };
    for (const name of ["region", "token", "language", "panels"]) wish[name] = this.getAttribute(name) ?? undefined;
    try {
      this.#unmount = found.mount(wish);
    } catch (error) {
      console.error("cine-region:", error);
      this.#break();
    }
  }

  /** A program that breaks while it is taken away is not used again. */
  #leave() {
    const [left, unmount] = [this.#program, this.#unmount];
    this.#program = this.#unmount = undefined;
    try {
      unmount?.();
      if (left && unmount) idle.push(left);
    } catch (error) {
      console.error("cine-region:", error);
    }
    this.#root.replaceChildren();
  }

  /** The program may still be on the stack: what is left of it is taken away afterwards, if it lets itself. */
  #break() {
    const [turn, unmount] = [++this.#turn, this.#unmount];
    this.#program = this.#unmount = undefined;
    setTimeout(() => {
      try {
        unmount?.();
      } catch {
        // It is broken: nothing more can be asked of it.
      }
      if (turn === this.#turn) this.#fail("crashed");
    });
  }

  #fail(reason) {
    const words = { ...LAST_WORDS, ...this.#words };
    const retry = document.createElement("button");
    Object.assign(retry, { type: "button", className: "button", textContent: words.retry, onclick: () => this.#show() });
    this.#say(words[reason], retry);
  }

  #say(sentence, ...more) {
    const said = document.createElement("p");
    said.textContent = sentence;
    const place = document.createElement("div");
    place.className = "embed__sentence";
    place.setAttribute("role", "status");
    place.append(said, ...more);
    this.#root.replaceChildren(place);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #language(words) {
    const wished = [this.getAttribute("language"), ...navigator.languages].filter(Boolean);
    return wished.map((tag) => tag.split("-")[0]).find((tag) => tag in words) ?? "en";
  }
}

if (!customElements.get("cine-region")) customElements.define("cine-region", CineRegion);
