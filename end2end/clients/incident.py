"""Plays an incident with a client that openapi-python-client made from the description of the API. Whatever the client cannot read
fails it. Called with the address of a server that has the demo playbook."""

import sys

from forge_client import Client
from forge_client.api.executions import change_step, get_timeline, start_execution
from forge_client.api.playbooks import list_playbooks
from forge_client.models import (
    DecisionTakenEvent,
    ExecutionStartedEvent,
    PatchStep,
    StartExecution,
    StepBlockedEvent,
    StepChanged,
    StepStatus,
)

client = Client(base_url=sys.argv[1], raise_on_unexpected_status=True)


def answered(answer, kind):
    assert isinstance(answer, kind), f"not {kind.__name__} but {answer}"
    return answer


playbook = list_playbooks.sync(client=client)[0]
execution = start_execution.sync(
    client=client,
    body=StartExecution(playbook_id=playbook.id, incident_title="Made by a generated client", started_by="Pat"),
)
steps = [step for step in execution.steps if step.kind != "phase"]
step = next(step for step in steps if step.kind == "step")
decision = next(step for step in steps if step.kind == "decision")

blocked = answered(
    change_step.sync(
        execution.id,
        step.node_id,
        client=client,
        body=PatchStep(status=StepStatus.BLOCKED, reason="The provider’s call", actor="Pat"),
    ),
    StepChanged,
)
assert blocked.step.blocked.reason == "The provider’s call", blocked
assert any(isinstance(event, StepBlockedEvent) for event in blocked.events), blocked
answered(
    change_step.sync(
        execution.id,
        decision.node_id,
        client=client,
        body=PatchStep(decision_taken=decision.decision_options[0], rationale="Seen in the log", actor="Pat"),
    ),
    StepChanged,
)

timeline = get_timeline.sync(execution.id, client=client)
assert isinstance(timeline[0], ExecutionStartedEvent), timeline[0]
assert timeline[0].data.incident_title == "Made by a generated client"
taken = [event for event in timeline if isinstance(event, DecisionTakenEvent)]
assert [event.data.rationale for event in taken] == ["Seen in the log"], taken
print(f"played over {len(timeline)} events")
