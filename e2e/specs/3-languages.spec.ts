// Words come beside the program, one language at a time.
import { expect, test } from "@playwright/test";
import { RegionPage } from "../pages/region-page";

/** The words of a language. */
const WORDS = /\/split_(da|de|en|fi|nb|sv)\.wasm$/;

test("only the language that is spoken is fetched", async ({ page }) => {
  const fetched = new Set<string>();
  page.on("request", (asked) => WORDS.test(asked.url()) && fetched.add(asked.url().match(WORDS)![1]));
  await new RegionPage(page).open("denmark");
  expect([...fetched]).toEqual(["en"]);
});

test("whoever chooses a language goes on where they chose it", async ({ page }) => {
  await new RegionPage(page).open("norway");
  await page.getByRole("button", { name: "Settings" }).press("Enter");
  await page.getByLabel("Language").selectOption("nb");
  await expect(page.locator("html")).toHaveAttribute("lang", "nb");
  await expect(page.getByRole("button", { name: "Innstillinger" })).toBeFocused();
});

test("a language that cannot be fetched says so in its own words, and is tried again", async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem("cineportal.language", "da"));
  await page.route(WORDS, (route) => route.abort());
  await page.goto("/regions/denmark");
  await expect(page.getByRole("alert")).toContainText("kunne ikke hentes");
  await page.unroute(WORDS);
  await page.getByRole("alert").getByRole("button").click();
  await expect(page.getByRole("heading", { name: "Denmark", level: 1 })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "da");
});
