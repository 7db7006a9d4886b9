// All machines at a glance, one machine in full, and all regions.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { MachinesPage } from "../pages/machines-page";
import { breakMachine, mendMachine } from "../support/stack";

test("a machine that fails shows on the wall by itself, and leads to its page", async ({ page }) => {
  const machine = "fi-helsinki-01-03";
  const wall = new MachinesPage(page);
  await wall.open("finland");
  await expect(wall.tile(machine)).toHaveAttribute("data-state", "fine");
  await breakMachine(machine, "power");
  await expect(wall.tile(machine)).toHaveAttribute("data-state", "critical");
  await expect(wall.tile(machine)).toHaveAccessibleName(/Critical/);
  await wall.only("With incident only").click();
  await expect(page).toHaveURL(/incident=1/);
  await expect(wall.tile(machine)).toBeVisible();
  await wall.tile(machine).click();
  await expect(page).toHaveURL(new RegExp(`/machines/${machine}$`));
  await expect(page.getByRole("link", { name: /Machine offline/ })).toBeVisible();
  await mendMachine(machine);
  await expect(page.getByText("Nothing is open.")).toBeVisible();
});

test("what is searched for stands in the address, and is found again", async ({ page }) => {
  const wall = new MachinesPage(page);
  await wall.open("denmark");
  await wall.search().fill("aarhus-01");
  await expect(page).toHaveURL(/q=aarhus-01/);
  const found = await wall.tiles().count();
  expect(found).toBeGreaterThan(0);
  await page.reload();
  await expect(wall.search()).toHaveValue("aarhus-01");
  await expect(wall.tiles()).toHaveCount(found);
  await wall.search().fill("no such machine");
  await expect(page.getByText("No machine matches")).toBeVisible();
});

test("the keyboard walks over the wall", async ({ page }) => {
  const wall = new MachinesPage(page);
  await wall.open("denmark");
  await expect(page.locator('[data-tile][tabindex="0"]')).toHaveCount(1);
  // A tile that changes meanwhile is drawn anew.
  await expect(async () => {
    await wall.tiles().first().focus();
    await page.keyboard.press("ArrowRight");
    await expect(wall.tiles().nth(1)).toBeFocused({ timeout: 1_000 });
  }).toPass();
  await expect(wall.tiles().nth(1)).toHaveAttribute("tabindex", "0");
  await page.keyboard.press("End");
  await expect(wall.tiles().last()).toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/machines\//);
});

test("nothing is green while a region is blind, not even what no region claims", async ({ page }) => {
  await page.route("**/graphql", async (route) => {
    const answer = await route.fetch();
    const text = (await answer.text()).replace(/"blindSince":null/, '"blindSince":"2026-01-01T00:00:00Z"');
    await route.fulfill({ response: answer, body: text });
  });
  await page.goto("/");
  await expect(page.locator("article[data-region=denmark]")).toHaveAttribute("data-mood", "blind");
  await expect(page.locator("article[data-region=unassigned]")).toHaveAttribute("data-mood", "unsure");
  const wall = new MachinesPage(page);
  await wall.open("denmark");
  await expect(page.locator("[data-tile][data-state=fine]")).toHaveCount(0);
  // What is still being answered ends with the page.
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1280, 360]) {
    test.describe(`${colorScheme}, ${width} wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });

      for (const path of ["/regions/denmark/machines", "/machines/dk-aarhus-01-01"]) {
        test(`${path} is free of findings, and fits`, async ({ page }) => {
          await page.goto(path);
          await expect(page.getByRole("main").getByRole("link", { name: "Denmark" }).first()).toBeVisible();
          await expect(page.getByRole("main").getByText("Loading…")).toHaveCount(0);
          expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect(overflow).toBeLessThanOrEqual(0);
        });
      }
    });
  }
}
