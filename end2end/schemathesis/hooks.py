"""What a description in OpenAPI cannot say, for Schemathesis."""

from uuid import UUID, uuid4

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

# Rules that no schema can hold: a branch that the decision does not have, a time before the execution began, a text
# that is no playbook. The server answers them with a type of their own; a request that only breaks the description's
# promise is /problems/invalid, and stays a finding.
RULES = {"/problems/refused", "/problems/no-playbook"}

# And one that reading the request holds: `date-time` knows years from 0001 to 9999.
YEARS = "must lie in the years"


@schemathesis.deserializer("application/pdf")
def pdf(context, response):
    """The description promises bytes, which it calls a text; that they are a PDF is seen by how they begin."""
    if not response.content.startswith(b"%PDF-"):
        raise ValueError("this is no PDF")
    return response.content.decode("latin-1")


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if isinstance(failure, AcceptedNegativeData):
        # In a form everything is text: a value of a wrong type arrives as one of a right type. And whoever is named in the
        # body is who acts, whatever the header says.
        is_form = case.media_type == "multipart/form-data"
        return not (is_form or "`X-Analyst` in header" in failure.message and names_analyst(case.body))
    if not isinstance(failure, RejectedPositiveData):
        return True
    if response.status_code != 422:
        return True
    problem = response.json()
    return problem.get("type") not in RULES and YEARS not in problem.get("detail", "")


@schemathesis.hook
def before_call(context, case, kwargs):
    """Sent again under one id, a change is answered as it was the first time, whatever it holds: examples of ids, which
    come again and again, would hide what a request does. So every id that is one is new."""
    if isinstance(case.body, dict) and is_uuid(case.body.get("command_id")):
        case.body = case.body | {"command_id": str(uuid4())}


def names_analyst(body):
    return isinstance(body, dict) and any(body.get(name) for name in ("actor", "started_by"))


def is_uuid(value):
    try:
        # Python takes forms that RFC 9562 does not know.
        return isinstance(value, str) and str(UUID(value)) == value.lower()
    except ValueError:
        return False
