// Audits a running server with clients and tools that others wrote. Fails on anything that is not as it should be.
// Usage: node audit/main.mjs http://127.0.0.1:8080
import { auditEvents } from "./events.mjs";
import { auditHttp } from "./http.mjs";
import { auditSocket } from "./socket.mjs";

/** All audits in their order; each takes the server's address and answers what is wrong, as sentences. */
const AUDITS = [
  ["GraphQL over HTTP, by graphql-http", auditHttp],
  ["GraphQL over WebSocket, by graphql-ws", auditSocket],
  ["GraphQL over server-sent events, by graphql-sse", auditEvents],
];
const DEADLINE_MILLISECONDS = 120_000;

const server = process.argv[2];
setTimeout(() => {
  console.error(`The audits did not end within ${DEADLINE_MILLISECONDS / 1000} s.`);
  process.exit(1);
}, DEADLINE_MILLISECONDS).unref();

let failures = 0;
for (const [title, audit] of AUDITS) {
  const { checked, wrong } = await audit(server);
  wrong.forEach((sentence) => console.error(`  ${sentence}`));
  console.log(`${title}: ${checked - wrong.length} of ${checked} ok`);
  failures += wrong.length;
}
process.exitCode = failures === 0 ? 0 : 1;
