#!/usr/bin/env python3
"""Checks an export of the record (`kiosk record export FILE`) without the product: plain Python 3.8 or newer.

    python3 verify.py FILE [NUMBER:CHARACTERS …]

The heads given are those printed on posters or mailed: an entry's number and its first 12 characters or more.
docs/record.md describes the format. Exit status 0: nothing was changed; 1: the first false row is named.
"""

import hashlib
import json
import sys
from bisect import bisect_left

KINDS = ("rating", "note", "mark")
ORDER = ("record", "entry", "text", "seal", *KINDS)


def sha(data):
    return hashlib.sha256(data).digest()


def root(hashes):
    """The root of a Merkle tree as in RFC 6962 over the hashes of its leaves."""
    while len(hashes) > 1:
        pairs = [sha(b"\x01" + a + b) for a, b in zip(hashes[::2], hashes[1::2])]
        hashes = pairs + [hashes[-1]] * (len(hashes) % 2)
    return hashes[0] if hashes else sha(b"")


def text_hash(salt, text):
    """What stands in an entry in the place of a text."""
    return sha(bytes.fromhex(salt) + text.encode()).hex()


def hashes(value):
    """The hashes that stand in a body in the place of names and free texts: {"sha256": hash}."""
    if isinstance(value, dict):
        if set(value) == {"sha256"}:
            return {value["sha256"]}
        value = list(value.values())
    return set().union(*map(hashes, value)) if isinstance(value, list) else set()


class Export:
    """An export as it was read: entries, seals, rows by kind, and what is wrong already while reading."""

    def __init__(self, lines):
        self.head, self.entries, self.sealings, self.seals = (0, "0" * 64), {}, {}, {}
        self.rows = {kind: [] for kind in KINDS}
        self.found, self.named, self.erasures, self.erased, self.last = [], {}, {}, {}, (0, "")
        self.abridged, self.put_away, self.copied, self.copies = [], (0, ""), hashlib.sha256(), {}
        self.previous, self.expected, self.stage = "0" * 64, 1, None
        for number, line in enumerate(lines, 1):
            try:
                self.read(line[:-1] if line.endswith("\n") else line)
            except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
                self.found.append(("line", str(number), "unreadable", ""))
        if self.stage is None:
            self.found.append(("line", "1", "unreadable", ""))

    def read(self, line):
        """One line; it must be written as the format says, and kinds and numbers must be in their order."""
        kind, *values = json.loads(line)
        if line != json.dumps([kind, *values], ensure_ascii=False, separators=(",", ":")):
            raise ValueError("written in another way")
        stage = ORDER.index(kind)
        if (self.stage is None) != (stage == 0):
            raise ValueError("the head is the first line, and the only one of its kind")
        if stage and stage < self.stage:
            self.found.append((kind, str(values[0]), "inserted", ""))
        self.stage = max(stage, self.stage or 0)
        if kind in KINDS:
            self.read_row(kind, values[0], line)
        else:
            getattr(self, "read_" + kind)(*values)

    def read_record(self, form, made, seq, own):
        if form not in (1, 2) or (type(form), type(made), type(seq), type(own)) != (int, str, int, str):
            raise ValueError("another format")
        self.head = (seq, own)

    def read_entry(self, seq, own, body):
        told = json.loads(body)
        link = sha(f"{self.previous}\n{body}".encode()).hex()
        if not any(kind == "entry" for kind, *_ in self.found):  # only the first: all that follow break, too
            if seq > self.expected:
                self.found.append(("entry", str(self.expected), "missing", ""))
            elif seq < self.expected:
                self.found.append(("entry", str(seq), "inserted", ""))
            elif (link != own and told.get("format") != "abridged") or told["seq"] != seq:
                self.found.append(("entry", str(seq), "altered", ""))
        self.previous, self.expected, self.entries[seq] = own, seq + 1, str(own)
        self.copied.update(f"{seq} {own} {body}\n".encode())
        self.copies[seq] = self.copied.hexdigest()
        if told.get("format") == "abridged":
            self.abridged.append(seq)
        if told["action"] == "record.put_away":
            self.put_away = (told["after"]["last"], told["after"]["digest"])
        if told["action"] == "ratings.sealed":
            self.sealings[int(told["subject"].split(":")[1])] = dict(told["after"])
        if told.get("format") == 2:
            self.named[seq] = hashes(told)
        if told["action"] == "text.erased":
            self.erasures[seq] = told["after"]["digest"]

    def read_text(self, seq, own, salt, text, erased):
        """A name or text of an entry and its salt; of an erased one, where the record tells so."""
        if (seq, own) <= self.last or own not in self.named.get(seq, ()):
            self.found.append(("text", str(seq), "inserted", ""))
        self.last = (seq, own)
        self.named.get(seq, set()).discard(own)
        if text is None and salt is None and type(erased) in (int, type(None)):
            self.erased.setdefault(erased, []).append((own, seq))
        elif erased is not None or salt != bytes.fromhex(salt).hex() or text_hash(salt, text) != own:
            self.found.append(("text", str(seq), "altered", ""))

    def untold(self):
        """Texts that an entry names and that are not there, or that the record does not call erased."""
        lost = [seq for seq, left in self.named.items() if left]
        for told_in, erased in self.erased.items():
            digest = sha("".join(sorted(own for own, _seq in erased)).encode()).hex()
            if self.erasures.get(told_in) != digest:
                lost.append(min(seq for _own, seq in erased))
        last, digest = self.put_away  # it vouches for abridged entries, whose own hash is of what they said
        if self.abridged and (last < max(self.abridged) or self.copies.get(last) != digest):
            self.found.append(("entry", str(self.abridged[0]), "altered", ""))
        return [("text", str(seq), "missing", "") for seq in sorted(lost)]

    def read_seal(self, number, digest, leaves):
        if type(number) is not int or number <= max(self.seals, default=0):
            self.found.append(("seal", str(number), "inserted", ""))
        parts = [leaves[i : i + 64] for i in range(0, len(leaves), 64)]
        if any(len(one) != 64 or set(one) - set("0123456789abcdef") for one in parts):
            raise ValueError("no hash")
        self.seals[number] = (digest, [bytes.fromhex(one) for one in parts])

    def read_row(self, kind, number, line):
        rows = self.rows[kind]
        if type(number) is not int:
            raise ValueError("no number")
        if number < 1 or (rows and number <= rows[-1][0]):
            self.found.append((kind, str(number), "inserted", ""))
        rows.append((number, sha(b"\x00" + line.encode())))


def first_difference(kind, first, tree, rows, contiguous, seal):
    """The first row that is not as it was sealed: altered, put in, or no longer there."""
    pairs = enumerate(zip(tree, rows))
    same = next((n for n, (one, row) in pairs if one != row[1]), min(len(tree), len(rows)))
    if same >= len(tree) or tree[same] in {leaf for _number, leaf in rows[same + 1 :]}:
        return kind, str(rows[same][0]), "inserted", seal
    if same >= len(rows) or rows[same][1] in tree[same + 1 :]:
        after = rows[same - 1][0] if same else first - 1
        return kind, str(after + 1) if contiguous else f"> {after}", "missing", seal
    return kind, str(rows[same][0]), "altered", seal


def check_seal(export, number, told, previous, ends):
    """One seal of format 2 against the chain's words, and its rows against the seal."""
    if number not in export.seals:
        return [("seal", str(number), "missing", "")]
    digest, leaves = export.seals[number]
    text, roots, trees = f"kiosk seal 2\n{previous}\n", [], []
    for kind, count in zip(KINDS, told["counts"]):
        first, last = told[kind + "s"]
        trees.append(leaves[:count])
        leaves = leaves[count:]
        roots.append(root(trees[-1]).hex())
        text += f"{kind}s {first} {last} {count} {roots[-1]}\n"
    follows = not leaves and [told[kind + "s"][0] - 1 for kind in KINDS] == ends
    if not follows or roots != told["roots"] or not digest == told["digest"] == sha(text.encode()).hex():
        return [("seal", str(number), "altered", "")]
    found = []
    for kind, tree in zip(KINDS, trees):
        first, last = told[kind + "s"]
        rows = export.rows[kind]
        rows = rows[bisect_left(rows, (first,)) : bisect_left(rows, (last + 1,))]
        if [leaf for _number, leaf in rows] != tree:
            contiguous = len(tree) == last - first + 1
            found.append(first_difference(kind, first, tree, rows, contiguous, f"seal {number}"))
    return found


def verify(lines, heads=()):
    """All that is wrong with an export as (kind, place, problem, detail), and a summary in words."""
    export = Export(lines)
    found, end = export.found, max(export.entries, default=0)
    found.sort(key=lambda one: one[0] != "entry")
    known = [(*head, "a known head") for head in heads]
    for seq, own, source in sorted([*known, (*export.head, "the export's own head")]):
        if seq not in export.entries and seq:
            found.append(("entry", str(min(seq, end + 1)), "cut", source))
        elif seq and not export.entries[seq].startswith(own):
            found.append(("entry", str(seq), "rewritten", source))
    found += export.untold()
    previous, ends = "0" * 64, [0, 0, 0]
    for number, told in sorted(export.sealings.items()):
        try:
            found += check_seal(export, number, told, previous, ends) if "format" in told else []
            previous, ends = told["digest"], [told[kind + "s"][1] for kind in KINDS]
        except (ValueError, TypeError, KeyError, IndexError):
            found.append(("seal", str(number), "altered", ""))
    found += [("seal", str(n), "inserted", "") for n in export.seals if n not in export.sealings]
    rows, old = export.rows["rating"], sum("format" not in told for told in export.sealings.values())
    unsealed = sum(number > ends[0] for number, _leaf in rows)
    summary = f"{end} entries, {len(export.sealings)} seals, {len(rows)} ratings, {unsealed} not sealed yet"
    erased = sum(map(len, export.erased.values()))
    summary += f"; {erased} names or texts erased" if erased else ""
    return found, summary + (f"; {old} seals of version 0.1.0 not checked" if old else "")


def main(arguments):
    parts = [text.partition(":") for text in arguments[1:]]
    heads = [(int(number), "".join(own.split()).lower()) for number, _colon, own in parts]
    with open(arguments[0], encoding="utf-8", newline="\n") as file:
        found, summary = verify(file, heads)
    for kind, place, problem, detail in found[:1]:
        print(f"{kind} {place}: {problem}" + (f" ({detail})" if detail else ""))
    print("NOT as it was recorded" if found else "nothing was changed", summary, sep="; ")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if len(sys.argv) > 1 else __doc__)
