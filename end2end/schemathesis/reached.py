"""Fails when an operation was never done, but only ever refused: then it was not tested.

Usage: reached.py REPORT
"""

import json
import sys
from pathlib import Path

# Without the handshake of a WebSocket, which Schemathesis does not speak, it can only be refused.
NEVER = {"GET /api/executions/{id}/live"}


def main(report):
    rates = json.loads(Path(report).read_text())["valid_rates"]
    accepted = {
        operation: {phase: rate["accepted"] for phase, rate in phases.items()} for operation, phases in rates.items()
    }
    for operation, phases in sorted(accepted.items()):
        print(f"{operation:<50}", *(f"{phase} {count}" for phase, count in phases.items()), sep="  ")
    missed = [operation for operation, phases in accepted.items() if not any(phases.values()) and operation not in NEVER]
    if missed:
        sys.exit(f"never done, only refused: {', '.join(sorted(missed))}")


if __name__ == "__main__":
    main(*sys.argv[1:])
