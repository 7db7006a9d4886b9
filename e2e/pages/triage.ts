// The triage list of a region, as its staff use it.
import { type Locator, type Page } from "@playwright/test";

export class Triage {
  constructor(readonly page: Page) {}

  get query(): Locator {
    return this.page.getByRole("searchbox");
  }

  get rows(): Locator {
    return this.page.locator(".rows > li");
  }

  /** How many are shown, of how many. */
  get shown(): Locator {
    return this.page.locator(".filter__shown");
  }

  /** What waits until the list may move. */
  get news(): Locator {
    return this.page.locator(".news");
  }

  row(machine: string): Locator {
    return this.page.locator(`.rows > li[data-machine="${machine}"]`);
  }

  chip(term: string): Locator {
    return this.page.locator(`.chip[data-term="${term}"]`);
  }

  dialog(name: string): Locator {
    return this.page.getByRole("dialog", { name });
  }
}
