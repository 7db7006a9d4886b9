// A report, as a regional manager reads it.
import { expect, type Locator, type Page } from "@playwright/test";

export class ReportsPage {
  constructor(readonly page: Page) {}

  async open(region?: string, query = "") {
    await this.page.goto(region ? `/regions/${region}/reports${query}` : `/reports${query}`);
    await expect(this.csv()).toBeVisible();
  }

  csv(): Locator {
    return this.page.getByRole("link", { name: "Download as CSV" });
  }

  period(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** The figure of this name in the part of this name. */
  figure(part: string, name: string): Locator {
    return this.page.getByRole("region", { name: part }).locator(".figure", { hasText: name }).locator("dd");
  }
}
