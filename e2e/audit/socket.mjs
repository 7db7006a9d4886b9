// The client of graphql-ws against our WebSocket.
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { followAndComeBack } from "./fleet.mjs";

export async function auditSocket(server) {
  const url = `${server.replace("http", "ws")}/graphql`;
  const open = () => createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  const findings = await followAndComeBack(server, "audit-ws", { open, cut });
  await answersAndRefuses(open, findings);
  return findings;
}

/** As if the network broke: without a goodbye. */
async function cut(client, answers) {
  client.terminate();
  await answers.next().catch(() => undefined);
}

async function answersAndRefuses(open, findings) {
  const answered = await first(open(), "{ regions { id } }");
  findings.expect("a query", answered?.value?.data?.regions?.some(({ id }) => id === "denmark"), true);
  const refused = await first(open(), "{ nothing }");
  findings.expect("an invalid query", refused?.[0]?.extensions?.code, "GRAPHQL_VALIDATION_FAILED");
}

/** The first answer, or the errors instead of one. */
async function first(client, query) {
  const answer = await client.iterate({ query }).next().catch((errors) => errors);
  await client.dispose();
  return answer;
}
