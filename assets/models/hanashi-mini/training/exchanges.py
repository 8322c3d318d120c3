"""koto.txt, haru.txt, wordings.txt and both/*.txt -> conversations, and the wordings the person's side may take while training.

    python exchanges.py > exchanges.jsonl      the exchanges as data, one conversation a row, and a report on stderr

The person's side is varied by rule (capitals, end punctuation, contractions, a form of address, a slip of the finger). Of replies
to the same line the first sentence of one may stand with the last of another, and a word may stand before them; {name} becomes the
same given name as in the person's line.
"""

import collections
import glob
import json
import os
import random
import re
import sys

from common import ANY_TAG, legal

HERE = os.path.dirname(os.path.abspath(__file__))
CHARACTERS = ("koto", "haru")

NAMES = """
Anna Ben Clara David Emma Felix Grace Henry Ida Jack Kate Leo Mia Noah Olga Paul Rosa Sam Tina Tom Uma Vera Will Zoe Alice
Peter Maria Lucas Nina Oscar Julia Max Lily Simon Ella Daniel Sara Martin Hanna Jonas Laura Adam Eva Kevin Lena Mark Amy
Robert Sophie Erik Ruby George Maya Ivan Nora Luis Yuki Ken Aiko Ryo Mei Wei Li Chen Ling Min Jun Hiro Emi Sota Rin Akira
Priya Arjun Omar Layla Amir Fatima Yusuf Zara Carlos Ana Diego Lucia Pedro Ines Marco Giulia Luca Pierre Chloe Louis Marie
Jan Eliza Piotr Ewa Sven Astrid Lars Freya Finn Isla Rory Owen Megan Dylan Bella Charlie Daisy Edward Fiona Harry Ivy James
Alex Robin Kim Sasha Jamie Morgan Casey Taylor Jordan Riley Quinn Sky River Jo Lou Pat Chris Steve Mike John Mary Jane Joe
""".split()

CONTRACTIONS = [
    ("I am", "I'm"), ("do not", "don't"), ("What is", "What's"), ("what is", "what's"), ("can not", "can't"),
    ("You are", "You're"), ("you are", "you're"), ("It is", "It's"), ("it is", "it's"), ("I have got", "I've got"),
    ("Let us", "Let's"), ("That is", "That's"), ("that is", "that's"), ("Who is", "Who's"), ("did not", "didn't"),
]
OPENERS = ["so, ", "well, ", "hey, ", "um, ", "okay, ", "oh, ", "and "]
CLOSERS = [", please", " then", ", you know", " today", " now", " again", ", right", " really", " for me", ", do you know"]


def read_blocks(path):
    """Blocks of lines between blank lines -> [[("user", [wording, ...]) | ("assistant", text), ...], ...]"""
    blocks, block = [], []
    for number, line in enumerate(open(path, encoding="ascii"), 1):
        line = line.rstrip("\n")
        if not line.strip():
            if block:
                blocks.append(block)
            block = []
        elif line.startswith("> "):
            block.append(("user", [w.strip() for w in line[2:].split(" | ")]))
        elif line.startswith("< "):
            block.append(("assistant", line[2:].strip()))
        elif line.startswith("@"):
            blocks.append([("character", line[1:].strip())])
        elif not line.startswith("#"):
            raise SystemExit(f"{path}:{number}: neither '> ', '< ', '#' nor blank: {line}")
    return blocks + ([block] if block else [])


def read_both(path):
    """Blocks for both characters -> [(character, block), ...]

    "> " is what the person says to either, "k< " what Koto answers, "h< " what Haru does. Several answers of one character are as
    many conversations: the nth takes the nth answer to each line, or the last. Where a character has no answer it ends.
    """
    found, turns = [], []

    def close():
        for letter, who in zip("kh", CHARACTERS):
            for number in range(max((len(own[letter]) for _, own in turns), default=0)):
                block = []
                for wordings, own in turns:
                    if not own[letter]:
                        break
                    block += [("user", wordings), ("assistant", own[letter][min(number, len(own[letter]) - 1)])]
                if block:
                    found.append((who, block))
        turns.clear()

    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        line = line.strip()
        if not line:
            close()
        elif line.startswith("> "):
            turns.append(([w.strip() for w in line[2:].split(" | ")], {"k": [], "h": []}))
        elif line[:3] in ("k< ", "h< ") and turns and line.isascii():
            turns[-1][1][line[0]].append(line[3:].strip())
        elif not line.startswith("#"):
            raise SystemExit(f"{path}:{number}: neither '> ', 'k< ', 'h< ' (in ASCII), '#' nor blank: {line}")
    close()
    return found


def wordings():
    """{folded line: [other wordings]} of wordings.txt"""
    found = {}
    for line in open(f"{HERE}/wordings.txt", encoding="ascii"):
        if " | " in line and not line.startswith("#"):
            first, *others = (w.strip() for w in line.split(" | "))
            found.setdefault(fold(first), []).extend(others)
    return found


def conversations():
    """[(character, block)] of both characters: each one's own text, then what was written for both, in file order."""
    own, more = [], wordings()
    for who in CHARACTERS:
        for block in read_blocks(f"{HERE}/{who}.txt"):
            if block[0][0] == "user":
                block[0] = ("user", block[0][1] + more.get(fold(block[0][1][0]), []))
            own.append((who, block))
    return own + [row for path in sorted(glob.glob(f"{HERE}/both/*.txt")) for row in read_both(path)]


def fifty():
    """[(character, prompt)] of fifty.txt: the prompts whose answers by two models stand side by side in fifty.md."""
    lines = (line.split(" > ", 1) for line in open(f"{HERE}/fifty.txt", encoding="utf-8") if " > " in line)
    return [(who, prompt.strip()) for who, prompt in lines]


def held_out():
    """[(character, prompt, reference reply)]"""
    rows, who = [], None
    for block in read_blocks(f"{HERE}/held_out.txt"):
        if block[0][0] == "character":
            who = block[0][1]
        else:
            rows.append((who, block[0][1][0], block[1][1]))
    return rows


def plain(block, rng):
    """The block with one wording and one name chosen: a list of messages."""
    name = rng.choice(NAMES)
    messages = []
    for role, text in block:
        text = rng.choice(text) if role == "user" else text
        messages.append({"role": role, "content": text.replace("{name}", name)})
    return messages


def vary(text, who, rng, lose=True):
    """Another way to type the same line; with `lose` a word or two may be gone."""
    for long, short in CONTRACTIONS:
        if rng.random() < 0.3:
            text = text.replace(long, short) if rng.random() < 0.5 else text.replace(short, long)
    words = text.split()
    # A lost word or two: the reply should hang on the words that matter, not on the exact line.
    while lose and len(words) > 3 and rng.random() < 0.15:
        del words[rng.randrange(len(words))]
    text = " ".join(words)
    words = len(words)
    if rng.random() < 0.12:
        hello = rng.choice(["hello", "hi", "hey", "please", "tell me", "I wonder", who, f"hey {who}", f"dear {who}"])
        text = f"{hello}{rng.choice([', ', ' ', '. '])}{text[0].lower() + text[1:]}"
    elif rng.random() < 0.1 and words > 2:
        text = rng.choice(OPENERS) + text[0].lower() + text[1:]
    if rng.random() < 0.15 and words > 1 and text[-1].isalpha():
        text += rng.choice(CLOSERS)
    if rng.random() < 0.07 and who not in text.lower() and words > 1:
        end = text[-1] if text[-1] in ".!?" else ""
        text = f"{text.rstrip('.!?')}, {who.capitalize()}{end}"
    draw = rng.random()
    if draw < 0.25:
        text = text.lower()
    elif draw < 0.45:
        text = text[0].upper() + text[1:]
    if rng.random() < 0.25:
        text = text.rstrip(".!")
    elif rng.random() < 0.15 and text[-1].isalpha():
        text += rng.choice([".", ".", "!"])
    if rng.random() < 0.04 and len(text) > 8:
        at = rng.randrange(1, len(text) - 1)
        text = text[:at] + text[at + 1 :]
    return text


def fold(text):
    """A line without capitals and marks: what makes two wordings the same. What is nothing but marks, or another script, stays."""
    return re.sub(r"[^a-z0-9 ]", "", text.lower()).strip() or text.strip()


def answers():
    """{(character, folded first wording): [reply, ...]} of the exchanges that begin a conversation."""
    found = collections.defaultdict(list)
    for who, block in conversations():
        if block[0][0] == "user" and len(block) > 1:
            found[who, fold(block[0][1][0])].append(block[1][1])
    return found


# How often a reply is learnt as it was written.
KEPT = 0.2
# A reply that sends somebody to help is learnt as it was written: no half of it, and no "Ooh, " before it.
HELP = re.compile(r"crisis|helpline|emergency|somebody you trust|someone you trust|near you|ambulance|doctor|grown-up|police|hospital")
# How often a word is put before it, the way people begin.
BEGUN = 0.2
BEGINNINGS = {"koto": ["Oh, ", "Ah, ", "Well, ", "Hm, ", "Ooh, ", "You know, "], "haru": ["Hm. ", "Well. ", "Ah. ", "Right. ", "Hah. "]}
# Words that keep their capital behind such a beginning.
PROPER = re.compile(r"(I|I'm|I've|I'll|I'd|Comma|Koto|Haru|Shiosai|Lantern|Monday|Sunday|English|{name})\b")


def mix(reply, others, rng):
    """Another reply to the same line: the first sentence of one, sometimes with the last one of another.

    Learning these keeps a small model from reciting whole replies, and every piece still answers the line.
    """
    sentences = lambda text: re.findall(r".+?[.!?]+(?=\s|$)\s*", text) or [text]
    start = sentences(reply)
    if HELP.search(reply) or rng.random() < KEPT:
        return reply
    other = sentences(rng.choice(others))
    ends = [piece for piece in other[1:] if not ANY_TAG.match(piece)]
    text = start[0].strip() + (" " + ends[-1].strip() if ends and (len(start) == 1 or rng.random() < 0.6) else "")
    return text if len(ANY_TAG.sub("", text).split()) >= 4 else reply


def begin(reply, who, rng):
    """The reply with a word before its first one, now and then."""
    tag = re.match(r"(\[\w+\] )?", reply).group()
    text = reply[len(tag):]
    if HELP.search(reply) or rng.random() > BEGUN or re.match(r"(Oh|Ah|Well|Hm|Ooh|Hah|Right|Yes|No|Hello|Hi|Hey|Good|Thank|You know)\b", text):
        return reply
    word = rng.choice(BEGINNINGS[who])
    if word.endswith(", ") and not PROPER.match(text):
        text = text[0].lower() + text[1:]
    return tag + word + text


def problems(rows):
    """What breaks the rules of the text: tags, length, openings, held-out prompts that are also in training."""
    replies = [m["content"] for row in rows for m in row["messages"] if m["role"] == "assistant"]
    for reply in replies:
        if not legal(reply):
            yield f"tag: {reply}"
        if len(ANY_TAG.sub("", reply).split()) > 45:
            yield f"over 45 words: {reply}"
    openings = collections.Counter(" ".join(ANY_TAG.sub("", r).lower().split()[:4]) for r in replies)
    opening, times = openings.most_common(1)[0]
    if times > 0.02 * len(replies):
        yield f"opening '{opening}' begins {times} of {len(replies)} replies"
    lines = {fold(block[0][1][0]) for _, block in conversations() if block[0][0] == "user"}
    for line in wordings().keys() - lines:
        yield f"wordings.txt: no conversation begins with: {line}"
    seen = {(who, fold(w)) for who, block in conversations() for role, t in block if role == "user" for w in t}
    for who, prompt in [row[:2] for row in held_out()] + fifty():
        if (who, fold(prompt)) in seen:
            yield f"held out, but in training: {who}: {prompt}"
    print(f"{len(rows)} conversations, {len(replies)} replies, {len(set(replies))} of them distinct", file=sys.stderr)
    print(f"most frequent four-word opening: '{opening}', {times} times", file=sys.stderr)
    print(f"{sum(len(r['messages']) > 2 for r in rows)} conversations of several turns", file=sys.stderr)


def main():
    rng = random.Random(1)
    rows = [{"character": who, "messages": plain(block, rng)} for who, block in conversations()]
    found = list(problems(rows))
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))
    if found:
        raise SystemExit("\n".join(found))


if __name__ == "__main__":
    main()
