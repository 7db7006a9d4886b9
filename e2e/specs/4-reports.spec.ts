// What a report shows, and that its CSV tells the same.
import { expect, test } from "@playwright/test";
import { ReportsPage } from "../pages/reports-page";

test("the CSV tells what the screen shows", async ({ page, request }) => {
  const report = new ReportsPage(page);
  // A busy machine opens incidents of itself: one between the two questions makes them differ.
  await expect(async () => {
    await report.open("denmark", "?period=90");
    const address = await report.csv().getAttribute("href");
    const csv = await (await request.get(address ?? "")).text();
    const opened = csv.split("\n").map((line) => line.trim().split(",")).find((cells) => cells[0] === "incidents" && cells[4] === "opened")?.at(-1);
    const hint = page.getByText("No incidents in this period");
    if (opened === "0") await expect(hint).toBeVisible({ timeout: 2_000 });
    else await expect(report.figure("Incidents", "Opened")).toHaveText(opened ?? "?", { timeout: 2_000 });
  }).toPass();
});

test("the period stands in the address", async ({ page }) => {
  const report = new ReportsPage(page);
  await report.open();
  await expect(report.period("30 days")).toHaveAttribute("aria-pressed", "true");
  await report.period("Last month").click();
  await expect(page).toHaveURL(/period=last-month/);
  await page.reload();
  await expect(report.period("Last month")).toHaveAttribute("aria-pressed", "true");
});

test("a report is asked for once for each period that somebody chooses", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => /query Report\b/.test(request.postData() ?? "") && asked.push(request.url()));
  const report = new ReportsPage(page);
  await report.open("denmark");
  await page.waitForLoadState("networkidle");
  expect(asked).toHaveLength(1);
  const answered = page.waitForResponse((response) => /query Report\b/.test(response.request().postData() ?? ""));
  await report.period("Last month").click();
  await answered;
  await expect(report.csv()).toBeVisible();
  // Another one would have begun before this one was answered.
  expect(asked).toHaveLength(2);
});

test("own dates are asked for until they make sense", async ({ page }) => {
  await page.goto("/reports?period=own&from=2026-02-02&until=2026-01-01");
  await expect(page.getByText("the first one first")).toBeVisible();
  await page.getByLabel("From").fill("2025-12-02");
  await expect(page.getByRole("link", { name: "Download as CSV" })).toBeVisible();
});
