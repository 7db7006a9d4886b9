// The wall of a region's machines, as its staff see it.
import { expect, type Locator, type Page } from "@playwright/test";

export class MachinesPage {
  constructor(readonly page: Page) {}

  async open(region: string) {
    await this.page.goto(`/regions/${region}/machines`);
    await expect(this.page.locator("[data-live=Live]")).toBeVisible();
    await expect(this.tiles().first()).toBeVisible();
  }

  tiles(): Locator {
    return this.page.locator("[data-tile]");
  }

  tile(machine: string): Locator {
    return this.page.locator(`[data-tile="${machine}"]`);
  }

  search(): Locator {
    return this.page.getByRole("searchbox", { name: "Search machines" });
  }

  only(name: "Offline only" | "With incident only"): Locator {
    return this.page.getByRole("button", { name });
  }
}
