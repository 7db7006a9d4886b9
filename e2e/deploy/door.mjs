// nginx as docker-compose.yml starts it, before neighbours that only say what they were asked.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../support/free-port.mjs";

const CHECKOUT = new URL("../../", import.meta.url).pathname;
const TEMPLATES = join(CHECKOUT, "deploy/nginx/templates");
export const HOST = "portal.example.com";
export const ISSUER = "https://login.example.com/authorize";
export const SECRET = "a-secret-of-the-test";
const SETTINGS = { CINEPORTAL_HOST: HOST, CINEPORTAL_PROXY_SECRET: SECRET, CINEPORTAL_OPERATORS: "operators" };
/** As the templates name them. */
const NEIGHBOURS = ["server:8080", "oauth2-proxy:4180", "prometheus:9090", "alertmanager:9093", "exporter:9991"];

/** People by their cookie. */
const PEOPLE = {
  "session=ida": { email: "ida@example.com", groups: "denmark" },
  "session=ove": { email: "ove@example.com", groups: "denmark,operators" },
};

/** Answers as oauth2-proxy does: whether somebody is signed in, and where to go for it. */
function signIn(asked, answer) {
  const { pathname, searchParams } = new URL(asked.url, "http://x");
  const person = PEOPLE[asked.headers.cookie];
  if (pathname === "/oauth2/start") {
    const wanted = asked.headers["x-auth-request-redirect"];
    return answer.writeHead(302, { location: ISSUER, "x-remembered": wanted }).end();
  }
  if (pathname !== "/oauth2/auth") return echo("oauth2-proxy:4180")(asked, answer);
  const allowed = searchParams.get("allowed_groups");
  const status = !person ? 401 : allowed && !person.groups.split(",").includes(allowed) ? 403 : 202;
  const headers = person && { "x-auth-request-email": person.email, "x-auth-request-groups": person.groups };
  answer.writeHead(status, status === 202 ? headers : {}).end();
}

/** Says who was asked, for what, and with which headers. */
const echo = (name) => (asked, answer) => {
  answer.writeHead(200, { "content-type": "application/json" });
  answer.end(JSON.stringify({ name, method: asked.method, url: asked.url, headers: asked.headers }));
};

async function listening(handler) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function render(folder, places, ports) {
  mkdirSync(join(folder, "conf.d"));
  for (const name of readdirSync(TEMPLATES)) {
    let text = readFileSync(join(TEMPLATES, name), "utf8");
    for (const [key, value] of Object.entries(SETTINGS)) text = text.replaceAll(`\${${key}}`, value);
    for (const [key, port] of Object.entries(places)) text = text.replaceAll(key, `127.0.0.1:${port}`);
    text = text.replaceAll("/etc/nginx/", `${folder}/`).replaceAll("/usr/share/nginx/docs/", `${CHECKOUT}docs/`);
    text = text.replaceAll("listen 8080", `listen 127.0.0.1:${ports.http}`);
    text = text.replaceAll("listen 8443", `listen 127.0.0.1:${ports.https}`);
    writeFileSync(join(folder, "conf.d", name.replace(/\.template$/, "")), text);
  }
  writeFileSync(
    join(folder, "nginx.conf"),
    `pid ${folder}/nginx.pid; error_log ${folder}/error.log; daemon off; user root; events {} http {
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
      uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s; access_log off; include ${folder}/conf.d/*.conf; }`,
  );
}

function certify(folder) {
  mkdirSync(join(folder, "tls"));
  const files = ["-keyout", join(folder, "tls/privkey.pem"), "-out", join(folder, "tls/fullchain.pem")];
  const subject = ["-subj", `/CN=${HOST}`, "-days", "2"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, ...files], { stdio: "pipe" });
}

/**
 * Starts nginx and its neighbours; `ask` sends a request through it, `close` ends all.
 * `serverPort`: where the real server listens, if it is to be the neighbour.
 */
export async function openDoor({ serverPort } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "cineportal-nginx-"));
  const handlers = NEIGHBOURS.map((name) => [name, name.startsWith("oauth2") ? signIn : echo(name)]);
  const neighbours = await Promise.all(handlers.map(async ([name, handler]) => [name, await listening(handler)]));
  const ports = { http: await freePort(), https: await freePort() };
  const places = Object.fromEntries(neighbours.map(([name, server]) => [name, server.address().port]));
  if (serverPort) places["server:8080"] = serverPort;
  certify(folder);
  render(folder, places, ports);
  const nginx = spawn("nginx", ["-c", join(folder, "nginx.conf")], { stdio: "inherit" });
  const ended = new Promise((resolve) => nginx.once("exit", resolve));
  const door = {
    http: `http://127.0.0.1:${ports.http}`,
    https: ports.https,
    ask: (path, options) => ask(ports.https, path, options),
    async close() {
      nginx.kill();
      await ended;
      neighbours.forEach(([, server]) => server.close());
      rmSync(folder, { recursive: true });
    },
  };
  await untilItListens(door, nginx);
  return door;
}

async function untilItListens(door, nginx) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answered = await fetch(`${door.http}/nginx-health`).catch(() => undefined);
    if (answered?.status === 204) return;
    if (nginx.exitCode !== null || Date.now() > deadline) throw new Error("nginx does not start");
    await pause(50);
  }
}

/** `fetch` can neither name another host nor trust a certificate of the test's. */
function ask(port, path, { method = "GET", headers = {}, name = HOST, body } = {}) {
  const options = { port, path, method, headers: { host: name, ...headers }, servername: name, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", agent: false, ...options }, async (answer) => {
      const body = Buffer.concat(await answer.toArray()).toString();
      const isJson = answer.headers["content-type"] === "application/json";
      resolve({ status: answer.statusCode, headers: answer.headers, body, seen: isJson ? JSON.parse(body) : undefined });
    });
    asked.once("error", reject).end(body);
  });
}
