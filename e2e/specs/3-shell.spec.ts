// The bar of every page: ways, choices, and a connection that comes back however it was lost.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { RegionPage } from "../pages/region-page";
import { breakMachine, mendMachine } from "../support/stack";

test("the regions are one click and the keyboard away", async ({ page }) => {
  const staff = new RegionPage(page);
  await staff.open("norway");
  await page.getByRole("button", { name: "Regions" }).press("Enter");
  await page.locator("#regions-menu").getByRole("link", { name: /Finland/ }).click();
  await expect(page.getByRole("heading", { name: "Finland" })).toBeVisible();
  await expect(page.locator("#regions-menu")).toBeHidden();
  await expect(page.getByRole("banner").getByRole("link", { name: "Machines" })).toHaveAttribute("href", /\/regions\/finland\/machines$/);
});

test("language and appearance are chosen, and kept", async ({ page }) => {
  const staff = new RegionPage(page);
  await staff.open("norway");
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("Appearance").selectOption("dark");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByLabel("Language").selectOption("nb");
  await expect(page.locator("html")).toHaveAttribute("lang", "nb");
  await page.reload();
  await expect(page.locator(".live__word")).toHaveText("Direkte");
  await expect(page.locator("body")).toHaveCSS("background-color", "rgb(16, 20, 28)");
});

test("nobody is asked for notifications before they ask", async ({ page, context }) => {
  await context.grantPermissions([]);
  const staff = new RegionPage(page);
  await staff.open("norway");
  await page.getByRole("button", { name: "Settings" }).click();
  await expect(page.getByLabel("Sound for new critical incidents")).not.toBeChecked();
  await expect(page.getByLabel("Desktop notifications")).not.toBeChecked();
});

test("whoever asked is called for what is critical and new, on the tab, too", async ({ page, context }) => {
  const machine = "no-bergen-01-02";
  await context.grantPermissions(["notifications"]);
  await page.addInitScript(() => {
    const called: string[] = ((window as any).called = []);
    const Audio = window.AudioContext;
    window.AudioContext = class extends Audio {
      constructor() {
        super();
        called.push("tone");
      }
    };
    window.Notification = class extends EventTarget {
      static permission = "granted";
      static requestPermission = async () => "granted";
      constructor(title: string) {
        super();
        called.push(title);
      }
    } as any;
    document.hasFocus = () => false;
  });
  const called = () => page.evaluate(() => (window as any).called);
  const staff = new RegionPage(page);
  await staff.open("norway");
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("Sound for new critical incidents").check();
  await page.getByLabel("Desktop notifications").check();
  expect(await called()).toEqual(["tone"]);
  await breakMachine(machine, "power");
  await expect(staff.incident(machine).row).toBeVisible();
  await expect.poll(called).toEqual(["tone", "tone", "Machine offline"]);
  await expect(page).toHaveTitle(/^\(\d+\) Norway/);
  await expect(page.locator("link[rel~=icon]")).toHaveAttribute("href", /^data:image/);
  await mendMachine(machine);
  await page.reload();
  await expect(page.getByRole("button", { name: "Sound is off until you click" })).toBeVisible();
});

test("the open menus are free of findings, and fit a phone", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const staff = new RegionPage(page);
  await staff.open("norway");
  for (const name of ["Regions", "Settings"]) {
    await page.getByRole("button", { name }).click();
    await page.waitForTimeout(500);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press("Escape");
  }
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});

test("where no WebSocket gets through, changes come all the same", async ({ page }) => {
  const machine = "fi-helsinki-01-04";
  await page.routeWebSocket(/graphql/, (socket) => socket.close());
  const staff = new RegionPage(page);
  await staff.open("finland");
  await breakMachine(machine, "power");
  await expect(staff.incident(machine).row).toBeVisible();
  await mendMachine(machine);
  await expect(staff.incident(machine).row).toHaveCount(0);
});

test("a connection that died in a sleep is noticed at once when the page is looked at again", async ({ page }) => {
  let deaf = false;
  await page.routeWebSocket(/graphql/, (socket) => {
    const upstream = socket.connectToServer();
    socket.onMessage((message) => deaf || upstream.send(message));
    upstream.onMessage((message) => deaf || socket.send(message));
  });
  const staff = new RegionPage(page);
  await staff.open("finland");
  deaf = true;
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  // Four seconds; nobody would notice for 45 without the event.
  await expect(page.locator("[data-live=Live]")).toHaveCount(0, { timeout: 20_000 });
  deaf = false;
  await staff.isLive();
});
