// An incident in full, as staff see it: in the drawer of a region, or on its own page.
import { expect, type Locator, type Page } from "@playwright/test";

export class IncidentView {
  readonly view: Locator;

  constructor(readonly page: Page) {
    this.view = page.locator("article.file");
  }

  async openBeside(region: string, id: string) {
    await this.page.goto(`/regions/${region}?incident=${id}`);
    await expect(this.view.getByRole("heading", { level: 2 })).toBeVisible();
  }

  async openAlone(id: string) {
    await this.page.goto(`/incidents/${id}`);
    await expect(this.view.getByRole("heading", { level: 2 })).toBeVisible();
  }

  button(name: string): Locator {
    return this.view.getByRole("button", { name, exact: true });
  }

  get result(): Locator {
    return this.view.locator(".file__result");
  }

  get status(): Locator {
    return this.view.locator(".file__head .status");
  }

  get timeline(): Locator {
    return this.view.locator(".timeline");
  }

  async say(text: string) {
    await this.view.getByRole("textbox", { name: "Comment" }).fill(text);
    await this.button("Send").click();
  }

  async close(comment: string) {
    await this.button("Close").click();
    await this.view.getByRole("textbox", { name: /^Close / }).fill(comment);
    await this.button("Close incident").click();
  }
}
