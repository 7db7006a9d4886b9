// A real mail server for tests. First argument: its settings as JSON
//   { port?, tls?: "none" | "starttls" | "implicit", certificate?, key?, user?, password? }
// What happens is told on standard output, one JSON object a line: {"port"}, {"mail"}, {"lost"}.
// Lines on standard input change how it behaves: "refuse", "accept", "die" (after the next DATA, without a reply).
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

const settings = JSON.parse(process.argv[2] ?? "{}");
let behaviour = "accept";

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

function refusal() {
  return Object.assign(new Error("the mail server is not taking mail now"), { responseCode: 451 });
}

const server = new SMTPServer({
  secure: settings.tls === "implicit",
  disabledCommands: settings.tls === "starttls" || settings.tls === "implicit" ? [] : ["STARTTLS"],
  allowInsecureAuth: true,
  authOptional: settings.user === undefined,
  authMethods: ["PLAIN", "LOGIN"],
  ...(settings.certificate && { cert: readFileSync(settings.certificate), key: readFileSync(settings.key) }),
  logger: false,
  onAuth({ username, password }, _session, done) {
    const known = username === settings.user && password === settings.password;
    done(known ? null : new Error(`no such user or password: ${username} ${password}`), { user: username });
  },
  onMailFrom(_address, _session, done) {
    done(behaviour === "refuse" ? refusal() : null);
  },
  onRcptTo({ address }, _session, done) {
    const unknown = address.startsWith("nobody@");
    done(unknown ? Object.assign(new Error("no such mailbox"), { responseCode: 550 }) : null);
  },
  onData(stream, session, done) {
    const parts = [];
    stream.on("data", (part) => parts.push(part));
    stream.on("end", async () => {
      const raw = Buffer.concat(parts);
      const { subject, messageId, headers, text, html } = await PostalMime.parse(raw);
      const mail = {
        from: session.envelope.mailFrom.address,
        to: session.envelope.rcptTo.map(({ address }) => address),
        encrypted: session.secure,
        user: session.user ?? null,
        subject,
        messageId,
        headers: headers.map(({ key, value }) => [key, value]),
        text,
        html,
      };
      if (behaviour === "die") {
        process.stdout.write(`${JSON.stringify({ lost: mail })}\n`, () => process.exit(1));
        return;
      }
      say({ mail });
      done();
    });
  },
});

// Whoever hangs up in the middle is no reason to end.
server.on("error", () => {});
server.listen(settings.port ?? 0, "127.0.0.1", () => say({ port: server.server.address().port }));

const orders = createInterface({ input: process.stdin });
orders.on("line", (line) => {
  behaviour = line.trim();
  say({ behaviour });
});
// Whoever started it is gone.
orders.on("close", () => process.exit(0));
