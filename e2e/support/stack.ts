// The running stack: its addresses, and what can go wrong in it.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const stackFile = process.env.CINEPORTAL_STACK ?? new URL("../../.stack/stack.json", import.meta.url).pathname;

type Process = { name: string; pid: number };
type Record = { ports: { [service: string]: number }; processes: Process[] };

const read = (): Record => JSON.parse(readFileSync(stackFile, "utf8"));
const simulator = () => `http://127.0.0.1:${read().ports.simulator}/sim/v1/machines`;

async function call(method: string, url: string) {
  const response = await fetch(url, { method });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
}

export type Fault = "power" | "resolution" | "download";

export const breakMachine = (machine: string, fault: Fault) => call("POST", `${simulator()}/${machine}/faults/${fault}`);
export const mendMachine = (machine: string) => call("DELETE", `${simulator()}/${machine}/faults`);

/** The note of the newest entry in the timeline of this machine's newest incident; undefined without one. */
export async function lastNote(machine: string, region: string): Promise<string | null | undefined> {
  const query = `query ($region: ID!) { region(id: $region) { incidents(filter: { status: [OPEN, IN_PROGRESS, CLOSED] }) {
    edges { node { machine { id } timeline { note } } } } } }`;
  const response = await fetch(`http://127.0.0.1:${read().ports.server}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables: { region } }),
  });
  const { data } = await response.json();
  const nodes = (data?.region?.incidents?.edges ?? []).map((edge: { node: unknown }) => edge.node);
  return nodes.find((node: any) => node.machine?.id === machine)?.timeline.at(-1)?.note;
}

/** The id of the open incident of this machine; undefined without one. */
export async function openIncidentId(machine: string, region: string): Promise<string | undefined> {
  const query = `query ($region: ID!, $machine: ID!) { region(id: $region) {
    incidents(filter: { machine: [$machine] }) { edges { node { id } } } } }`;
  const response = await fetch(`http://127.0.0.1:${read().ports.server}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables: { region, machine } }),
  });
  const { data } = await response.json();
  return data?.region?.incidents?.edges[0]?.node.id;
}

/** Runs a command of the project itself, as a person would. */
export function xtask(...words: string[]) {
  const program = process.env.CINEPORTAL_XTASK;
  if (!program) throw new Error("CINEPORTAL_XTASK must name the xtask program; `cargo xtask test` sets it");
  execFileSync(program, [...words, "--state", stackFile.replace(/\/stack\.json$/, "")]);
}

/** The process id of a part of the stack. */
export function pidOf(name: string): number {
  const found = read().processes.find((process) => process.name === name);
  if (!found) throw new Error(`no ${name} in ${stackFile}`);
  return found.pid;
}

/** Kills a process of the stack, as a crash would. */
export const kill = (name: string) => process.kill(pidOf(name), "SIGKILL");
