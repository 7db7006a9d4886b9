// The client of graphql-sse against our streams of events.
import { createClient } from "graphql-sse";
import { followAndComeBack } from "./fleet.mjs";

export async function auditEvents(server) {
  const open = () => createClient({ url: `${server}/graphql`, retryAttempts: 0 });
  const findings = await followAndComeBack(server, "audit-sse", { open, cut });
  await answersAndRefuses(open, findings);
  return findings;
}

async function cut(client, answers) {
  client.dispose();
  await answers.return?.().catch(() => undefined);
}

async function answersAndRefuses(open, findings) {
  const client = open();
  const { value } = await client.iterate({ query: "{ regions { id } }" }).next();
  findings.expect("a query", value?.data?.regions?.some(({ id }) => id === "denmark"), true);
  const refused = await client.iterate({ query: "{ nothing }" }).next();
  findings.expect("an invalid query", refused.value?.errors?.[0]?.extensions?.code, "GRAPHQL_VALIDATION_FAILED");
  client.dispose();
}
