#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/http-api.md, docs/compat.md and docs/openapi.yaml describe each route
of the server, with the role that it needs, and none that it has not.

usage: http_api_test.py MIEN
"""
import re
import subprocess
import sys

import repository

SECTION = re.compile(r"^## (GET|POST|PUT|PATCH|DELETE) (/\S*)\n(.*?)(?=^## |\Z)",
                     re.M | re.S)
PAGE_FILE = re.compile(r"/$|\.(css|js)$")
METHODS = ("get", "post", "put", "patch", "delete")


def served_routes(mien):
    """{(method, path): role}"""
    listing = subprocess.run([mien, "serve", "--routes"], capture_output=True,
                             text=True, check=True).stdout
    return {(method, path): role for method, path, role in
            map(str.split, listing.splitlines())}


def page_problems(page, routes):
    problems = []
    described = {}
    for method, path, text in SECTION.findall(page):
        described[(method, path)] = text
    for route, role in routes.items():
        text = described.get(route)
        if text is None:
            problems.append(f"docs/http-api.md: {' '.join(route)} is missing")
            continue
        said = re.search(r"Role:\s+(\w+)", text)
        if (said.group(1) if said else "none") != role:
            problems.append(f"docs/http-api.md: {' '.join(route)} needs the "
                            f"role {role}")
        if "    curl " not in text:
            problems.append(f"docs/http-api.md: {' '.join(route)} has no "
                            "example")
    return problems + [f"docs/http-api.md: no route {' '.join(route)}"
                       for route in described if route not in routes]


def openapi_routes(text):
    """The routes of an OpenAPI file in block style, without a YAML reader."""
    routes = set()
    path = None
    for line in text.split("paths:\n", 1)[1].splitlines():
        if re.match(r"\S", line):
            break
        if match := re.match(r"  (/\S*):$", line):
            path = match.group(1)
        elif (match := re.match(r"    (\w+):$", line)) and (
                match.group(1) in METHODS):
            routes.add((match.group(1).upper(), path))
    return routes


def openapi_problems(text, routes):
    described = openapi_routes(text)
    return ([f"docs/openapi.yaml: {' '.join(route)} is missing"
             for route in sorted(set(routes) - described)] +
            [f"docs/openapi.yaml: no route {' '.join(route)}"
             for route in sorted(described - set(routes))])


def is_own(route):
    """Routes that imitate other products are described in one table."""
    return route[1].startswith("/v1/") and (
        not route[1].startswith("/v1/vision/")) or route[1] == "/metrics"


def main():
    routes = served_routes(sys.argv[1])
    own = {route: role for route, role in routes.items() if is_own(route)}
    problems = page_problems(repository.text("docs/http-api.md"), own)
    problems += openapi_problems(repository.text("docs/openapi.yaml"), own)
    if not own:
        problems.append("mien serve --routes lists none")
    compat = repository.ROOT / "docs" / "compat.md"
    page = compat.read_text() if compat.exists() else ""
    problems += [f"docs/compat.md: {path} is missing"
                 for _, path in set(routes) - set(own)
                 if not PAGE_FILE.search(path) and f"`{path}`" not in page]
    repository.finish(problems)


if __name__ == "__main__":
    main()
