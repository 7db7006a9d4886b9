// Everything that attackers write into alerts, on every page that shows it: text, and nothing else.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { corpus } from "../support/corpus";
import { OwnServer } from "../support/own-server";

const texts = corpus("markup.txt");
/** White space and controls are shown in several ways. */
const plain = (text: string) => text.split(/[\s\p{Cc}]+/u).filter(Boolean).join(" ");
/** As an exporter writes a label; what controls something is not one of its characters. */
const label = (text: string) => `"${plain(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

let server: OwnServer;
/** Tells of a machine for each text. */
let exporter: Server;
/** Shows a region inside a page of somebody else. */
let application: Server;
const portOf = (of: Server) => (of.address() as AddressInfo).port;
const listening = (of: Server) => new Promise<void>((resolve) => of.listen(0, "127.0.0.1", resolve));

test.beforeAll(async () => {
  const machines = texts.map((text, n) => {
    const place = `cinema_id="c${n}",cinema=${label(text)},screen_id="s${n}",screen=${label(text)}`;
    return `cine_machine_info{machine_id=${label(text)},region="denmark",${place}} 1\n`;
  });
  exporter = createServer((_, answer) => answer.end(machines.join("")));
  application = createServer((_, answer) => {
    const element = `<cine-region region="denmark" language="en"></cine-region>`;
    answer.setHeader("content-type", "text/html");
    answer.end(`<!doctype html><title>Admin</title><script type="module" src="${server.url}/embed.js"></script>${element}`);
  });
  await Promise.all([listening(exporter), listening(application)]);
  const shown = ["--embed-origin", `http://127.0.0.1:${portOf(application)}`];
  server = await OwnServer.start("--exporter", `http://127.0.0.1:${portOf(exporter)}`, "--exporter-poll-seconds", "1", ...shown);
  await server.send(texts.map(alert));
  await expect.poll(async () => (await incidents()).length).toBe(texts.length);
});
test.afterAll(async () => {
  exporter?.close();
  application?.close();
  await server?.remove();
});

/** An alert in which everything that may be chosen is this text. */
function alert(text: string, n: number) {
  const labels = {
    region: "denmark", severity: "critical", alertname: text, error_id: text, machine_id: plain(text), [text]: text,
    cinema_id: `c${n}`, cinema: text, screen_id: `s${n}`, screen: text,
  };
  const annotations = { summary: text, description: text, runbook_url: text };
  const startsAt = new Date(Date.now() - 60_000).toISOString();
  return { status: "firing", labels, annotations, startsAt, endsAt: "0001-01-01T00:00:00Z", generatorURL: text };
}

type Named = { id: string; number: string };

async function incidents(): Promise<Named[]> {
  const ask = async (after: string | null): Promise<Named[]> => {
    const query = `query ($after: String) { incidents(first: 100, after: $after) { edges { node { id number } } pageInfo { hasNextPage endCursor } } }`;
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ query, variables: { after } });
    const { data } = await (await fetch(`${server.url}/graphql`, { method: "POST", headers, body })).json();
    const { edges, pageInfo } = data.incidents;
    const these = edges.map((edge: any) => edge.node);
    return pageInfo.hasNextPage ? [...these, ...(await ask(pageInfo.endCursor))] : these;
  };
  return ask(null);
}

/** What must not happen on a page, as it happens. */
async function watch(page: Page): Promise<string[]> {
  const seen: string[] = [];
  page.on("dialog", (dialog) => (seen.push(`dialog ${dialog.message()}`), dialog.dismiss()));
  page.on("popup", (popup) => seen.push(`window ${popup.url()}`));
  page.on("console", (message) => /Content Security Policy/.test(message.text()) && seen.push(message.text()));
  page.on("request", (request) => {
    const { origin } = new URL(request.url());
    if (![server.url, `http://127.0.0.1:${portOf(application)}`].includes(origin)) seen.push(`request ${request.url()}`);
  });
  await page.exposeFunction("__seen", (what: string) => seen.push(what));
  await page.addInitScript(() => {
    Object.defineProperty(window, "__hit", { set: () => (window as any).__seen("a script ran") });
    addEventListener("securitypolicyviolation", (event) => (window as any).__seen(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  return seen;
}

/** Waits for all of a list: its first page is drawn before the next one is asked for. */
const isWhole = (list: Locator) =>
  expect
    .poll(async () => Number(await list.first().getAttribute("aria-setsize")))
    .toBeGreaterThanOrEqual(texts.length);

/** Every text that scrolling to the end of the page shows, in one line each. */
async function shown(page: Page): Promise<string> {
  let all = "";
  for (let last = -1, at = 0; at !== last; ) {
    all += ` ${await page.evaluate(() => [document, ...[...document.querySelectorAll("*")].flatMap((node) => node.shadowRoot ?? [])]
      .map((root) => (root as any).body?.textContent ?? root.textContent).join(" "))}`;
    last = at;
    at = await page.evaluate(() => (scrollBy(0, innerHeight * 0.7), scrollY));
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }
  return plain(all);
}

/** Goes to another address of the portal, as a click would, without loading everything again. */
async function go(page: Page, path: string) {
  await page.evaluate((path) => (history.pushState(null, "", path), dispatchEvent(new PopStateEvent("popstate"))), path);
}

const missing = (page: string) => texts.map(plain).filter((text) => !page.includes(text));

test("the list and the wall of a region show each text as text", async ({ page }) => {
  const seen = await watch(page);
  await page.goto(`${server.url}/regions/denmark`);
  await expect(page.locator("[data-live=Live]")).toBeVisible();
  await isWhole(page.locator(".rows > li"));
  expect(missing(await shown(page))).toEqual([]);
  await page.goto(`${server.url}/regions/denmark/machines`);
  await expect(page.locator("[data-tile]")).toHaveCount(new Set(texts.map(plain)).size);
  for (const path of ["/", "/reports", "/regions/denmark/reports"]) {
    await page.goto(server.url + path);
    await expect(page.locator("main")).toBeVisible();
  }
  expect(seen).toEqual([]);
  console.log(`markup: ${texts.length} texts in a region, its wall, the overview and reports`);
});

test("incidents and machines show each text as text", async ({ page }) => {
  test.setTimeout(600_000);
  const seen = await watch(page);
  let all = "";
  await page.goto(server.url);
  for (const { id, number } of await incidents()) {
    await go(page, `/incidents/${id}`);
    const file = page.locator("article.file").filter({ hasText: number });
    await expect(file.getByRole("heading", { level: 2 })).toBeVisible();
    all += ` ${await file.textContent()}`;
  }
  expect(missing(plain(all))).toEqual([]);
  for (const text of texts.map(plain)) {
    await go(page, `/machines/${encodeURIComponent(text)}`);
    await expect(page.locator("main")).toContainText(text);
  }
  expect(seen).toEqual([]);
  console.log(`markup: ${texts.length} texts in pages of incidents and machines`);
});

test("what stands in an address is text, too", async ({ page }) => {
  test.setTimeout(600_000);
  const seen = await watch(page);
  await page.goto(`${server.url}/regions/denmark`);
  await expect(page.locator("[data-live=Live]")).toBeVisible();
  for (const text of texts) {
    const parts = encodeURIComponent(text);
    const names = ["q", "incident", "machine", "sort", "language", "theme"];
    const query = names.map((name) => `${name}=${parts}`).join("&");
    await go(page, `/regions/denmark?${query}#${parts}`);
    await expect(page.locator("main")).toBeVisible();
  }
  expect(seen).toEqual([]);
  console.log(`markup: ${texts.length} texts in addresses`);
});

test("a region inside another page shows each text as text", async ({ page }) => {
  const seen = await watch(page);
  await page.goto(`http://127.0.0.1:${portOf(application)}/`);
  await expect(page.locator("cine-region [data-live=Live]")).toBeVisible();
  await isWhole(page.locator("cine-region .rows > li"));
  const found = await shown(page);
  expect(missing(found)).toEqual([]);
  expect(seen).toEqual([]);
  console.log(`markup: ${texts.length} texts in an embedded region`);
});

test("a script, a dialog or a request elsewhere would be noticed", async ({ page }) => {
  const seen = await watch(page);
  await page.goto(server.url);
  await page.evaluate(() => {
    (window as any).__hit = 1;
    alert("hello");
    document.body.append(Object.assign(new Image(), { src: "http://127.0.0.1:9/pixel.gif" }));
  });
  for (const what of ["a script ran", "dialog hello", "policy: img-src"]) {
    await expect.poll(() => seen.some((said) => said.startsWith(what)), what).toBe(true);
  }
});
