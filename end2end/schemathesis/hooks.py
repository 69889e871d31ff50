"""What a description in OpenAPI cannot say, for Schemathesis."""

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData

# Rules that no schema can hold: a branch that the decision does not have, a time before the execution began, a text
# that is no playbook. The server answers them with a type of their own; a request that only breaks the description's
# promise is /problems/invalid, and stays a finding.
RULES = {"/problems/refused", "/problems/no-playbook"}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if not isinstance(failure, RejectedPositiveData):
        return True
    return response.status_code != 422 or response.json().get("type") not in RULES
