// A server of a test's own that asks who people are: the stack's program, another port, an empty store.
import { type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.mjs";
import { end, runOwn, spawnOwn, untilReady } from "./own-process";

export type ServiceToken = { id: string; text: string };

export class GuardedServer {
  private child?: ChildProcess;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
  ) {}

  /** Starts a server that pages of these origins may embed. */
  static async start(origins: string[]): Promise<GuardedServer> {
    const server = new GuardedServer(await freePort(), mkdtempSync(join(tmpdir(), "cineportal-e2e-")));
    writeFileSync(join(server.folder, "access.toml"), "");
    const access = ["--access", join(server.folder, "access.toml"), ...origins.flatMap((origin) => ["--embed-origin", origin])];
    const options = ["serve", "--listen", `127.0.0.1:${server.port}`, ...server.store(), "--regions", "regions", ...access];
    server.child = spawnOwn(options);
    await untilReady(server.child, server.url);
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop() {
    await end(this.child, "SIGTERM");
    rmSync(this.folder, { recursive: true });
  }

  /** Makes a token for a service that embeds regions, and waits until the server knows it. */
  async createToken(): Promise<ServiceToken> {
    const wish = ["create", "--name", "admin-cloud", "--role", "responder", "--region", "*", "--scope", "embed", "--regions", "regions"];
    const said = runOwn(["token", ...wish, ...this.store()]);
    const token = { text: said.split("\n")[0], id: said.match(/Id: (\S+)\./)![1] };
    await until(async () => (await this.post("/graphql", token, { query: "{ me { name } }" })).ok);
    return token;
  }

  revoke(token: ServiceToken) {
    runOwn(["token", "revoke", token.id, ...this.store()]);
  }

  /** A token for pages of this origin that show this region. */
  async embedToken(maker: ServiceToken, region: string, origin: string): Promise<string> {
    const answer = await this.post("/api/v1/embed-tokens", maker, { region, access: "triage", origin });
    if (answer.status !== 201) throw new Error(`embed token: ${answer.status} ${await answer.text()}`);
    return (await answer.json()).token;
  }

  private post(path: string, token: ServiceToken, body: unknown) {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token.text}` };
    return fetch(this.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  private store = () => ["--store", `embedded:${join(this.folder, "store")}`];
}

async function until(done: () => Promise<boolean>) {
  const deadline = Date.now() + 30_000;
  while (!(await done().catch(() => false))) {
    if (Date.now() > deadline) throw new Error("a server of a test's own does not answer as it should");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
