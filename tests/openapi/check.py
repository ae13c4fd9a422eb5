# SPDX-License-Identifier: ISC
"""
check.py DESCRIPTION FORM PAGE WITHOUT... - holds what doorward --openapi prints to the form
of OpenAPI 3.1, and to the table of requests and the answers of doorward-api(7).  WITHOUT are
beginnings of paths that are switched off.
"""
import json
import re
import sys

import jsonschema

wrong = []


def expect(good, what):
    if not good:
        wrong.append(what)


def members_of(value, name, kind):
    """Each member of that name and kind in the description, however deep."""
    if isinstance(value, dict):
        if isinstance(value.get(name), kind):
            yield value[name]
        for child in value.values():
            yield from members_of(child, name, kind)
    elif isinstance(value, list):
        for child in value:
            yield from members_of(child, name, kind)


def check_form(description, form):
    validator = jsonschema.Draft202012Validator(form)
    for error in validator.iter_errors(description):
        expect(False, f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    schemas = list(members_of(description["paths"], "schema", dict))
    schemas += description["components"].get("schemas", {}).values()
    for schema in schemas:
        jsonschema.Draft202012Validator.check_schema(schema)
    try:
        import openapi_spec_validator
    except ImportError:
        return
    openapi_spec_validator.validate(description)


def check_references(description):
    for reference in members_of(description, "$ref", str):
        target = description
        for name in reference.removeprefix("#/").split("/"):
            target = target.get(name) if isinstance(target, dict) else None
        expect(target, f"{reference} leads nowhere")
    used = "\n".join(members_of(description, "$ref", str))
    for name in description["components"].get("schemas", {}):
        expect(f"#/components/schemas/{name}" in used.split("\n"), f"nothing uses {name}")


def operations(description):
    for path, item in description["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def check_operations(description):
    ids = [o["operationId"] for _, _, o in operations(description)]
    expect(len(ids) == len(set(ids)), "an operationId is there twice")
    shapes = [re.sub(r"\{[a-z]+\}", "{}", path) for path in description["paths"]]
    expect(len(shapes) == len(set(shapes)), "two paths are the same")
    tags = [tag["name"] for tag in description["tags"]]
    schemes = description["components"]["securitySchemes"]
    used = set()
    for method, path, operation in operations(description):
        where = f"{method} {path}"
        named = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
        if path.startswith("/rest/verify"):
            expect(len(operation["responses"]["204"].get("headers", {})) == 4,
                   f"{where}: its headers")
        expect(named == re.findall(r"\{([a-z]+)\}", path), f"{where}: its path has {named}")
        for requirement in operation["security"]:
            used.update(requirement)
        for tag in operation["tags"]:
            expect(tag in tags, f"{where}: no tag {tag}")
    expect(used == set(schemes), f"schemes and their uses differ: {used ^ set(schemes)}")


def check_routes(description, page, without):
    """The same methods and paths as in the table of the manual page."""
    wanted, found = set(), set()
    for method, path in re.findall(r"^\.It Ic ([A-Z]+) Ta Pa (\S+) Ta [0-9.]+$", page, re.M):
        if path.startswith(tuple(without)):
            continue
        for each in ["GET", "POST", "PATCH", "DELETE"] if method == "ANY" else [method]:
            wanted.add(f"{each} {re.sub('{[a-z]+}', '{}', path)}")
    for method, path, _ in operations(description):
        found.add(f"{method.upper()} {re.sub('{[a-z]+}', '{}', path)}")
    expect(len(wanted) > 20, "no routes in the page")
    expect(found == wanted, f"routes here and in the page differ: {sorted(found ^ wanted)}")


def check_answers(description, page):
    """Each error is in section 3.2, or among those of the Webitel API in sections 6 and 7."""
    table = page[page.index("\n.Ss 3.2 "):page.index("\n.Ss 3.3 ")]
    webitel = page[page.index("\n.Sh 6. "):page.index("\n.Sh 8. ")]
    known = set()
    for status, messages in re.findall(r"^\.It (\d+) Li (.*)$", table, re.M):
        known.update((status, message) for message in messages.split(" , "))
    expect(len(known) > 30, "no answers in the page")
    for method, path, operation in operations(description):
        for status, answer in operation["responses"].items():
            expect("content" in answer or status == "204",
                   f"{method} {path}: {status} has no form")
            for message in answer["description"].split(", ") if status >= "300" else []:
                expect((status, message) in known or f".Sq {message}" in
                       webitel.replace("\\&", ""), f"{method} {path}: {status} {message}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        description = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        form = json.load(file)
    with open(sys.argv[3], encoding="utf-8") as file:
        page = file.read()
    check_form(description, form)
    check_references(description)
    check_operations(description)
    check_routes(description, page, sys.argv[4:])
    check_answers(description, page)
    print("\n".join(wrong) or f"{len(list(operations(description)))} operations")
    return bool(wrong)


sys.exit(main())
