// What staff do: take an incident, close it, and see what a colleague does, at once.
import { expect, test } from "@playwright/test";
import { IncidentView } from "../pages/incident-view";
import { RegionPage } from "../pages/region-page";
import { breakMachine, lastNote, mendMachine } from "../support/stack";

test("one takes it, the other sees it; the other closes it, with a reason", async ({ browser }) => {
  const machine = "no-oslo-01-01";
  const first = new RegionPage(await browser.newPage());
  const second = new RegionPage(await browser.newPage());
  await first.open("norway");
  await second.open("norway");
  await breakMachine(machine, "power");

  await first.incident(machine).button("Start progress").click();
  // The list stands still below a pointer.
  await first.page.mouse.move(0, 0);
  await expect(second.incident(machine).row).toContainText("In progress");
  await expect(second.incident(machine).button("Start progress")).toHaveCount(0);
  await second.incident(machine).row.getByRole("link").click();
  await new IncidentView(second.page).close("cable was loose");
  await expect(first.incident(machine).row).toHaveCount(0);
  await first.unfoldClosed();
  await expect(first.closed(machine)).toContainText("Closed by a person");
  await expect.poll(() => lastNote(machine, "norway")).toBe("cable was loose");
  await mendMachine(machine);
});

test("what happened while the network was away is there when it is back", async ({ page, context }) => {
  const machine = "fi-helsinki-01-02";
  const staff = new RegionPage(page);
  await staff.open("finland");
  await context.setOffline(true);
  await expect(page.locator("[data-live=Offline]")).toBeVisible();
  await breakMachine(machine, "power");
  await expect.poll(() => lastNote(machine, "finland")).toBeNull();
  await expect(staff.incident(machine).row).toHaveCount(0);
  await context.setOffline(false);
  await staff.isLive();
  await expect(staff.incident(machine).row).toBeVisible();
  await mendMachine(machine);
  await expect(staff.incident(machine).row).toHaveCount(0);
});

test("the overview counts without a reload", async ({ page }) => {
  const machine = "de-berlin-01-01";
  await page.goto("/");
  const germany = page.locator("article[data-region=germany]");
  await expect(germany).toContainText("No open incidents");
  await breakMachine(machine, "power");
  await expect(germany.locator("[data-count=critical]")).toContainText("1");
  await germany.getByRole("link", { name: "Germany" }).click();
  await expect(new RegionPage(page).incident(machine).row).toBeVisible();
  await mendMachine(machine);
  await expect(new RegionPage(page).incident(machine).row).toHaveCount(0);
});

test("the keyboard is enough to close an incident", async ({ page }) => {
  const machine = "se-malmo-01-02";
  const staff = new RegionPage(page);
  await staff.open("sweden");
  await breakMachine(machine, "power");
  await staff.incident(machine).row.getByRole("link").press("Enter");
  const incident = new IncidentView(page);
  await incident.button("Close").press("Enter");
  await expect(incident.view.getByRole("textbox", { name: /^Close SE-/ })).toBeFocused();
  await page.keyboard.type("done by keyboard");
  await page.keyboard.press("Enter");
  await expect(incident.status).toHaveText("Closed");
  // Before the server has answered, Escape would lead back to a row that then stays until the list is left.
  await expect(staff.incident(machine).row).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(incident.view).toHaveCount(0);
  await expect.poll(() => lastNote(machine, "sweden")).toBe("done by keyboard");
  await mendMachine(machine);
});

test("two keys close a row of the list, without a word", async ({ page }) => {
  const machine = "se-malmo-01-03";
  const staff = new RegionPage(page);
  await staff.open("sweden");
  await breakMachine(machine, "power");
  await expect(staff.incident(machine).row).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type(machine);
  await page.keyboard.press("Tab");
  await staff.incident(machine).row.getByRole("link").press("x");
  await page.keyboard.press("x");
  await expect(staff.incident(machine).row, "it stays until the list is left").toHaveClass(/row--gone/);
  await expect(staff.incident(machine).row).toContainText("Closed");
  await page.keyboard.press("Escape");
  await expect(staff.incident(machine).row).toHaveCount(0);
  await mendMachine(machine);
});

test("an address that names no region says so", async ({ page }) => {
  await page.goto("/regions/atlantis");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no such page");
});
