"""Annotations as the runner of GitHub Actions reads them: https://github.com/actions/runner, ActionCommand.cs."""
import re


def read(errors):
    """(level, properties, message) of each annotation among lines of standard error."""
    annotations = []
    for line in errors.splitlines():
        match = re.fullmatch(r"::(\w+)(?: ([^\n]*?))?::(.*)", line)
        if match:
            properties = dict(part.split("=", 1) for part in match.group(2).split(","))
            for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
                properties = {key: value.replace(escape, character) for key, value in properties.items()}
            annotations.append((match.group(1), properties, match.group(3).replace("%0A", "\n").replace("%25", "%")))
    return annotations


def lines_of(errors):
    """The annotations as they are written, without what else is said there."""
    return "".join(line + "\n" for line in errors.splitlines() if line.startswith("::"))
