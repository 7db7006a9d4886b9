// Regions inside the application of somebody else, on another origin, under a strict policy.
import type { Server } from "node:http";
import { expect, test, type WebSocket } from "@playwright/test";
import { FOREIGN_PORT, ForeignAdmin } from "../pages/foreign-admin";
import { start } from "../support/foreign-admin/server.mjs";
import { breakMachine, mendMachine } from "../support/stack";

let server: Server;
test.beforeAll(async ({}, { project }) => {
  server = await start(FOREIGN_PORT, project.use.baseURL!);
});
test.afterAll(() => {
  server?.close();
});

test("two regions stand on one page, each by itself, and the policy is kept", async ({ page }) => {
  const refused: string[] = [];
  page.on("console", (message) => /Content Security Policy/.test(message.text()) && refused.push(message.text()));
  const admin = new ForeignAdmin(page);
  await admin.open();
  await admin.isLive("first");
  await admin.isLive("second");
  await expect(admin.region("first").getByRole("heading", { name: "Denmark" })).toBeVisible();
  await expect(admin.region("second").getByRole("heading", { name: "Finland" })).toBeVisible();
  await expect(admin.region("second").locator(".sources")).toHaveCount(0);
  await expect(page).toHaveTitle("Cinema administration");
  expect(refused).toEqual([]);
});

test("no style leaks in or out", async ({ page }) => {
  const admin = new ForeignAdmin(page);
  await admin.open();
  await admin.isLive("first");
  const heading = admin.region("first").getByRole("heading", { name: "Denmark" });
  expect(await admin.style(heading, "font-family")).toContain("system-ui");
  expect(await admin.style(heading, "letter-spacing")).not.toBe("2px");
  expect(await admin.style(heading, "font-size")).toBe("24px");
  expect(await admin.style(admin.region("first").locator(".embed"), "background-color")).toBe("rgb(243, 244, 247)");
  expect(await admin.style(admin.region("second").locator(".embed"), "background-color")).toBe("rgb(16, 20, 28)");
  expect(await admin.style(page.locator("#own"), "background-color")).toBe("rgb(0, 255, 0)");
  expect(await admin.style(page.locator("#own"), "min-height")).not.toBe("36px");
  expect(await admin.style(page.locator("h1.bar"), "position")).toBe("static");
});

test("the page is told what is counted, and only by the region that changed", async ({ page }) => {
  const machine = "dk-aarhus-01-02";
  const admin = new ForeignAdmin(page);
  await admin.open();
  await admin.isLive("first");
  await expect.poll(() => admin.told("first", "count-changed")).not.toEqual([]);
  const seen = (await admin.told("first", "count-changed")).length;
  await breakMachine(machine, "power");
  const hasRisen = async () => {
    const told = await admin.told("first", "count-changed");
    return told.some((now, at) => at >= seen && now.critical > told[at - 1].critical);
  };
  await expect.poll(hasRisen).toBe(true);
  await mendMachine(machine);
  await expect(admin.region("first").locator(`.rows > li[data-machine="${machine}"]`)).toHaveCount(0);
});

test("attributes are followed", async ({ page }) => {
  const admin = new ForeignAdmin(page);
  await admin.open();
  await admin.isLive("first");
  await admin.set("first", "region", "sweden");
  await expect(admin.region("first").getByRole("heading", { name: "Sweden" })).toBeVisible();
  await admin.set("first", "language", "sv");
  await expect(admin.region("first").locator(".live__word")).toHaveText("Direkt");
  await admin.set("first", "theme", "dark");
  await expect.poll(() => admin.style(admin.region("first").locator(".embed"), "background-color")).toBe("rgb(16, 20, 28)");
  await admin.set("first", "height", "200px");
  expect((await admin.region("first").boundingBox())!.height).toBe(200);
});

test("an answer that comes after somebody changed what is shown breaks nothing", async ({ page }) => {
  const admin = new ForeignAdmin(page);
  const late: (() => Promise<void>)[] = [];
  await page.route("**/graphql", (route) => {
    if (/query Me\b/.test(route.request().postData() ?? "")) late.push(() => route.continue());
    else return route.continue();
  });
  await admin.open();
  await admin.isLive("first");
  await expect.poll(() => late.length).toBeGreaterThan(1);
  await admin.set("first", "language", "sv");
  await expect(admin.region("first").locator(".live__word")).toHaveText("Direkt");
  await Promise.all(late.map((answer) => answer()));
  await page.waitForTimeout(500);
  await expect(admin.region("first").locator(".live__word")).toHaveText("Direkt");
  await expect(page.getByText("This part stopped").or(page.getByText("Den här delen stannade"))).toHaveCount(0);
});

test("an element that is removed leaves nothing behind", async ({ page }) => {
  const sockets: WebSocket[] = [];
  page.on("websocket", (socket) => sockets.push(socket));
  const admin = new ForeignAdmin(page);
  await admin.open();
  await admin.isLive("first");
  await admin.isLive("second");
  await expect.poll(() => sockets.filter((socket) => !socket.isClosed()).length).toBe(2);
  await page.evaluate(() => document.querySelectorAll("cine-region").forEach((element) => element.remove()));
  await expect.poll(() => sockets.filter((socket) => !socket.isClosed()).length).toBe(0);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.evaluate(() => ["online", "visibilitychange", "popstate"].forEach((name) => dispatchEvent(new Event(name))));
  await page.waitForTimeout(2_000);
  expect(asked).toEqual([]);
});

test("a crash stays inside its element, which can be started again", async ({ page }) => {
  const admin = new ForeignAdmin(page);
  await admin.open();
  await admin.isLive("first");
  await admin.isLive("second");
  // What a browser would do to a program that asks for too much: the first one panics in the middle of drawing.
  await page.evaluate(() => {
    const create = Document.prototype.createElement;
    (window as any).heal = () => (Document.prototype.createElement = create);
    Document.prototype.createElement = function (name: string) {
      if (name === "div" && new Error().stack!.includes("~program-1/")) throw new Error("no more elements");
      return create.call(this, name);
    } as typeof create;
  });
  await admin.set("first", "region", "sweden");
  await expect(admin.region("first").getByText("This part stopped")).toBeVisible();
  await page.evaluate(() => (window as any).heal());
  await admin.isLive("second");
  await admin.set("second", "language", "fi");
  await expect(admin.region("second").locator(".live__word")).toHaveText("Yhteys päällä");
  await admin.region("first").getByRole("button", { name: "Try again" }).click();
  await expect(admin.region("first").getByRole("heading", { name: "Sweden" })).toBeVisible();
});

test("the page's address and keys stay its own", async ({ page }) => {
  const admin = new ForeignAdmin(page);
  await admin.open();
  const query = admin.region("first").getByRole("searchbox");
  await query.fill("cable");
  await query.press("/");
  await expect(query).toHaveValue("cable/");
  await page.locator("#own").focus();
  await page.keyboard.press("/");
  await expect(page.locator("#search")).toBeFocused();
  expect(new URL(page.url()).pathname).toBe("/");
});

test("a frame shows a region, and nothing around it", async ({ page }) => {
  await page.goto(`http://127.0.0.1:${FOREIGN_PORT}/frame`);
  const frame = page.frameLocator("iframe");
  await expect(frame.getByRole("heading", { name: "Denmark" })).toBeVisible();
  await expect(frame.locator("[data-live=Live]")).toBeVisible();
  await expect(frame.getByRole("navigation")).toHaveCount(0);
});

test("a low region folds its filter, until somebody wants it", async ({ page }) => {
  const admin = new ForeignAdmin(page);
  await admin.open();
  await admin.isLive("first");
  const chips = admin.region("first").locator(".chips");
  const fold = admin.region("first").getByRole("button", { name: "Filter", exact: true });
  await admin.set("first", "height", "800px");
  await expect(chips).toBeVisible();
  await expect(fold).toBeHidden();
  await admin.set("first", "height", "400px");
  await expect(chips).toBeHidden();
  await fold.click();
  await expect(chips).toBeVisible();
});

test("keys that are pressed elsewhere on the page are not the region's", async ({ page }) => {
  const admin = new ForeignAdmin(page);
  await admin.open();
  await admin.isLive("first");
  await page.locator("#own").focus();
  await page.keyboard.press("Control+k");
  await page.keyboard.press("?");
  await admin.region("first").getByRole("button", { name: "Views" }).or(admin.region("first").locator("summary")).first().focus();
  await page.keyboard.press("?");
  await expect(admin.region("first").getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(1);
});
