"""Makes `han.txt` from OpenCC's tables, as the Python package opencc-python-reimplemented 0.1.7 ships them.

Usage: python3 make_han.py DICTIONARY_FOLDER > han.txt

Pairs of characters without separators, sorted: one to look for, and the simplified one that stands for it. Traditional
characters come from TSCharacters.txt. Japanese forms (JPVariants.txt) are added where they are no everyday Chinese character
of another meaning, which is what being in GB 2312 tells.
"""

import sys
from pathlib import Path

folder = Path(sys.argv[1])


def rows(name):
    for line in (folder / name).read_text(encoding="utf-8").splitlines():
        if "\t" in line:
            source, targets = line.split("\t")
            yield source, targets.split()


def everyday(character):
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


simple = {old: new[0] for old, new in rows("TSCharacters.txt") if len(old) == 1 and len(new[0]) == 1 and old != new[0]}
for old, forms in rows("JPVariants.txt"):
    for form in forms:
        if form not in simple and form != simple.get(old, old) and not everyday(form):
            simple[form] = simple.get(old, old)
for old, new in simple.items():
    simple[old] = simple.get(new, new)
print("".join(old + new for old, new in sorted(simple.items())))
