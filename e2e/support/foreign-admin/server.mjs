// An application of somebody else, on an origin of its own, with a strict policy: it embeds two regions of a portal.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";

const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript" };
const files = ["index.html", "admin.css", "admin.js"];

/** Listens on this port, and embeds the portal of this origin; gives the server. */
export function start(port, portal) {
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${portal} 'wasm-unsafe-eval'`,
    `connect-src ${portal} ${portal.replace(/^http/, "ws")}`,
    "style-src 'self'",
    `frame-src ${portal}`,
    "base-uri 'none'",
  ].join("; ");
  const server = createServer((request, response) => {
    const name = request.url === "/" ? "index.html" : request.url.slice(1);
    if (name === "frame") return answer(response, policy, ".html", `<!doctype html><title>Frame</title><iframe src="${portal}/embed/denmark?language=en&panels=triage" width="900" height="600" title="Denmark"></iframe>`);
    if (!files.includes(name)) return response.writeHead(404).end();
    const text = readFileSync(join(import.meta.dirname, name), "utf8").replaceAll("PORTAL", portal);
    answer(response, policy, extname(name), text);
  });
  return new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", () => resolve(server)));
}

function answer(response, policy, kind, text) {
  response.writeHead(200, { "content-type": types[kind], "content-security-policy": policy }).end(text);
}

if (process.argv[1] === import.meta.filename) {
  const [port = "9180", portal = "http://127.0.0.1:8080"] = process.argv.slice(2);
  await start(Number(port), portal);
  console.log(`http://127.0.0.1:${port} embeds ${portal}; the portal needs --embed-origin http://127.0.0.1:${port}`);
}
