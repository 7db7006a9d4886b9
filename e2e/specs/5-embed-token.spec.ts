// A region inside the application of somebody else, where the server asks who people are.
import { createServer } from "node:http";
import { expect, test, type Page } from "@playwright/test";
import { GuardedServer, type ServiceToken } from "../support/guarded-server";

const ADMIN = "http://127.0.0.1:9181";
const OTHER = "http://127.0.0.1:9182";

let server: GuardedServer;
let service: ServiceToken;
/** What both applications show. */
let shown = "";
const applications = [ADMIN, OTHER].map((origin) => {
  const application = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(shown));
  return { application, port: Number(new URL(origin).port) };
});
test.beforeAll(async () => {
  for (const { application, port } of applications) application.listen(port, "127.0.0.1");
  server = await GuardedServer.start([ADMIN, OTHER]);
  service = await server.createToken();
});
test.afterAll(async () => {
  for (const { application } of applications) application.close();
  await server.stop();
});

async function open(page: Page, origin: string, token?: string, region = "denmark") {
  shown = `<!doctype html><title>Admin</title><script type="module" src="${server.url}/embed.js"></script>
    <script>window.told = []; addEventListener("token-expired", (event) => told.push(event.detail.reason));</script>
    <cine-region region="${region}" ${token ? `token="${token}"` : ""} language="en"></cine-region>`;
  await page.goto(`${origin}/`);
}

const renew = (page: Page, token: string) =>
  page.evaluate((token) => document.querySelector("cine-region")!.setAttribute("token", token), token);
const told = (page: Page) => page.evaluate(() => (window as any).told as string[]);
const live = (page: Page) => page.locator("cine-region [data-live=Live]");
const ended = (page: Page) => page.getByText("Access to this part has ended.");

test("a region is shown to whoever has a token, and another token is taken without loading again", async ({ page }) => {
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  page.on("websocket", (socket) => addresses.push(socket.url()));
  const [first, second] = [await server.embedToken(service, "denmark", ADMIN), await server.embedToken(service, "denmark", ADMIN)];
  await open(page, ADMIN, first);
  await expect(live(page)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Denmark" })).toBeVisible();
  const before = addresses.length;
  const socket = page.waitForEvent("websocket");
  await renew(page, second);
  await socket;
  await expect(live(page)).toBeVisible();
  expect(addresses.slice(before).filter((address) => !address.endsWith("/graphql"))).toEqual([]);
  expect(addresses.filter((address) => address.includes("cpe_"))).toEqual([]);
  expect(await told(page)).toEqual([]);
});

test("a page is told that its token is over, and brings another one", async ({ page }) => {
  const short = await server.createToken();
  await open(page, ADMIN, await server.embedToken(short, "denmark", ADMIN));
  await expect(live(page)).toBeVisible();
  server.revoke(short);
  await expect(ended(page)).toBeVisible();
  expect(await told(page)).toEqual(["expired"]);
  await renew(page, await server.embedToken(service, "denmark", ADMIN));
  await expect(live(page)).toBeVisible();
  await expect(ended(page)).toHaveCount(0);
});

test("a page without a token is told that it needs one, once, and brings it", async ({ page }) => {
  await open(page, ADMIN);
  await expect(page.getByText("This part needs access.")).toBeVisible();
  await expect.poll(() => told(page)).toEqual(["missing"]);
  await renew(page, await server.embedToken(service, "denmark", ADMIN));
  await expect(live(page)).toBeVisible();
  await expect(page.getByText("This part needs access.")).toHaveCount(0);
  expect(await told(page)).toEqual(["missing"]);
});

test("a token of another origin shows nothing, and its page is told that it was refused", async ({ page }) => {
  await open(page, OTHER, await server.embedToken(service, "denmark", ADMIN));
  await expect(ended(page)).toBeVisible();
  await expect.poll(() => told(page)).toEqual(["refused"]);
  await expect(page.getByRole("heading", { name: "Denmark" })).toHaveCount(0);
});

test("a token of Denmark shows nothing of Finland", async ({ page }) => {
  await open(page, ADMIN, await server.embedToken(service, "denmark", ADMIN), "finland");
  await expect(live(page)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Finland" })).toHaveCount(0);
});
