// A region's page, as its staff see it.
import { expect, type Locator, type Page } from "@playwright/test";

export class RegionPage {
  constructor(readonly page: Page) {}

  async open(region: string) {
    await this.page.goto(`/regions/${region}`);
    await this.isLive();
  }

  async isLive() {
    await expect(this.page.locator("[data-live=Live]")).toBeVisible();
  }

  /** Marks the page, so that a reload would show. */
  async mark() {
    await this.page.evaluate(() => document.body.setAttribute("data-unreloaded", ""));
  }

  async wasNotReloaded() {
    await expect(this.page.locator("body[data-unreloaded]")).toBeAttached();
  }

  /** Unfolds those closed recently: they are fetched then. */
  async unfoldClosed() {
    await this.page.getByText("Recently closed").click();
  }

  /** The incident of this machine among those closed recently, once they are unfolded. */
  closed(machine: string): Locator {
    return this.page.locator(`.closed li[data-machine="${machine}"]`).first();
  }

  /** The open incident of this machine. */
  incident(machine: string): Incident {
    return new Incident(this.page.locator(`.rows > li[data-machine="${machine}"]`));
  }
}

export class Incident {
  constructor(readonly row: Locator) {}

  button(name: string): Locator {
    return this.row.getByRole("button", { name, exact: true });
  }

  /** Asks once more before it closes. */
  async close() {
    await this.button("Close").click();
    await this.button("Close incident").click();
  }
}
