// Measures the portal in Chromium before a real server, and prints one line of JSON: milliseconds and megabytes.
// node e2e/bench/portal.mjs --server http://127.0.0.1:8080 --alerts 1000 --open 10000
import { chromium } from "@playwright/test";
import { parseArgs } from "node:util";
import { chromiumWith } from "../support/chromium.mjs";

const REGION = "denmark";
/** An alert every five seconds opens, and the one before ends. */
const ALERTS_IN_TWO_HOURS = 1440;
/** How often a person's act is measured. */
const TRIES = 10;
/** Between two of them. */
const SETTLED_MS = 500;
const ROWS = ".rows > li";

const { values } = parseArgs({
  options: {
    server: { type: "string" },
    alerts: { type: "string", default: "1000" },
    open: { type: "string", default: "10000" },
    hours: { type: "string", default: "2" },
  },
});
const server = values.server;

/** Sends one webhook; answers once its alerts are durable. */
async function send(alerts) {
  const body = { version: "4", groupKey: "bench", status: "firing", receiver: "bench", alerts };
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${server}/webhooks/alertmanager`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`webhook: ${answer.status} ${await answer.text()}`);
}

const began = new Date(Date.now() - 60_000).toISOString();
function alert(machine, status = "firing") {
  const place = { region: REGION, machine_id: machine, cinema_id: machine, cinema: `Bio ${machine}`, screen_id: machine, screen: "Sal 1" };
  const labels = { alertname: "MachineOffline", error_id: "machine_offline", severity: "critical", ...place };
  const ended = status === "resolved" ? new Date().toISOString() : "0001-01-01T00:00:00Z";
  return { status, labels, annotations: { summary: "Machine offline" }, startsAt: began, endsAt: ended };
}

/** In the page: when a row of a machine is painted, in milliseconds since 1970. */
function watchRows() {
  const instantiate = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (...args) => {
    const made = await instantiate.apply(WebAssembly, args);
    window.wasmMemory = made.instance.exports.memory;
    return made;
  };
  window.painted = (selector) =>
    new Promise((resolve) => {
      const done = () => requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now())));
      if (document.querySelector(selector)) return done();
      const seen = new MutationObserver(() => {
        if (document.querySelector(selector)) (seen.disconnect(), done());
      });
      seen.observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
    });
}

const row = (machine) => `${ROWS}[data-machine="${machine}"]`;
const middle = (times) => quantile([...times].sort((one, other) => one - other), 0.5);
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

const browser = await chromium.launch(chromiumWith("--js-flags=--expose-gc"));

async function open(setUp = async () => {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(watchRows);
  await setUp(page, context);
  await page.goto(`${server}/regions/${REGION}`);
  return page;
}

const isLive = (page) => page.locator("[data-live=Live]").waitFor();

/** From the moment a webhook is sent until its row is painted. */
async function pushed() {
  const page = await open();
  await isLive(page);
  const times = [];
  for (let number = 0; number < Number(values.alerts); number += 1) {
    const machine = `push-${number}`;
    const painted = page.evaluate((selector) => window.painted(selector), row(machine));
    const sent = Date.now();
    await send([alert(machine)]);
    times.push((await painted) - sent);
    await send([alert(machine, "resolved")]);
    await page.locator(row(machine)).first().waitFor({ state: "detached" });
  }
  await page.context().close();
  times.sort((one, other) => one - other);
  return { pushed_p50_ms: quantile(times, 0.5), pushed_p99_ms: quantile(times, 0.99) };
}

/** From the first byte asked for until the first row is painted, by a processor that is four times slower. */
async function firstRow() {
  await send([alert("first-row")]);
  const page = await open(async (page, context) => {
    const devtools = await context.newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  });
  const first_row_ms = await page.evaluate(async (selector) => (await window.painted(selector)) - performance.timeOrigin, row("first-row"));
  await page.context().close();
  await send([alert("first-row", "resolved")]);
  return { first_row_ms };
}

/** How much a page grows while alerts come and go for two hours, after its rubbish was collected. */
async function grown() {
  const page = await open();
  await isLive(page);
  const devtools = await page.context().newCDPSession(page);
  const held = async () => {
    await devtools.send("HeapProfiler.collectGarbage");
    const { usedSize } = await devtools.send("Runtime.getHeapUsage");
    const wasm = await page.evaluate(() => window.wasmMemory?.buffer.byteLength ?? 0);
    return (usedSize + wasm) / 1e6;
  };
  const comeAndGo = async (from, to) => {
    for (let number = from; number < to; number += 1) {
      await send([alert(`grow-${number}`), ...(number ? [alert(`grow-${number - 1}`, "resolved")] : [])]);
    }
    await page.locator(row(`grow-${to - 1}`)).first().waitFor();
  };
  const all = Math.round((ALERTS_IN_TWO_HOURS * Number(values.hours)) / 2);
  await comeAndGo(0, 20);
  const before = await held();
  await comeAndGo(20, all);
  const after = await held();
  await page.context().close();
  await send([alert(`grow-${all - 1}`, "resolved")]);
  return { grown_megabytes: after - before };
}

/** What a person feels with a very long list. */
async function longList() {
  const count = Number(values.open);
  for (let from = 0; from < count; from += 100) {
    await send(Array.from({ length: Math.min(100, count - from) }, (_, index) => alert(`long-${String(from + index).padStart(5, "0")}`)));
  }
  const page = await open();
  await page.waitForFunction((wanted) => document.querySelector("[data-count=open] dd")?.textContent.replace(/\D/g, "") === String(wanted), count);
  await page.waitForTimeout(2_000);
  const [found, changes] = [await filtered(page, count), await begun(page)];
  await page.context().close();
  const [shown, known] = ["shown", "known"].map((moment) => changes.map((change) => change[moment]));
  return {
    filter_ms: middle(found),
    filter_most_ms: Math.max(...found),
    shown_ms: middle(shown),
    shown_most_ms: Math.max(...shown),
    status_ms: middle(known),
    status_most_ms: Math.max(...known),
  };
}

/** From a machine's name in the query box until its row is painted, again and again. */
async function filtered(page, count) {
  const query = page.locator("input[type=search]").first();
  await query.focus();
  const times = [];
  for (let tried = 0; tried < TRIES; tried += 1) {
    const wanted = `long-${String(count - 1 - tried).padStart(5, "0")}`;
    times.push(
      await page.evaluate(
        async ([selector, text]) => {
          const input = document.activeElement;
          const began = performance.timeOrigin + performance.now();
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, text);
          input.dispatchEvent(new InputEvent("input", { bubbles: true }));
          return (await window.painted(selector)) - began;
        },
        [row(wanted), wanted],
      ),
    );
    await query.fill("");
    await page.locator(`${ROWS}:nth-child(5)`).waitFor();
    await page.waitForTimeout(SETTLED_MS);
  }
  return times;
}

/** From a click that begins with an incident until its row says so, and until the server has said so, too; again and again. */
async function begun(page) {
  const times = [];
  for (let tried = 0; tried < TRIES; tried += 1) {
    const number = await page.locator(`${ROWS}[data-status=OPEN]`).first().getAttribute("data-incident");
    const selector = `${ROWS}[data-incident="${number}"]`;
    await page.locator(selector).hover();
    await page.waitForTimeout(SETTLED_MS);
    const changed = page.evaluate(
      (selector) =>
        new Promise((resolve) => {
          const painted = async (click) => {
            const since = (at) => at - performance.timeOrigin - click.timeStamp;
            const shown = since(await window.painted(selector));
            // While the server is asked, nothing else can be done to it.
            resolve({ shown, known: since(await window.painted(`${selector} [data-act=close]:enabled`)) });
          };
          addEventListener("click", painted, { capture: true, once: true });
        }),
      `${selector}[data-status=IN_PROGRESS]`,
    );
    await page.locator(`${selector} [data-act=take]`).click();
    times.push(await changed);
  }
  return times;
}

try {
  const figures = { ...(await pushed()), ...(await firstRow()), ...(await grown()), ...(await longList()) };
  console.log(JSON.stringify(figures));
} finally {
  await browser.close();
}
