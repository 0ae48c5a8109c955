"""Fuzzes every query and mutation of the schema against the real server on a demonstration practice, by a fixed seed.

Each role sends documents of its own; a different seed: SEED=8 make schemathesis.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEOPLE = ["manager@demo.example", "nurse@demo.example", "admin@demo.example", None]
# They end the session that the rest of the run needs: ids that an answer showed are sent again, its own session's too.
LEFT_OUT = ["Mutation.signOut", "Mutation.revokeSession"]
SEED = os.environ.get("SEED", "20261122")
EXAMPLES = os.environ.get("EXAMPLES", "15")

ME = "{ viewer { staff { id } } }"
NAMES = """{
  viewer { careTeams { id members { staff { id } } } }
  patients(first: 5) { nodes { id } }
  tasks(first: 5) { nodes { id } }
}"""


def ask(url, document, token=None, variables=None):
    body = json.dumps({"query": document, "variables": variables or {}}).encode()
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{url}/graphql", body, headers), timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        return json.load(refusal)


def sign_in(url, email):
    document = "mutation($input: SignInInput!) { signIn(input: $input) { token } }"
    answer = ask(url, document, variables={"input": {"email": email, "password": "huddle-demo"}})
    return answer["data"]["signIn"]["token"]


def ids(url):
    """What arguments are filled with: things that exist, whoever may see them."""
    tokens = {email: sign_in(url, email) for email in PEOPLE if email}
    data = ask(url, NAMES, tokens["manager@demo.example"])["data"]
    teams = data["viewer"]["careTeams"]
    # Those who send the documents are not among those whom one deactivates, demotes and signs out.
    senders = {ask(url, ME, token)["data"]["viewer"]["staff"]["id"] for token in tokens.values()}
    known = {
        "careTeamId": [team["id"] for team in teams],
        "patientId": [node["id"] for node in data["patients"]["nodes"]],
        "taskId": [node["id"] for node in data["tasks"]["nodes"]],
        "staffId": sorted({member["staff"]["id"] for team in teams for member in team["members"]} - senders),
    }
    return known | {"id": [one for some in known.values() for one in some], "coordinatorId": known["staffId"]}


def reached(url):
    """Mutations that had an effect at least once: a run that is refused at the door proves nothing."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=30) as answer:
        counted = re.findall(r'^huddle_mutations_total\{(.*)\} [1-9]', answer.read().decode(), re.MULTILINE)
    done = [labels for labels in counted if 'outcome="ok"' in labels]
    return sorted({re.search(r'name="(\w+)"', labels).group(1) for labels in done})


def fuzz(url, email, known, folder):
    command = [
        Path(sys.executable).with_name("schemathesis"), "run", ROOT / "web/schema.graphql", "--url", f"{url}/graphql",
        "--phases", "fuzzing", "--seed", SEED, "--max-examples", EXAMPLES, "--no-shrink", "--warnings", "off",
        "--checks", "nothing_leaks,codes_are_of_the_closed_set",
    ]  # fmt: skip
    for name in LEFT_OUT:
        command += ["--exclude-name", name]
    token = sign_in(url, email) if email else None
    if token:
        command += ["--header", f"Authorization: Bearer {token}"]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "HUDDLE_IDS": json.dumps(known)}
    print(f"as {email or 'nobody'}", flush=True)
    if subprocess.run([str(part) for part in command], env=environment, cwd=folder, check=False).returncode != 0:
        return False
    if token and "errors" in (answer := ask(url, ME, token)):
        print(f"the session ended on the way, so what came after was refused at the door: {answer['errors']}")
        return False
    return True


def main():
    binary = os.environ.get("HUDDLE_BIN", ROOT / "target/debug/huddle")
    with tempfile.TemporaryDirectory() as folder, open(f"{folder}/log", "wb") as log:
        serve = [binary, "serve", "--demo", "--listen", "127.0.0.1:0", "--database-url", f"sqlite://{folder}/demo.db?mode=rwc"]
        # As much as they like: what is refused for being too often is not tried.
        serve += ["--limit-person", "0", "--limit-organization", "0", "--limit-address", "0"]
        server = subprocess.Popen([str(part) for part in serve], stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            first = server.stdout.readline()
            url = re.search(r"http://\S+", first)
            if not url:
                sys.exit(f"the server did not start: {Path(log.name).read_text()}")
            url = url.group(0)
            known = ids(url)
            failed = [email or "nobody" for email in PEOPLE if not fuzz(url, email, known, folder)]
            done = reached(url)
            print(f"with an effect: {', '.join(done)}")
            if len(done) < 10:
                failed.append("too few mutations had an effect for the run to mean anything")
            if server.poll() is not None:
                failed.append("the server, which ended")
            if re.search(r"panicked| ERROR ", Path(log.name).read_text()):
                failed.append(f"the log:\n{Path(log.name).read_text()[-4000:]}")
            if failed:
                sys.exit(f"failed: {', '.join(failed)}")
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    main()
