"""Makes the server ready for Schemathesis: puts in what the description's examples show, and writes, into the folder
where it is run, the description with the ids that this server gave, and dictionaries of ids and sources.

Usage: prepare.py ADDRESS
"""

import json
import sys
from pathlib import Path
from urllib.request import Request, urlopen

EXECUTIONS = 5
DOOMED = 40
CHART = "flowchart TD\n  a[Look at the alert] --> b{Is it real?}\n  b -->|Yes| c[Isolate the host]\n  b -->|No| d[Close it]\n"


def main(address):
    def fetch(path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(address + path, data, {"Content-Type": "application/json"})) as answer:
            return json.load(answer)

    def post(path, body):
        return fetch(path, body)["id"]

    description = fetch("/api/openapi.json")

    def example(path):
        return description["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]

    playbook = post("/api/playbooks", example("/api/playbooks"))
    start = example("/api/executions") | {"playbook_id": playbook}
    executions = [post("/api/executions", start) for _ in range(EXECUTIONS)]
    execution = fetch(f"/api/executions/{executions[0]}")

    shown = {
        "playbook_id": example("/api/executions")["playbook_id"],
        "execution_id": parameter(description["paths"]["/api/executions/{id}"]["get"], "id")["example"],
    }
    doomed = [post("/api/playbooks", {"source": CHART}) for _ in range(DOOMED)]
    # What is deleted must not be what the other examples are about.
    parameter(description["paths"]["/api/playbooks/{id}"]["delete"], "id")["example"] = doomed[0]
    # A link can name one value of an answer, and OpenAPI knows none that lies within a body; Schemathesis does.
    imported = description["paths"]["/api/playbooks"]["post"]["responses"]["201"]
    body = start | {"playbook_id": "{$response.body#/id}"}
    imported["links"]["start_execution"] = {"operationId": "start_execution", "requestBody": body}
    text = json.dumps(description)
    text = text.replace(shown["playbook_id"], playbook).replace(shown["execution_id"], executions[0])
    Path("openapi.json").write_text(text)

    dictionary("playbooks", [playbook])
    dictionary("doomed", doomed[1:])
    dictionary("executions", executions)
    dictionary("nodes", [step["node_id"] for step in execution["steps"]])
    dictionary("branches", [branch for step in execution["steps"] for branch in step["decision_options"]])
    dictionary("times", [execution["started_at"]])
    dictionary("sources", [example("/api/playbooks")["source"], CHART])


def parameter(operation, name):
    return next(parameter for parameter in operation["parameters"] if parameter["name"] == name)


def dictionary(name, values):
    Path(f"{name}.dict").write_text("".join(json.dumps(value) + "\n" for value in values))


if __name__ == "__main__":
    main(*sys.argv[1:])
