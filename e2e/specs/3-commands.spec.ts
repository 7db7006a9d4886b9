// Keys and commands on every page: what can be done is found by its name, wherever somebody is.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

const PAGES = [
  "/",
  "/regions/denmark",
  "/regions/denmark/machines",
  "/machines/dk-aarhus-01-01",
  "/regions/denmark/reports",
  "/reports",
  "/no/such/page",
];

async function open(page: Page, path: string) {
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1 })).not.toBeEmpty();
  await expect(page.getByRole("main").getByText("Loading…")).toHaveCount(0);
  if (/^\/regions\/denmark(\/machines)?$/.test(path)) await expect(page.getByRole("searchbox")).toBeVisible();
}

/** Opens the palette, types, and answers the lines that are found. */
async function find(page: Page, words: string) {
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Find a command" })).toBeFocused();
  await page.keyboard.type(words);
  return page.getByRole("dialog", { name: "All commands" }).getByRole("option");
}

for (const path of PAGES) {
  test(`${path} tells its keys and commands, free of findings`, async ({ page }) => {
    await open(page, path);
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await expect(help.getByText("All commands")).toBeVisible();
    await expect(help.getByText("Next incident")).toHaveCount(path === "/regions/denmark" ? 1 : 0);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(help).toHaveCount(0);

    const lines = await find(page, "go norway");
    await expect(lines).toHaveText(["Go to Norway"]);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "Norway", level: 1 })).toBeVisible();
  });
}

test("machines are searched from the page of another machine", async ({ page }) => {
  await open(page, "/regions/denmark");
  await page.getByRole("banner").getByRole("link", { name: "Machines" }).click();
  await page.locator("[data-tile]").first().click();
  await expect(page).toHaveURL(/\/machines\//);
  const lines = await find(page, "aarhus-01");
  await expect(lines).toHaveText(["Search the machines of Denmark: aarhus-01"]);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/regions\/denmark\/machines\?q=aarhus-01$/);
  await expect(page.getByRole("searchbox", { name: "Search machines" })).toHaveValue("aarhus-01");
});

test("on the wall, a key leads to its search, and the arrows are the browser's", async ({ page }) => {
  await open(page, "/regions/denmark/machines");
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Search machines" })).toBeFocused();
  await page.keyboard.type("?");
  await expect(page.getByRole("searchbox", { name: "Search machines" })).toHaveValue("?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("appearance and language are commands, too", async ({ page }) => {
  await open(page, "/");
  await find(page, "appearance dark");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await find(page, "deutsch");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
});
