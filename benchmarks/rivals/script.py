"""The script that one would write: the standard library parses, and a compiled validator per outcome judges.

    python script.py (jsonschema | jsonschema-rs | fastjsonschema) SCHEMAS CAPTURE

Prints the number of conforming redirects, by outcome, as JSON.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit


def compile_schema(library: str, schema: dict[str, Any]) -> Callable[[dict[str, str]], bool]:
    if library == "jsonschema":
        from jsonschema import Draft202012Validator

        return Draft202012Validator(schema).is_valid
    if library == "jsonschema-rs":
        import jsonschema_rs

        is_valid: Callable[[dict[str, str]], bool] = jsonschema_rs.validator_for(schema).is_valid
        return is_valid
    import fastjsonschema

    validate = fastjsonschema.compile(schema)

    def passes(instance: dict[str, str]) -> bool:
        try:
            validate(instance)
        except fastjsonschema.JsonSchemaException:
            return False
        return True

    return passes


def main() -> None:
    library, schemas, capture = sys.argv[1:]
    judges = {
        path.stem: compile_schema(library, json.loads(path.read_text(encoding="utf-8")))
        for folder in ("errors", "successes")
        for path in Path(schemas, folder).glob("*.json")
    }
    successes = (
        ("code", "authorization_code"),
        ("vehicle_id", "vehicle_reauthentication"),
        ("user_id", "user_connection"),
    )
    conforming: Counter[str] = Counter()
    with Path(capture).open(encoding="utf-8") as lines:
        for line in lines:
            parameters = dict(parse_qsl(urlsplit(line.strip()).query))
            if "error" in parameters:
                outcome = parameters["error"]
            else:
                outcome = next((outcome for name, outcome in successes if name in parameters), "")
            if outcome in judges and judges[outcome](parameters):
                conforming[outcome] += 1
    print(json.dumps(conforming, sort_keys=True))


if __name__ == "__main__":
    main()
