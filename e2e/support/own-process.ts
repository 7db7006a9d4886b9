// The program that serves the stack, run once more by a test.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readlinkSync } from "node:fs";
import { pidOf } from "./stack";

/** Starts it in the stack's checkout, with these words behind its name. */
export const spawnOwn = (words: string[]): ChildProcess => spawn(program(), words, { cwd: checkout(), stdio: "ignore" });

/** Runs it to its end; answers what it said. */
export const runOwn = (words: string[]): string => execFileSync(program(), words, { cwd: checkout(), encoding: "utf8" });

/** Waits until a server started so is ready. */
export async function untilReady(child: ChildProcess, url: string) {
  const deadline = Date.now() + 30_000;
  while (!(await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false))) {
    if (hasEnded(child)) throw new Error("a server of a test's own ended while it was starting");
    if (Date.now() > deadline) throw new Error("a server of a test's own is not ready");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Ends it with this signal, unless it has ended before; answers when it is gone. */
export async function end(child: ChildProcess | undefined, signal: NodeJS.Signals) {
  if (!child || hasEnded(child)) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
}

/** Whether a program has ended, by itself or killed. */
const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

const program = () => readlinkSync(`/proc/${pidOf("server")}/exe`);
const checkout = () => readlinkSync(`/proc/${pidOf("server")}/cwd`);
