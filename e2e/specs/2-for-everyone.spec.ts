// Every page for every person: no accessibility finding, light or dark, desk or phone.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { IncidentView } from "../pages/incident-view";
import { RegionPage } from "../pages/region-page";
import { breakMachine, mendMachine, openIncidentId } from "../support/stack";

const machine = "no-oslo-01-02";
/** Every other page that has no spec of its own with such a check; the empty string is the incident's. */
const OTHERS = ["", "/reports", "/regions/norway/reports", "/regions/atlantis", "/machines/no-such-machine", "/incidents/nothing", "/no/such/page", "/logs"];

test.beforeAll(() => breakMachine(machine, "power"));
test.afterAll(() => mendMachine(machine));

for (const colorScheme of ["light", "dark"] as const) {
  for (const [device, viewport] of [
    ["desk", { width: 1280, height: 800 }],
    ["phone", { width: 360, height: 740 }],
  ] as const) {
    test.describe(`${colorScheme} on a ${device}`, () => {
      test.use({ colorScheme, viewport });

      test("the overview is free of findings", async ({ page }) => {
        await page.goto("/");
        await expect(page.locator("article[data-region=norway] [data-count=critical]")).toContainText(/[1-9]/);
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      });

      test("a region's page is free of findings, and fits", async ({ page }) => {
        const staff = new RegionPage(page);
        await staff.open("norway");
        await expect(staff.incident(machine).row).toBeVisible();
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
        await staff.incident(machine).row.click({ position: { x: 200, y: 12 } });
        await expect(new IncidentView(page).view.getByRole("heading", { level: 2 })).toBeVisible();
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
      });

      // They are made of the same parts, so two of the four will do.
      const others = (colorScheme === "light") === (device === "desk") ? OTHERS : [];
      for (const path of others) {
        test(`${path || "an incident's page"} is free of findings, and fits`, async ({ page }) => {
          // Not all of them follow something, so that none can be asked whether it is live.
          await page.goto(path || `/incidents/${await openIncidentId(machine, "norway")}`, { waitUntil: "networkidle" });
          await expect(page.getByRole("main").getByRole("heading").first()).not.toBeEmpty();
          await expect(page.getByRole("main").getByText("Loading…")).toHaveCount(0);
          expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect(overflow).toBeLessThanOrEqual(0);
        });
      }
    });
  }
}
