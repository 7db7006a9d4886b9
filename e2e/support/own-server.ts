// A server of a test's own, to be killed and started again: the stack's program, another port, an empty store.
import { type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.mjs";
import { end, spawnOwn, untilReady } from "./own-process";

export class OwnServer {
  private child?: ChildProcess;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
    private readonly flags: string[],
  ) {}

  /** Starts a server with these flags beside those that all have. */
  static async start(...flags: string[]): Promise<OwnServer> {
    const server = new OwnServer(await freePort(), mkdtempSync(join(tmpdir(), "cineportal-e2e-")), flags);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    const options = ["--listen", `127.0.0.1:${this.port}`, "--store", `embedded:${this.folder}`, "--regions", "regions"];
    this.child = spawnOwn(["serve", ...options, ...this.flags]);
    await untilReady(this.child, this.url);
  }

  /** As a crash would; answers when it is gone. */
  async kill() {
    await end(this.child, "SIGKILL");
  }

  async remove() {
    await this.kill();
    rmSync(this.folder, { recursive: true });
  }

  /** Says that these machines of Denmark are offline, or no longer: `palace-1` is one of the cinema `palace`. */
  async alert(status: "firing" | "resolved", ...machines: string[]) {
    await this.send(machines.map((machine) => alert(status, machine)));
  }

  /** Sends alerts as Alertmanager does. */
  async send(alerts: unknown[]) {
    const body = { version: "4", groupKey: "e2e", status: "firing", receiver: "e2e", alerts };
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${this.url}/webhooks/alertmanager`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`webhook: ${answer.status} ${await answer.text()}`);
  }

  /** Lets a machine of Denmark fail and recover until its incident is one that comes and goes. */
  async flap(machine: string) {
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    for (const minutes of [9, 6, 3]) {
      const startsAt = ago(minutes);
      await this.send([{ ...alert("resolved", machine), startsAt, endsAt: ago(minutes - 1) }]);
      await this.send([{ ...alert("firing", machine), startsAt: ago(minutes - 2) }]);
    }
  }

  /** What is wrong in a region: the kind of fault of each open incident. */
  async openErrors(region: string): Promise<string[]> {
    const query = `query ($id: ID!) { region(id: $id) { incidents { edges { node { errorId } } } } }`;
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ query, variables: { id: region } });
    const answer = await (await fetch(`${this.url}/graphql`, { method: "POST", headers, body })).json();
    return (answer.data?.region?.incidents?.edges ?? []).map((edge: any) => edge.node.errorId);
  }
}

const began = new Date(Date.now() - 60_000).toISOString();

/** An alert as Alertmanager sends it: a machine of Denmark is offline, or no longer. */
export function alert(status: string, machine: string, severity = "critical") {
  const cinema = machine.split("-")[0];
  const place = { region: "denmark", cinema_id: cinema, cinema, screen_id: machine, screen: `Screen ${machine}`, machine_id: machine };
  const labels = { alertname: "MachineOffline", error_id: "machine_offline", severity, ...place };
  const endsAt = status === "resolved" ? new Date().toISOString() : "0001-01-01T00:00:00Z";
  return { status, labels, annotations: { summary: "Machine offline" }, startsAt: began, endsAt };
}
