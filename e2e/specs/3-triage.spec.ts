// The list that regional staff look at all day: filter, keys, and an order that stands still.
import { expect, test } from "@playwright/test";
import { RegionPage } from "../pages/region-page";
import { Triage } from "../pages/triage";
import { breakMachine, mendMachine } from "../support/stack";

const [first, second] = ["de-berlin-01-03", "de-berlin-01-04"];

test.beforeAll(() => breakMachine(first, "power"));
test.afterAll(() => Promise.all([first, second].map(mendMachine)));

test("a filter stands in the address, and can be shared", async ({ page, context }) => {
  const list = new Triage(page);
  await new RegionPage(page).open("germany");
  await list.chip("severity:critical").click();
  await list.query.press("End");
  await list.query.pressSequentially(` machine:${first}`);
  await expect(list.rows).toHaveCount(1);
  await expect(list.shown).toHaveText(/^1 of /);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(new Triage(other).rows).toHaveCount(1);
  await list.query.fill("colour:red");
  await expect(page.getByText("“colour:” is not known here.")).toBeVisible();
  await list.query.fill("nowhere-at-all");
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await expect(page.getByText("No open incidents", { exact: true })).toHaveCount(0);
});

test("a view is kept under a name", async ({ page }) => {
  const list = new Triage(page);
  await new RegionPage(page).open("germany");
  await list.query.fill("show:<12h");
  await page.getByText("Views", { exact: true }).click();
  await page.getByRole("textbox", { name: "Name of this view" }).fill("Tonight");
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto("/regions/germany");
  await page.getByText("Views", { exact: true }).click();
  await page.getByRole("button", { name: "Tonight", exact: true }).click();
  await expect(list.query).toHaveValue("show:<12h");
});

test("the list stands still under the pointer", async ({ page }) => {
  const list = new Triage(page);
  await new RegionPage(page).open("germany");
  await list.row(first).hover();
  await breakMachine(second, "power");
  await expect(list.news).toContainText("1 new");
  await expect(list.row(second)).toHaveCount(0);
  await page.mouse.move(0, 0);
  await expect(list.row(second)).toBeVisible();
  await expect(list.news).not.toContainText("new");
});

test("what is begun shows before the server says so, and is as before where the server does not", async ({ page }) => {
  const list = new Triage(page);
  await new RegionPage(page).open("germany");
  await expect(list.row(first)).toHaveAttribute("data-status", "OPEN");
  let fail = () => {};
  const failed = new Promise<void>((resolve) => (fail = resolve));
  await page.route("**/graphql", async (route) => {
    await failed;
    await route.abort();
  });
  await list.row(first).locator("[data-act=take]").click();
  await expect(list.row(first)).toHaveAttribute("data-status", "IN_PROGRESS");
  fail();
  await expect(page.locator(".triage__notices").getByRole("alert")).toContainText("Try again");
  await expect(list.row(first)).toHaveAttribute("data-status", "OPEN");
});

test("keys move, open and leave, and are letters in a field", async ({ page }) => {
  const list = new Triage(page);
  await new RegionPage(page).open("germany");
  await expect(list.row(first)).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/incident=/);
  await expect(page.locator("dialog.drawer")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/incident=/);
  await page.keyboard.press("?");
  await expect(list.dialog("Keyboard shortcuts")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await page.keyboard.type("jjx");
  await expect(list.query).toHaveValue("jjx");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Find a command" })).toBeFocused();
  await page.keyboard.type("clear");
  await expect(list.dialog("All commands").getByRole("option")).toHaveText([/Clear the filter/]);
  await page.keyboard.press("Enter");
  await expect(list.query).toHaveValue("");
});
