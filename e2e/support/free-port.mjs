// Ports for what a test starts: below those that the system gives to connections, so that none of these takes one
// between now and its use; and never one twice.
import { createServer } from "node:net";

const FIRST = 20_000;
const COUNT = 7_000;
let next = (process.pid * 61) % COUNT;

/** A port that nobody listens on. */
export async function freePort() {
  for (let tried = 0; tried < COUNT; tried++) {
    const port = FIRST + (next++ % COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error("no port is free");
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
