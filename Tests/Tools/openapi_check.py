"""Checks an OpenAPI document and prints what it found as one JSON object.

    openapi_check.py FILE

Looked at: the document itself, against the specification; every example, against its schema; operation ids, each of
which is there once; and links, which lead to operations and parameters that there are.
"""

import json
import sys
from typing import Any, Iterator

from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

METHODS = ("get", "put", "post", "patch", "delete")
ROOT = "urn:openapi"


def resolved(document: dict, value: dict) -> dict:
    while "$ref" in value:
        found: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


def operations(document: dict) -> Iterator[tuple[str, dict, list[dict]]]:
    """Every operation with its name and all its parameters."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                yield f"{method.upper()} {path}", operation, item.get("parameters", []) + operation.get("parameters", [])


def examples(document: dict) -> Iterator[tuple[str, dict, Any]]:
    """Every example with where it stands and its schema."""

    def of_content(place: str, content: dict) -> Iterator[tuple[str, dict, Any]]:
        for kind, media in content.items():
            values = [media["example"]] if "example" in media else []
            values += [example["value"] for example in media.get("examples", {}).values()]
            for value in values:
                yield f"{place} {kind}", media["schema"], value
            if not values and "json" in kind and "schema" in media:
                yield f"{place} {kind}: no example", {"not": {}}, None

    for name, operation, parameters in operations(document):
        for parameter in parameters:
            if "example" in parameter:
                yield f"{name} {parameter['name']}", parameter["schema"], parameter["example"]
        yield from of_content(f"{name} body", operation.get("requestBody", {}).get("content", {}))
        for status, response in operation["responses"].items():
            yield from of_content(f"{name} {status}", resolved(document, response).get("content", {}))


def wrong_links(document: dict) -> Iterator[str]:
    targets = {
        operation["operationId"]: {f"{parameter['in']}.{parameter['name']}" for parameter in parameters}
        for _, operation, parameters in operations(document)
    }
    for name, operation, _ in operations(document):
        for response in operation["responses"].values():
            for link in resolved(document, response).get("links", {}).values():
                unknown = set(link["parameters"]) - targets.get(link["operationId"], set())
                if unknown:
                    yield f"{name}: link to {link['operationId']} with {sorted(unknown)}"


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    problems = [f"{list(error.absolute_path)}: {error.message}" for error in OpenAPIV31SpecValidator(document).iter_errors()]

    registry = Registry().with_resource(ROOT, Resource(contents=document, specification=DRAFT202012))
    count = 0
    for place, schema, value in examples(document):
        count += 1
        anchored = json.loads(json.dumps(schema).replace('"#/components', f'"{ROOT}#/components'))
        validator = Draft202012Validator(anchored, registry=registry, format_checker=FormatChecker())
        problems += [f"{place}: {list(error.absolute_path)} {error.message}" for error in validator.iter_errors(value)]

    ids = [operation["operationId"] for _, operation, _ in operations(document)]
    problems += [f"{name} is there twice" for name in set(ids) if ids.count(name) > 1]
    problems += wrong_links(document)
    print(json.dumps({"problems": problems, "operations": len(ids), "examples": count}))


main()
