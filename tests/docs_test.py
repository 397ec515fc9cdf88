#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the documentation says exists: links, commands and flags, code.

usage: docs_test.py MIEN
"""
import re
import subprocess
import sys

import repository

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PAGE = re.compile(r"\bdocs/[a-z-]+\.md\b")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
INDENTED = re.compile(r"(?:^ {4}.*\n)+", re.M)
COMMAND = re.compile(r"(?:^|\s)(?:\S*/)?mien((?: [a-z0-9][a-z0-9-]*)+|(?= --))"
                     r"([^\n|]*)", re.M)
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")


def link_problems(path, page):
    """Relative links that lead nowhere."""
    folder = (repository.ROOT / path).parent
    return [f"{path}: link to {target}, which is not there"
            for target in LINK.findall(page)
            if not re.match(r"[a-z]+:|#", target)
            and not (folder / target.split("#")[0]).exists()]


def mention_problems(path, code):
    """Pages that comments and messages send the reader to."""
    return [f"{path}: mentions {page}, which is not there"
            for page in set(PAGE.findall(code))
            if not (repository.ROOT / page).exists()]


def code_blocks(page):
    fenced = [text for _, text in BLOCK.findall(page)]
    rest = BLOCK.sub("\n", page)
    return fenced + INDENTED.findall(rest)


def cpp_problems(path, page):
    """C++ of the pages must stand in an example, which the install test
    compiles."""
    examples = [repository.text(file) for file in repository.files()
                if file.parts[0] == "examples" and file.suffix == ".cc"]
    return [f"{path}: this C++ stands in no example:\n{text}"
            for language, text in BLOCK.findall(page)
            if language == "cpp" and not any(text in e for e in examples)]


class Program:
    """The built program, asked once per command for its help."""

    def __init__(self, binary):
        self.binary = binary
        self.pages = {}

    def help(self, command):
        """The help of a tuple of words, or None when there is no such
        command."""
        if command not in self.pages:
            run = subprocess.run([self.binary, *command, "--help"],
                                 capture_output=True, text=True)
            text = run.stdout + run.stderr
            self.pages[command] = text if run.returncode == 0 else None
        return self.pages[command]

    def subcommands(self, command=()):
        """Names listed under "Subcommands" or "Commands" in the help."""
        text = self.help(command) or ""
        part = re.split(r"^(?:sub)?commands:.*\n", text, flags=re.M | re.I)
        if len(part) < 2:
            return []
        lines = part[-1].split("\n")
        return [m.group(1) for m in map(
            lambda line: re.match(r"\s{1,4}([a-z][a-z0-9-]*)(?:\s{2,}|$)", line),
            lines) if m]

    def longest_command(self, words):
        """The leading words that name a command."""
        command = ()
        for word in words:
            if word not in self.subcommands(command):
                break
            command += (word,)
        return command


def command_problems(path, page, program):
    problems = []
    for block in code_blocks(page):
        block = block.replace("\\\n", " ")
        for words, rest in COMMAND.findall(block):
            words = words.split()
            command = program.longest_command(words)
            if words and not command:
                problems.append(f"{path}: no command mien {words[0]}")
                continue
            known = FLAG.findall(program.help(command) or "")
            problems += [f"{path}: mien {' '.join(command)} has no {flag}"
                         for flag in FLAG.findall(rest)
                         if flag not in known + ["--help"]]
    return problems


def undocumented(program, page, command=()):
    """Commands and flags of the program that no page of docs/ names."""
    problems = []
    for flag in set(FLAG.findall(program.help(command) or "")):
        if not re.search(re.escape(flag) + r"(?![\w-])", page):
            problems.append(f"docs/: mien {' '.join(command)} {flag} "
                            "is not described")
    for name in program.subcommands(command):
        if f"mien {' '.join(command + (name,))}" not in page:
            problems.append(f"docs/: mien {' '.join(command + (name,))} "
                            "is not described")
        problems += undocumented(program, page, command + (name,))
    return problems


def package_problems():
    """Debian packages that are installed without docs/dependencies.md saying
    what for."""
    script = repository.ROOT / "scripts" / "install_packages.sh"
    listing = subprocess.run([str(script), "--list"], capture_output=True,
                             text=True, check=True)
    page = repository.text("docs/dependencies.md")
    return [f"docs/dependencies.md: {package} is not described"
            for package in listing.stdout.split() if package not in page]


def main():
    program = Program(sys.argv[1])
    problems = []
    for path in repository.files():
        if path.suffix == ".md":
            page = repository.text(path)
            problems += link_problems(path, page)
            problems += cpp_problems(path, page)
            problems += command_problems(path, page, program)
    for path in repository.code_files():
        problems += mention_problems(path, repository.text(path))
    if not program.subcommands():
        problems.append("mien --help lists no commands")
    pages = "\n".join(repository.text(path) for path in repository.files()
                      if path.parts[0] == "docs" and path.suffix == ".md")
    problems += undocumented(program, pages)
    problems += package_problems()
    repository.finish(problems)


if __name__ == "__main__":
    main()
