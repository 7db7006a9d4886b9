// The server's own log, for admins: what a fault led to, from the webhook to the incident.
import { expect, test } from "@playwright/test";
import { breakMachine, mendMachine, openIncidentId } from "../support/stack";

const machine = "fi-turku-01-02";

/** The page shows one hour: what is told and what is read must not lie on both sides of its end. */
const NEEDED_MS = 90_000;
const HOUR_MS = 3_600_000;

test.beforeAll(async () => {
  const left = HOUR_MS - (Date.now() % HOUR_MS);
  if (left < NEEDED_MS) {
    test.setTimeout(240_000);
    await new Promise((resolve) => setTimeout(resolve, left + 2_000));
  }
  await breakMachine(machine, "power");
});
test.afterAll(() => mendMachine(machine));

test("the log tells what a fault led to, and leads to its incident", async ({ page }) => {
  await expect.poll(() => openIncidentId(machine, "finland")).toBeTruthy();
  const id = await openIncidentId(machine, "finland");
  const opened = page.locator(".log__line").filter({ hasText: "an alert opened FI-" }).first();
  // The line is written a moment after the incident is seen, and the page reads once.
  await expect(async () => {
    await page.goto(`/logs?incident=${id}`);
    await expect(opened).toBeVisible({ timeout: 3_000 });
  }).toPass();
  await opened.getByRole("link", { name: /^FI-/ }).click();
  await expect(page).toHaveURL(`/incidents/${id}`);
});

test("all that happened for the same reason stands together", async ({ page }) => {
  const before = "/logs?text=alerts%20of%20a%20webhook&off=debug";
  await page.goto(before);
  const trace = page.locator(".log__trace").first();
  const id = (await trace.textContent())!;
  await trace.click();
  await expect(page, "nothing else that was chosen hides a part of it").toHaveURL(`/logs?text=${id}`);
  await expect(page.locator(".log__line").filter({ hasNotText: id })).toHaveCount(0);
  await expect(page.locator(".log__line").filter({ hasText: id })).not.toHaveCount(0);
  await page.goBack();
  await expect(page).toHaveURL(before);
});

test("a level can be left out, and the address says so", async ({ page }) => {
  await page.goto("/logs");
  const told = page.locator('.log__line[data-level="info" i]');
  await expect(told).not.toHaveCount(0);
  await page.getByRole("button", { name: "Info" }).click();
  await expect(told).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("button", { name: "Info" })).toHaveAttribute("aria-pressed", "false");
  await expect(told).toHaveCount(0);
});

test("what nothing is like says so", async ({ page }) => {
  await page.goto("/logs");
  await page.getByRole("searchbox", { name: "Text" }).fill("nobody ever said this");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No lines here")).toBeVisible();
});
