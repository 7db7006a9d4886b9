// A region inside the application of somebody else, where the server asks who people are.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, type Page } from "@playwright/test";
import { GuardedServer, type ServiceToken } from "../support/guarded-server";

let server: GuardedServer;
let service: ServiceToken;
/** What both applications show. */
let shown = "";
let admin = "";
let other = "";
const applications = [1, 2].map(() =>
  createServer((_, answer) => answer.setHeader("content-type", "text/html").end(shown)),
);
test.beforeAll(async () => {
  [admin, other] = await Promise.all(applications.map(listen));
  server = await GuardedServer.start([admin, other]);
  service = await server.createToken();
});
test.afterAll(async () => {
  for (const application of applications) application.close();
  await server.stop();
});

/** Where it listens from now on. */
async function listen(application: Server): Promise<string> {
  await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(application.address() as AddressInfo).port}`;
}

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
  const [first, second] = [await server.embedToken(service, "denmark", admin), await server.embedToken(service, "denmark", admin)];
  await open(page, admin, first);
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
  await open(page, admin, await server.embedToken(short, "denmark", admin));
  await expect(live(page)).toBeVisible();
  // An answer, so the token was taken.
  await expect(page.getByRole("heading", { name: "Denmark" })).toBeVisible();
  server.revoke(short);
  await expect(ended(page)).toBeVisible();
  await expect.poll(() => told(page)).toEqual(["expired"]);
  await renew(page, await server.embedToken(service, "denmark", admin));
  await expect(live(page)).toBeVisible();
  await expect(ended(page)).toHaveCount(0);
});

test("a page without a token is told that it needs one, once, and brings it", async ({ page }) => {
  await open(page, admin);
  await expect(page.getByText("This part needs access.")).toBeVisible();
  await expect.poll(() => told(page)).toEqual(["missing"]);
  await renew(page, await server.embedToken(service, "denmark", admin));
  await expect(live(page)).toBeVisible();
  await expect(page.getByText("This part needs access.")).toHaveCount(0);
  expect(await told(page)).toEqual(["missing"]);
});

test("a token of another origin shows nothing, and its page is told that it was refused", async ({ page }) => {
  await open(page, other, await server.embedToken(service, "denmark", admin));
  await expect(ended(page)).toBeVisible();
  await expect.poll(() => told(page)).toEqual(["refused"]);
  await expect(page.getByRole("heading", { name: "Denmark" })).toHaveCount(0);
});

test("a token of Denmark shows nothing of Finland", async ({ page }) => {
  await open(page, admin, await server.embedToken(service, "denmark", admin), "finland");
  await expect(live(page)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Finland" })).toHaveCount(0);
});
