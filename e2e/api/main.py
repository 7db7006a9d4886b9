"""Requests that a machine makes up from the published schemas, sent to a real server that asks who people are.

main.py PROGRAM STORE URL: the server of that program, with that store, answers at URL. As a viewer of one region and
as an admin of all, over REST and GraphQL: nothing may break, nothing of a foreign region may be told, and every
answer looks as the schema says.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
CHECKOUT = FOLDER.parent.parent
REST = CHECKOUT / "schema/openapi.json"
GRAPHQL = CHECKOUT / "schema/schema.graphql"
# The same cases in each run: whoever breaks something sees the same failure as CI.
SEED = "20261121"
# Nothing but this incident of the foreign region says it.
CANARY = "kanarie7f3a9c"
# The same of the asker's own region: this one must be found, or the requests do not reach far enough.
OWN = "lampe7f3a9c"
PATIENCE_SECONDS = 60
CHECKS = ["not_a_server_error", "response_schema_conformance", "nothing_foreign", "nothing_unforeseen"]
REST_CHECKS = [
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "ignored_auth",
]


@dataclass(frozen=True)
class Who:
    """Somebody who asks."""

    role: str
    region: str
    token: str


@dataclass(frozen=True)
class Server:
    """The server that is asked, and the program with its store, which makes tokens."""

    program: str
    store: str
    url: str

    def known(self, role: str, region: str) -> Who:
        """A service of this role in this region, once the server knows it."""
        wish = ["--name", role, "--role", role, "--region", region, "--scope", "operate,embed"]
        command = [self.program, "token", "create", *wish, "--regions", "regions", "--store", self.store]
        token = subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.split()[0]
        who = Who(role, region, token)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.ask(who, "GET", "/api/v1/incidents/unknown")[0] != 404:
            if time.monotonic() > deadline:
                sys.exit(f"the server does not take the token of the {role}")
            time.sleep(0.2)
        return who

    def ask(self, who: Who, method: str, path: str, body: object = None) -> tuple[int, str]:
        """The status and the text of an answer."""
        headers = {"authorization": f"Bearer {who.token}", "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def opened(server: Server, who: Who, region: str, text: str) -> str:
    """The id of an incident that says this wherever it can."""
    body = {
        "region": region,
        "severity": "warning",
        "title": text,
        "description": text,
        "machineId": f"machine-{region}",
        "cinema": {"id": f"cinema-{region}", "name": text},
        "labels": {"note": text},
    }
    status, answer = server.ask(who, "POST", "/api/v1/incidents", body)
    if status != 201:
        sys.exit(f"no incident could be opened: {status} {answer}")
    return json.loads(answer)["id"]


def run(server: Server, who: Who, schema: Path, canary: str, ids: list[str], *more: str) -> subprocess.CompletedProcess:
    """Asks all that is made up from this schema; it succeeds if everything is answered as it should be."""
    is_rest = schema == REST
    checks = CHECKS + (REST_CHECKS if is_rest else [])
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(schema), "--checks", ",".join(checks), *more]
    command += ["--url", server.url if is_rest else f"{server.url}/graphql"]
    command += ["--header", f"Authorization: Bearer {who.token}", "--request-timeout", "15"]
    command += ["--seed", SEED, "--generation-database", "none", "--max-examples", "60" if is_rest else "25"]
    command += ["--suppress-health-check", "all", "--warnings", "off", "--no-color"]
    told = {"SCHEMATHESIS_HOOKS": str(FOLDER / "hooks.py"), "CANARY": canary, "KNOWN_IDS": ",".join(ids)}
    told |= {"PYTHONDONTWRITEBYTECODE": "1"}
    # It leaves notes of its own where it runs.
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(command, cwd=folder, env=os.environ | told, check=False, stdout=subprocess.PIPE, text=True)


def passes(server: Server, who: Who, schema: Path, canary: str, ids: list[str]) -> bool:
    """Whether all is answered as it should be; says what is not."""
    done = run(server, who, schema, canary, ids)
    print(f"\n--- {schema.name} as {who.role} of {who.region}\n{done.stdout}", flush=True)
    return done.returncode == 0


def finds_what_is_told(server: Server, who: Who, schema: Path, text: str, ids: list[str]) -> bool:
    """Whether the requests reach far enough that a text would be found which may be told."""
    done = run(server, who, schema, text, ids, "--max-failures", "1")
    return "`nothing_foreign`" in done.stdout


def main() -> int:
    """Plants the canary, proves that a text of one's own region is found, and asks."""
    server = Server(*sys.argv[1:])
    viewer, admin = server.known("viewer", "denmark"), server.known("admin", "*")
    foreign = opened(server, admin, "sweden", CANARY)
    own = opened(server, admin, "denmark", OWN)
    ids = [foreign, own, "sweden", "denmark", "machine-sweden", "cinema-sweden"]
    for schema in (REST, GRAPHQL):
        if not finds_what_is_told(server, viewer, schema, OWN, ids):
            sys.exit(f"no request made up from {schema.name} reads an incident, so nothing could leak")
    rounds = [(viewer, REST, CANARY), (viewer, GRAPHQL, CANARY), (admin, REST, ""), (admin, GRAPHQL, "")]
    results = [passes(server, who, schema, canary, ids) for who, schema, canary in rounds]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
