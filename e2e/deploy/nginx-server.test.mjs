// The door with the real server behind it: who it takes somebody for, whatever comes from outside.
// CINEPORTAL_PROGRAM names the server's program.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import WebSocket from "ws";
import { freePort } from "../support/free-port.mjs";
import { HOST, openDoor, SECRET } from "./door.mjs";

const IDA = { cookie: "session=ida" };
const JSON_BODY = { "content-type": "application/json" };
const ME = JSON.stringify({ query: "{ me { name roles { region role } } }" });
const IS_IDA = { name: "ida@example.com", roles: [{ region: "denmark", role: "RESPONDER" }] };
const ACCESS = `
[[grant]]
group = "denmark"
role = "responder"
regions = ["denmark"]
[[grant]]
group = "operators"
role = "admin"
regions = ["*"]
[proxy]
peers = ["127.0.0.1"]
secret_file = "proxy.secret"
`;
/** What somebody may send who knows all names, each twice, and even the secret. */
const FORGED = {
  "x-forwarded-email": ["ove@example.com", "ove@example.com"],
  "x-forwarded-groups": ["operators", "operators"],
  "x-forwarded-user": "ove@example.com",
  "x-cineportal-proxy": [SECRET, SECRET],
  x_forwarded_email: "ove@example.com",
  x_forwarded_groups: "operators",
  x_cineportal_proxy: SECRET,
  "x-auth-request-email": "ove@example.com",
  "x-auth-request-groups": "operators",
};

let door, server, folder, port;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "cineportal-door-"));
  writeFileSync(join(folder, "access.toml"), ACCESS);
  writeFileSync(join(folder, "proxy.secret"), SECRET);
  port = await freePort();
  const store = ["--store", `embedded:${join(folder, "store")}`, "--regions", "regions"];
  const options = ["serve", "--listen", `127.0.0.1:${port}`, ...store, "--access", join(folder, "access.toml")];
  const checkout = new URL("../../", import.meta.url).pathname;
  const program = process.env.CINEPORTAL_PROGRAM;
  assert.ok(program, "CINEPORTAL_PROGRAM must name the server's program; `cargo xtask test --only deploy` sets it");
  server = spawn(program, [...options, "--public-url", `https://${HOST}`], { cwd: checkout, stdio: "ignore" });
  await untilReady();
  door = await openDoor({ serverPort: port });
});
after(async () => {
  await door?.close();
  server?.kill();
  if (folder) rmSync(folder, { recursive: true });
});

async function untilReady() {
  const deadline = Date.now() + 30_000;
  while (!(await fetch(`http://127.0.0.1:${port}/readyz`).then((answer) => answer.ok, () => false))) {
    if (server.exitCode !== null || Date.now() > deadline) throw new Error("the server does not start");
    await pause(50);
  }
}

const whoAmI = (headers) => door.ask("/graphql", { method: "POST", body: ME, headers: { ...JSON_BODY, ...headers } });

/** What the first message tells that a socket hears after a question; or the status of its refusal. */
function overSocket(headers, origin = `https://${HOST}`) {
  const options = { headers: { host: HOST, ...headers }, origin, servername: HOST, rejectUnauthorized: false };
  const socket = new WebSocket(`wss://127.0.0.1:${door.https}/graphql`, "graphql-transport-ws", options);
  return new Promise((resolve, reject) => {
    socket.on("unexpected-response", (_, answer) => resolve(answer.statusCode));
    socket.on("error", reject);
    socket.on("close", (code) => resolve(code));
    socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init" })));
    socket.on("message", (text) => {
      const message = JSON.parse(text);
      if (message.type === "connection_ack") socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: JSON.parse(ME) }));
      if (message.type === "next") resolve(message.payload.data.me);
    });
  }).finally(() => socket.terminate());
}

test("whoever is signed in passes, as themselves", async () => {
  const { status, seen } = await whoAmI(IDA);
  assert.deepEqual([status, seen.data.me], [200, IS_IDA]);
  assert.equal((await door.ask("/regions/denmark", { headers: IDA })).status, 200);
});

test("whatever somebody says of themselves, they stay who they signed in as", async () => {
  for (const [name, value] of Object.entries(FORGED)) {
    assert.deepEqual((await whoAmI({ ...IDA, [name]: value })).seen?.data.me, IS_IDA, name);
  }
  assert.deepEqual((await whoAmI({ ...IDA, ...FORGED })).seen?.data.me, IS_IDA);
});

test("nobody gets in by headers alone", async () => {
  assert.equal((await whoAmI(FORGED)).status, 401);
  assert.equal((await whoAmI({ ...FORGED, cookie: "session=nobody" })).status, 401);
});

test("a token that is none opens nothing, and nothing beside it counts", async () => {
  const { status, body } = await whoAmI({ ...IDA, ...FORGED, authorization: "Bearer guessed" });
  assert.equal(status, 401, body);
});

test("past the door the server believes nobody", async () => {
  const ask = (headers) => fetch(`http://127.0.0.1:${port}/graphql`, { method: "POST", body: ME, headers: { ...JSON_BODY, ...headers } });
  const ove = { "x-forwarded-email": "ove@example.com", "x-forwarded-groups": "operators" };
  assert.equal((await ask(ove)).status, 401);
  assert.equal((await ask({ ...ove, "x-cineportal-proxy": "a-guess-of-16-characters" })).status, 401);
});

test("a socket goes through, as whoever is signed in", async () => {
  assert.deepEqual(await overSocket(IDA), IS_IDA);
  assert.deepEqual(await overSocket({ ...IDA, ...FORGED }), IS_IDA);
});

test("a socket of nobody, or of a page of another site, does not", async () => {
  assert.equal(await overSocket({}), 401);
  assert.equal(await overSocket(FORGED), 401);
  assert.equal(await overSocket(IDA, "https://evil.example"), 403);
});
