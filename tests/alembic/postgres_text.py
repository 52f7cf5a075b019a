"""PostgreSQL's text: statements of a script, and names."""
import re

_TOKEN = re.compile(r"""
    (?P<blank>\s+ | --[^\n]*)
  | (?P<comment>/\*)
  | (?P<escaped>[eE]'(?:[^'\\]|''|\\.)*(?:'|\Z))
  | (?P<text>'(?:[^']|'')*(?:'|\Z))
  | (?P<name>"(?:[^"]|"")*(?:"|\Z))
  | (?P<dollar>\$(?:[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*)?\$)
  | (?P<word>[A-Za-z_\x80-\U0010ffff][\w$\x80-\U0010ffff]*)
  | (?P<number>\d[\w.]*)
  | (?P<sign>.)
""", re.VERBOSE | re.DOTALL)


def tokens_of(sql):
    """(kind, text) of each token; a comment is blank, a dollar-quoted text is one token, and what is
    opened and not closed goes to the end."""
    at = 0
    while at < len(sql):
        token = _TOKEN.match(sql, at)
        kind, end = token.lastgroup, token.end()
        if kind == "comment":
            kind, end = "blank", _end_of_comment(sql, at)
        elif kind == "dollar":
            closing = sql.find(token.group(), end)
            kind, end = "text", closing + len(token.group()) if closing >= 0 else len(sql)
        yield kind, sql[at:end]
        at = end


def _end_of_comment(sql, start):
    depth = 0
    for mark in re.compile(r"/\*|\*/").finditer(sql, start):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(sql)


def statements_of(sql):
    """The statements of `sql`, without their semicolons; those in parentheses and in bodies between
    BEGIN ATOMIC and END stay whole."""
    words, text, depth, atomic = [], "", 0, 0
    for kind, token in tokens_of(sql):
        if token == ";" and depth <= 0 and atomic == 0:
            if words:
                yield text.strip()
            words, text, depth = [], "", 0
            continue
        text += token
        if kind == "blank":
            continue
        depth += {"(": 1, ")": -1}.get(token, 0)
        word = token.upper()
        if word == "ATOMIC" and words and words[-1] == "BEGIN":
            atomic += 1
        elif atomic and word == "CASE":
            atomic += 1
        elif atomic and word == "END":
            atomic -= 1
        words.append(word)
    if words:
        yield text.strip()


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def path_of(schema, name):
    """A name as scenario files have it: without the schema `public`."""
    return name if schema == "public" else "%s.%s" % (schema, name)
