// The application of somebody else that shows two regions of the portal.
import { expect, type Locator, type Page } from "@playwright/test";

export const FOREIGN_PORT = 9180;

export class ForeignAdmin {
  constructor(readonly page: Page) {}

  async open() {
    await this.page.goto(`http://127.0.0.1:${FOREIGN_PORT}/`);
  }

  /** One of the embedded regions: `first` is Denmark, `second` is Finland. */
  region(id: "first" | "second"): Locator {
    return this.page.locator(`cine-region#${id}`);
  }

  async isLive(id: "first" | "second") {
    await expect(this.region(id).locator("[data-live=Live]")).toBeVisible();
  }

  /** What an element told the page, the latest last. */
  told(id: string, name: string): Promise<any[]> {
    return this.page.evaluate(
      ([id, name]) => (window as any).told.filter((event: any) => event.from === id && event.name === name),
      [id, name],
    );
  }

  /** What a style of an element came out as. */
  style(element: Locator, name: string): Promise<string> {
    return element.evaluate((node, name) => getComputedStyle(node).getPropertyValue(name), name);
  }

  set(id: string, attribute: string, value: string) {
    return this.page.evaluate(
      ([id, attribute, value]) => document.getElementById(id)!.setAttribute(attribute, value),
      [id, attribute, value],
    );
  }
}
