// Whoever works by keyboard goes on where they were, also when what they were at is gone.
import { expect, type Page, test } from "@playwright/test";
import { IncidentView } from "../pages/incident-view";
import { RegionPage } from "../pages/region-page";
import { OwnServer } from "../support/own-server";

let server: OwnServer;

test.beforeEach(async () => {
  server = await OwnServer.start();
  await server.alert("firing", "grand-1", "metro-1");
});

test.afterEach(() => server.remove());

/** Closes the incident of a machine in the drawer, and leaves by Escape once its row is gone. */
async function closeByKeyboard(page: Page, machine: string) {
  const staff = new RegionPage(page);
  const incident = new IncidentView(page);
  await staff.incident(machine).row.getByRole("link").press("Enter");
  await incident.button("Close").press("Enter");
  await expect(incident.view.getByRole("textbox", { name: /^Close / })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(incident.status).toHaveText("Closed");
  await expect(staff.incident(machine).row).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(incident.view).toHaveCount(0);
}

for (const [device, width] of [["on a desk", 1280], ["on a phone", 360]] as const) {
  test(`after an incident was closed, the next one has the focus, and then the list, ${device}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(`${server.url}/regions/denmark`);
    await new RegionPage(page).isLive();
    const rows = page.locator(".rows > li");
    await expect(rows).toHaveCount(2);
    const machines = await rows.evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset.machine!));
    // The last row goes, so that nothing else stands in its place.
    await closeByKeyboard(page, machines[1]);
    await expect(rows.first().getByRole("link")).toBeFocused();
    await closeByKeyboard(page, machines[0]);
    await expect(page.getByRole("list", { name: "Open incidents" })).toBeFocused();
  });
}
