// A row of the list is read at a glance: no part of it covers another, whatever it shows, wherever it is shown.
import { expect, type Locator, test } from "@playwright/test";
import { RegionPage } from "../pages/region-page";
import { OwnServer } from "../support/own-server";

const parts = [".row__show", ".severity", ".row__title", ".row__marks", ".row__fold", ".row__age", ".row__state", ".row__acts"];
let server: OwnServer;

test.beforeAll(async () => {
  server = await OwnServer.start();
  await server.alert("firing", "palace-1", "palace-2", "palace-3", "palace-4", "grand-1", "metro-1");
  // A page that is read before the outage is found has its members as rows of their own.
  await expect.poll(() => server.openErrors("denmark")).toContain("cinema_outage");
});

test.afterAll(() => server.remove());

for (const [where, width] of [["on a phone", 360], ["on a tablet", 800], ["on a desk", 1280]] as const) {
  test(`no part of a row covers another ${where}`, async ({ page }) => {
    const staff = new RegionPage(page);
    await page.setViewportSize({ width, height: 800 });
    await page.goto(`${server.url}/regions/denmark`);
    await staff.isLive();
    const outage = page.locator(".rows > li").filter({ hasText: "Cinema outage" });
    await outage.locator("[data-act=fold]").click();
    await expect(staff.incident("palace-1").row).toBeVisible();
    const taken = staff.incident("grand-1").row;
    if ((await taken.getAttribute("data-status")) === "OPEN") await taken.locator("[data-act=take]").click();
    await expect(taken).toHaveAttribute("data-status", "IN_PROGRESS");
    await expect(taken.locator("[data-act=close]"), "the server knows, too").toBeEnabled();

    for (const row of [outage, staff.incident("palace-1").row, taken, staff.incident("metro-1").row]) {
      expect(await covered(row)).toEqual([]);
    }
  });
}

for (const [where, width] of [["on a tablet", 800], ["on a desk", 1280]] as const) {
  test(`what the rows tell stands in columns ${where}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(`${server.url}/regions/denmark`);
    const staff = new RegionPage(page);
    const taken = staff.incident("grand-1").row;
    if ((await taken.getAttribute("data-status")) === "OPEN") await taken.locator("[data-act=take]").click();
    await expect(taken).toHaveAttribute("data-status", "IN_PROGRESS");
    expect(await columns(taken)).toEqual(await columns(staff.incident("metro-1").row));
  });
}

test("a phone's row tells who has it, and that it comes and goes", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  await server.flap("astor-1");
  await page.goto(`${server.url}/regions/denmark`);
  const row = new RegionPage(page).incident("astor-1").row;
  await row.locator("[data-act=take]").click();
  await expect(row.locator(".mark--handled")).toHaveText(/^In progress/);
  await expect(row.locator(".mark--handled")).toBeVisible();
  await expect(row.getByText("comes and goes")).toBeVisible();
  expect(await covered(row)).toEqual([]);
});

/** Where the parts of a row begin, in pixels from the left. */
function columns(row: Locator): Promise<number[]> {
  const names = [".row__show", ".severity", ".row__title", ".row__age", ".row__state"];
  return row.evaluate((row, names) => names.map((name) => Math.round(row.querySelector(name)!.getBoundingClientRect().left)), names);
}

/** Pairs of parts whose texts or buttons cover each other, or that stick out of the row. */
function covered(row: Locator): Promise<string[]> {
  return row.evaluate((row, parts) => {
    const inner = (part: Element) => {
      if (part.matches("button")) return part.getBoundingClientRect();
      const range = document.createRange();
      range.selectNodeContents(part);
      const text = range.getBoundingClientRect();
      const box = part.getBoundingClientRect();
      const right = Math.min(text.right, box.right);
      return new DOMRect(text.left, text.top, right - text.left, text.height);
    };
    const seen = parts.flatMap((name) => [...row.querySelectorAll(name)]).filter((part) => (part as HTMLElement).offsetParent && part.textContent);
    const boxes = seen.map((part) => [part.className, inner(part)] as const).filter(([, box]) => box.width > 1 && box.height > 1);
    const frame = row.getBoundingClientRect();
    const out = boxes.filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1).map(([name]) => `${name} sticks out`);
    const pairs = boxes.flatMap((one, index) => boxes.slice(index + 1).map((other) => [one, other] as const));
    const covering = pairs.filter(([[, a], [, b]]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1);
    return [...out, ...covering.map(([[one], [other]]) => `${one} / ${other}`)];
  }, parts);
}
