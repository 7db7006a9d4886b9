// People sign in with a browser at a certified OpenID provider, and out again.
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import AxeBuilder from "@axe-core/playwright";
import { type Page, expect, test } from "@playwright/test";
import { SignInServer } from "../support/sign-in";

type Me = { name: string; canSignOut: boolean; roles: { role: string }[] };

let server: SignInServer;
test.afterEach(() => server.remove());

/** Goes to sign in, and answers where the browser stands then. */
async function toSignIn(page: Page, to = "/healthz") {
  await page.goto(`${server.url}/auth/login?to=${encodeURIComponent(to)}`);
}

async function signIn(page: Page, login: string, to?: string) {
  await toSignIn(page, to);
  await fillIn(page, login);
}

async function fillIn(page: Page, login: string) {
  await page.getByPlaceholder("Enter any login").fill(login);
  await page.getByPlaceholder("and password").fill("anything");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.waitForURL(`${server.url}/**`);
}

/** Who the server says it is, asked by a page of its own; null, if it does not know. */
async function me(page: Page): Promise<Me | null> {
  return page.evaluate(async () => {
    const query = "{ me { name canSignOut roles { role } } }";
    const headers = { "content-type": "application/json" };
    const answer = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify({ query }) });
    return answer.status === 401 ? null : (await answer.json()).data?.me;
  });
}

/** Where the provider is asked, with one thing asked differently. */
async function askedDifferently(page: Page, name: string, value: string): Promise<string> {
  const answer = await page.request.get(`${server.url}/auth/login?to=/`, { maxRedirects: 0 });
  const url = new URL(answer.headers().location);
  url.searchParams.set(name, value);
  return url.href;
}

const ida = (role: string) => ({ name: "ida@example.com", canSignOut: true, roles: [{ role }] });

test.describe("at a provider", () => {
  test.beforeEach(async () => {
    server = await SignInServer.start();
    server.provider.groups.set("ida", ["manager"]);
  });

  test("somebody signs in, is known, and comes back to where they were", async ({ page, context }) => {
    await signIn(page, "ida", "/regions/denmark?q=a");
    expect(page.url()).toBe(`${server.url}/regions/denmark?q=a`);
    expect(await me(page)).toEqual(ida("MANAGER"));
    // The provider's own cookies are of the same host: ports do not count.
    const cookies = (await context.cookies(server.url)).filter(({ name }) => name.startsWith("cineportal"));
    expect(cookies).toMatchObject([{ name: "cineportal", httpOnly: true, sameSite: "Lax", path: "/" }]);
    expect(await page.evaluate(() => document.cookie)).toBe("");
  });

  test("nobody is sent to another site", async ({ page }) => {
    for (const to of ["https://example.com/", "//example.com", "/\\example.com"]) {
      // A portal that still loads would go to sign in by itself once it is not known any more.
      await page.goto("about:blank");
      await page.context().clearCookies();
      await signIn(page, "ida", to);
      expect(page.url()).toBe(`${server.url}/`);
    }
  });

  test("whoever signs out is not known any more, here and at the provider", async ({ page }) => {
    await signIn(page, "ida");
    const stolen = await page.context().cookies(server.url);
    const next = await page.evaluate(async () => (await (await fetch("/auth/logout", { method: "POST" })).json()).location);
    expect(await me(page)).toBeNull();
    await page.goto(next);
    await page.getByRole("button", { name: "Yes, sign me out" }).click();
    // Back at the portal, nobody is known: it leads to sign in, and the provider asks again.
    await expect(page.getByPlaceholder("Enter any login")).toBeVisible();
    await page.context().addCookies(stolen);
    await page.goto(`${server.url}/healthz`);
    expect(await me(page)).toBeNull();
  });

  test("a code that comes a second time is refused", async ({ page }) => {
    const answered = page.waitForRequest((request) => request.url().includes("/auth/callback?"));
    await signIn(page, "ida");
    const url = (await answered).url();
    expect((await page.goto(url))?.status()).toBe(400);
    await page.goto(`${server.url}/healthz`);
    expect(await me(page)).toEqual(ida("MANAGER"));
  });

  test("a token of another sign-in is refused", async ({ page }) => {
    await page.goto(await askedDifferently(page, "nonce", "of-another-sign-in"));
    await fillIn(page, "ida");
    await expect(page.getByText("You could not be signed in.")).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.goto(`${server.url}/healthz`);
    expect(await me(page)).toBeNull();
  });

  test("an answer to another sign-in is refused", async ({ page }) => {
    await page.goto(await askedDifferently(page, "state", "of-another-sign-in"));
    await fillIn(page, "ida");
    await expect(page.getByText("You could not be signed in.")).toBeVisible();
  });

  test("the provider may change its keys", async ({ page }) => {
    await signIn(page, "ida");
    server.provider.rotateKeys();
    await expect(async () => {
      await page.context().clearCookies();
      await signIn(page, "ida");
      expect(await me(page)).toEqual(ida("MANAGER"));
    }).toPass();
  });

  test("a page of another site does nothing in somebody's name", async ({ page }) => {
    await signIn(page, "ida");
    // Another origin of the same site: its requests carry the cookie.
    const foreign = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<p>Foreign</p>"));
    await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
    await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
    const told = await page.evaluate(async (url) => {
      const body = JSON.stringify({ query: "{ me { name } }" });
      const sent = { method: "POST", body, mode: "no-cors", credentials: "include" } as const;
      await fetch(`${url}/auth/logout`, sent);
      await fetch(`${url}/graphql`, sent);
      const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
      return new Promise((resolve) => ["open", "error"].forEach((name) => socket.addEventListener(name, () => resolve(name))));
    }, server.url);
    foreign.close();
    expect(told).toBe("error");
    await page.goto(`${server.url}/healthz`);
    expect(await me(page)).toEqual(ida("MANAGER"));
  });

  test("a page that is opened leads to sign in, shows who somebody is, and lets them out", async ({ page }) => {
    const broken: string[] = [];
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) broken.push(message.text());
    });
    await page.goto(`${server.url}/regions/denmark`);
    await fillIn(page, "ida");
    await page.waitForURL(`${server.url}/regions/denmark`);
    await expect(page.getByRole("button", { name: "Mine" })).toBeVisible();
    await page.getByRole("button", { name: "Settings" }).click();
    await expect(page.getByText("ida@example.com")).toBeVisible();
    expect(broken).toEqual([]);
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("button", { name: "Yes, sign me out" })).toBeVisible();
  });
});

test("a session that is over is begun again without a question, while the provider knows the browser", async ({ page }) => {
  server = await SignInServer.start([`session = "10s"`]);
  server.provider.groups.set("ida", ["viewer"]);
  const again = async () => {
    await toSignIn(page);
    expect(page.url()).toBe(`${server.url}/healthz`);
    expect(await me(page)).toEqual(ida("VIEWER"));
  };
  await signIn(page, "ida");
  await expect(again).toPass();
  await expect.poll(() => me(page), { timeout: 60_000 }).toBeNull();
  await expect(again).toPass();
});

test("groups that are taken away end access at the next renewal", async ({ page }) => {
  server = await SignInServer.start([`renewal = "1s"`]);
  server.provider.groups.set("ida", ["manager"]);
  await signIn(page, "ida");
  expect(await me(page)).toEqual(ida("MANAGER"));
  server.provider.groups.set("ida", ["viewer"]);
  await expect.poll(() => me(page)).toEqual(ida("VIEWER"));
  server.provider.groups.delete("ida");
  await expect.poll(async () => (await me(page))?.roles).toEqual([]);
});
