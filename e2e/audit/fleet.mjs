// What the audits ask for, and how they make something happen.

/** Changes of one region, from a cursor on. */
export const FOLLOW = `subscription ($after: String) { incidentChanged(region: "denmark", after: $after) {
  __typename ... on IncidentChange { cursor incident { machine { id } } } } }`;

/** A machine goes offline, as Alertmanager tells it. */
export async function goesOffline(server, machine) {
  const labels = {
    alertname: "MachineOffline", error_id: "machine_offline", severity: "critical", region: "denmark",
    machine_id: machine, cinema_id: `cinema-of-${machine}`,
  };
  const alert = { status: "firing", labels, annotations: {}, startsAt: new Date().toISOString(), endsAt: "0001-01-01T00:00:00Z" };
  const response = await fetch(`${server}/webhooks/alertmanager`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ version: "4", status: "firing", receiver: "audit", alerts: [alert] }),
  });
  if (!response.ok) throw new Error(`the alert of ${machine} was answered ${response.status}`);
}

/** The next change in a stream of answers; null if something else comes. */
export async function nextEvent(answers) {
  const { value, done } = await answers.next();
  return done ? null : value.data?.incidentChanged ?? null;
}

/** Notes what is wrong, and how much was checked. */
export class Findings {
  checked = 0;
  wrong = [];

  expect(sentence, found, expected) {
    this.checked += 1;
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
      this.wrong.push(`${sentence}: found ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
    }
  }
}

/** Subscribes, hears a change, misses another one, comes back and hears it. `open` makes a client, `cut` ends it. */
export async function followAndComeBack(server, prefix, { open, cut }) {
  const findings = new Findings();
  const first = open();
  const answers = first.iterate({ query: FOLLOW });
  findings.expect("the first event", (await nextEvent(answers))?.__typename, "Resync");
  await goesOffline(server, `${prefix}-1`);
  const change = await nextEvent(answers);
  findings.expect("a change", change?.incident?.machine?.id, `${prefix}-1`);
  await cut(first, answers);
  await goesOffline(server, `${prefix}-2`);
  const second = open();
  const missed = second.iterate({ query: FOLLOW, variables: { after: change?.cursor } });
  findings.expect("what was missed", (await nextEvent(missed))?.incident?.machine?.id, `${prefix}-2`);
  await cut(second, missed);
  return findings;
}
