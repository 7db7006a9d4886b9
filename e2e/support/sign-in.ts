// A provider of sign-ins, and a server of CinePortal where people sign in at it; both on ports of their own.
import { type ChildProcess } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Provider } from "oidc-provider";
import { freePort } from "./free-port.mjs";
import { end, spawnOwn, untilReady } from "./own-process";

const CLIENT = "cineportal";
const SECRET = "a secret of these tests alone";

/** An OpenID provider that anybody signs in at, with any password. */
export class SignInProvider {
  /** In which groups people are, by login. */
  readonly groups = new Map<string, string[]>();
  private handler: (...request: Parameters<ReturnType<Provider["callback"]>>) => unknown = () => undefined;

  private constructor(
    private readonly server: Server,
    private readonly portal: string,
  ) {
    server.on("request", (request, response) => this.handler(request, response));
    this.rotateKeys();
  }

  /** For the server at this address. */
  static async start(portal: string): Promise<SignInProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new SignInProvider(server, portal);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Signs with a new key from now on, and shows no other. What it knows of people stays. */
  rotateKeys() {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: crypto.randomUUID() };
    this.handler = new Provider(this.url, this.settings([key])).callback();
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private settings(keys: object[]) {
    return {
      clients: [
        {
          client_id: CLIENT,
          client_secret: SECRET,
          grant_types: ["authorization_code", "refresh_token"],
          response_types: ["code"],
          redirect_uris: [`${this.portal}/auth/callback`],
          post_logout_redirect_uris: [`${this.portal}/`],
          backchannel_logout_uri: `${this.portal}/auth/backchannel-logout`,
          backchannel_logout_session_required: true,
        },
      ],
      jwks: { keys },
      cookies: { keys: ["of these tests alone"] },
      claims: { openid: ["sub"], email: ["email", "email_verified"], groups: ["groups"] },
      scopes: ["openid", "email", "groups", "offline_access"],
      // Claims stand in the ID token, not only in answers of the user info endpoint.
      conformIdTokenClaims: false,
      features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => this.claims(id) }),
      issueRefreshToken: async () => true,
      loadExistingGrant,
    };
  }

  private claims(id: string) {
    return { sub: id, email: `${id}@example.com`, email_verified: true, groups: this.groups.get(id) ?? [] };
  }
}

/** Nobody is asked whether the portal may know who they are. */
async function loadExistingGrant({ oidc }: any) {
  const { client, session, provider, params } = oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(params.scope);
  await grant.save();
  return grant;
}

/** The stack's program on another port, with an empty store and an access file. */
export class SignInServer {
  private child?: ChildProcess;
  private readonly folder = mkdtempSync(join(tmpdir(), "cineportal-sign-in-"));

  private constructor(
    private readonly port: number,
    readonly provider: SignInProvider,
  ) {}

  /** With more lines in the section `[oidc]`. */
  static async start(lines: string[] = []): Promise<SignInServer> {
    const port = await freePort();
    const server = new SignInServer(port, await SignInProvider.start(`http://127.0.0.1:${port}`));
    server.writeFiles(lines);
    await server.run();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async remove() {
    await end(this.child, "SIGKILL");
    await this.provider.stop();
    rmSync(this.folder, { recursive: true });
  }

  private writeFiles(lines: string[]) {
    const rows = ["viewer", "manager"].map((role) => `[[grant]]\ngroup = "${role}"\nrole = "${role}"\nregions = ["denmark"]`);
    const section = [
      "[oidc]",
      `issuer = "${this.provider.url}"`,
      `client_id = "${CLIENT}"`,
      `client_secret_file = "secret"`,
      `public_url = "${this.url}"`,
      `scopes = ["openid", "email", "groups", "offline_access"]`,
    ];
    writeFileSync(join(this.folder, "secret"), SECRET);
    writeFileSync(join(this.folder, "access.toml"), [...rows, ...section, ...lines].join("\n"));
  }

  private async run() {
    const files = ["--store", `embedded:${join(this.folder, "store")}`, "--access", join(this.folder, "access.toml")];
    const options = ["--listen", `127.0.0.1:${this.port}`, "--regions", "regions", ...files];
    this.child = spawnOwn(["serve", ...options]);
    await untilReady(this.child, this.url);
  }
}
