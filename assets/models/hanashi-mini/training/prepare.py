"""Corpora -> tokenizer.json, tokenizer_config.json, pretrain.jsonl and pretrain-valid.jsonl, and the table SOURCES.tsv.

    python prepare.py --out DIR --synthetic-persona-chat DIR --topical-chat DIR --taskmaster DIR --self-dialogue DIR \\
        --chitchat DIR --gpteacher DIR --chatterbot DIR --books DIR

Each option names one checkout; --books a folder that holds one checkout of Standard Ebooks a book. A checkout without its git directory
says its commit in a file COMMIT. What each one is, and under which licence, stands in SOURCES.tsv; a source that is not named is left out.

A row of pretrain.jsonl is one document, control tokens written out: "<|begin|><|user|>...<|end|><|char|>...<|end|>...", some with
"<|system|>You are ...<|end|>" before, or "<|begin|>...<|end|>" for prose. Every choice is drawn from one seeded generator, so the same
input gives the same bytes.
"""

import argparse
import collections
import csv
import glob
import hashlib
import html
import json
import os
import random
import re
import subprocess
import zlib

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from common import CHAT_TEMPLATE, SPECIALS, clean
from exchanges import conversations

SEED = 20261126
VOCABULARY, CONTEXT, LONGEST = 8192, 512, 500
HELD_OUT = 300
HERE = os.path.dirname(os.path.abspath(__file__))
# Conversations are at least this share of the tokens; of the prose so much is taken as that leaves room for.
TALK_SHARE = 0.66
# What is read twice. The second time the roles are exchanged, so that no document stands there twice.
TWICE = {"synthetic-persona-chat", "topical-chat", "self-dialogue", "chitchat", "plays", "novels"}
# Letters of each source that the vocabulary is made from, and how often the characters' own text counts.
SAMPLE, PROSE_SAMPLE, OWN = 2_500_000, 4_000_000, 12
CHATTERBOT = "ai botprofile conversations emotion food gossip greetings health humor literature movies psychology science sports trivia"

# Authors who died after 1955: public domain in the United States, not yet where that takes 70 years. Left out unless asked for.
RECENT = (
    "a-a-milne agatha-christie carolyn-keene dorothy-l-sayers e-m-forster franklin-w-dixon georgette-heyer mary-roberts-rinehart "
    "noel-coward p-g-wodehouse"
).split()

# What a turn of a conversation must not hold. The conversation is cut there.
UNWANTED = re.compile(
    r"\b(fuck\w*|shit\w*|bitch\w*|cunt\w*|whore\w*|slut\w*|bastard\w*|pussy|cock(?:s|sucker)?|dick(?:s|head)?|asshole\w*|blowjob\w*|"
    r"nigg\w*|faggot\w*|fags?|retard(?:ed|s)?|tranny|kike\w*|chinks?|spics?|gooks?|wetback\w*|darkey?s?|darkies|coons?|niggards?|"
    r"sex|sexual\w*|sexy|sexist|porn\w*|nude\w*|naked|horny|orgasm\w*|erotic\w*|masturbat\w*|penis\w*|vagina\w*|boobs?|tits?|breasts?|"
    r"rap(?:e|ed|ist|ists)|molest\w*|incest|prostitut\w*|brothels?|genital\w*|condoms?|viagra|hooker\w*|stripper\w*|strip club\w*|"
    r"suicid\w*|kill (?:myself|yourself|himself|herself|themselves)|killed (?:myself|himself|herself)|self[- ]?harm\w*|overdos\w*|"
    r"hang(?:ed)? (?:myself|himself|herself)|end my life|want to die|wanna die|cut myself|terroris\w*|nazi\w*|hitler|holocaust|"
    r"heroin|cocaine|meth|pedophil\w*|paedophil\w*|abortion\w*|negro\w*|negress\w*|jew|jews|jewish|jewess\w*|dagos?|"
    r"chinam[ae]n|japs?|mulatto\w*|half-?castes?|savages|squaws?|white m[ae]n|blacks|trump|hillary|clinton|obama)\b",
    re.I,
)
PRIVATE = re.compile(
    r"https?:|www\.|\w\.(?:com|org|net|edu|io|gov)\b|\S@\S|@\w{3,}|\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b|\b\d{3}[-. ]\d{4}\b|\b\d{7,}\b|"
    r"\b(?:snapchat|instagram|venmo|mturk|turker|my number is|phone number)\b|<\||[{}\\]",
    re.I,
)
COMMON = set(
    "the a i you to and of it is that in was for my me do have what so be on are with like not but no yes at he she they we this just "
    "think about how if or can would really good know your his her him all there one out did when hi hello hey oh yeah its it's i'm "
    "don't that's".split()
)


def fit(text):
    """Whether a turn may stand there: English, of some length, nothing private, nothing unwanted."""
    words = re.findall(r"[a-z']+", text.lower())
    if not words and not re.search(r"\d", text) or len(text) > 700 or UNWANTED.search(text) or PRIVATE.search(text):
        return False
    plain = sum(ch.isalnum() or ch in " '.,!?:-\"" for ch in text)
    if plain < 0.9 * len(text) or re.search(r"(\w)\1{4}|(\S)\2{6}", text):
        return False
    if len(text) > 20 and sum(ch.isupper() for ch in text) > 0.4 * len(text):
        return False
    return len(words) < 9 or sum(word in COMMON for word in words) > 0.12 * len(words)


class Talk:
    """Turns by turns; `names` says who the even and the odd ones are, as a system line or None."""

    def __init__(self, source, group, turns, names=(None, None)):
        self.source, self.group, self.turns, self.names = source, group, turns, names


def merged(pairs):
    """[(speaker, text)] -> the same with neighbouring texts of one speaker joined."""
    found = []
    for speaker, text in pairs:
        if not text:
            continue
        if found and found[-1][0] == speaker:
            before = found[-1][1]
            mark = "." if before[-1].isalnum() and len(before.split()) > 1 and text[0].isalnum() else ""
            found[-1] = (speaker, f"{before}{mark} {text}")
        else:
            found.append((speaker, text))
    return found


def stops(text):
    """A text that was cut from a longer one, with an end."""
    text = text.strip()
    # Interrupted, or a comma before "said she".
    end = "..." if re.search(r"\s-[\s'\"]*$", text) else "."
    text = re.sub(r"[\s,;:-]+$", "", text)
    return text if not text or text[-1] in ".!?\"'" else text + end


# ---- conversations


def topical_chat(root):
    """Open-domain talk between two people."""
    for name in ("valid_freq", "valid_rare", "test_freq", "test_rare"):
        for key, talk in json.load(open(f"{root}/conversations/{name}.json", encoding="utf-8")).items():
            turns = merged((turn["agent"], clean(turn["message"])) for turn in talk["content"])
            yield Talk("topical-chat", key, [text for _, text in turns])


def persona_line(text):
    """What somebody says of themselves, said to them: "I love my dog." -> "You love your dog." """
    text = clean(text)
    text = re.sub(r"\bi\b", "I", text)
    for pattern, put in (
        (r"\bI'm\b|\bI am\b|\bim\b", "you are"), (r"\bI was\b", "you were"), (r"\bI've\b", "you have"), (r"\bI'd\b", "you would"),
        (r"\bI'll\b", "you will"), (r"\b(?:[Mm]yself)\b", "yourself"), (r"\b[Mm]y\b", "your"), (r"\b[Mm]ine\b", "yours"),
        (r"\bI\b|\b[Mm]e\b", "you"),
    ):
        text = re.sub(pattern, put, text)
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".!?" else ".")


def synthetic_persona_chat(root):
    """Talks of two people who were described; each side's description is the system line of that side."""
    for name in ("valid", "test"):
        rows = csv.reader(open(f"{root}/data/Synthetic-Persona-Chat_{name}.csv", encoding="utf-8", newline=""))
        next(rows)
        for number, (first, second, talk) in enumerate(rows):
            pairs = re.findall(r"^\s*User ([12]):\s*(.*)$", talk, re.M)
            turns = merged((who, clean(text)) for who, text in pairs)
            if not turns:
                continue
            about = {"1": first, "2": second}
            names = []
            for who in (turns[0][0], "2" if turns[0][0] == "1" else "1"):
                line = " ".join(persona_line(row) for row in about[who].split("\n") if row.strip())
                names.append(line if fit(line) else None)
            yield Talk("synthetic-persona-chat", f"{name}-{number}", [text for _, text in turns], tuple(names))


def taskmaster(root, rng):
    """Ordering coffee (TM-4) and, thinned out, cinema tickets (TM-3)."""
    for path in sorted(glob.glob(f"{root}/TM-4-2024/data/*.json")):
        for talk in json.load(open(path, encoding="utf-8")):
            turns = merged((turn["speaker"], clean(turn["text"])) for turn in talk["utterances"])
            yield Talk("taskmaster", talk.get("conversation_id", path), [text for _, text in turns])
    longest = {}
    for path in sorted(glob.glob(f"{root}/TM-3-2020/reward/*.json")):
        for row in json.load(open(path, encoding="utf-8")):
            turns = merged((turn["role"], clean(turn["text"])) for turn in json.loads(row["context"]) if "text" in turn)
            if len(turns) > len(longest.get(row["conversation_id"], [])):
                longest[row["conversation_id"]] = turns
    for key in sorted(longest):
        if rng.random() < 0.5:
            yield Talk("taskmaster", key, [text for _, text in longest[key]])


def self_dialogue(root):
    """Both sides of a talk about films, music or sport, written by one person."""
    blocked = set(open(f"{root}/blocked_workers.txt", encoding="utf-8").read().split())
    for path in sorted(glob.glob(f"{root}/corpus/*/*.csv")):
        for row in csv.DictReader(open(path, encoding="utf-8", errors="replace", newline="")):
            if row["WorkerId"] in blocked or row["AssignmentStatus"] == "Rejected":
                continue
            turns = []
            while row.get(f"Answer.sentence{len(turns) + 1}"):
                turns.append(clean(row[f"Answer.sentence{len(turns) + 1}"]))
            if len(turns) > 4 and len(set(turns)) > 0.8 * len(turns):
                yield Talk("self-dialogue", row["AssignmentId"], turns)


def chitchat(root):
    """Students who talked to one another, or waited for somebody to come."""
    paths = sorted(glob.glob(f"{root}/**/dataset.json", recursive=True))
    for key, talk in json.load(open(paths[0], encoding="utf-8")).items():
        pairs = merged((group[0]["sender"], clean(m["text"])) for group in talk["messages"] if group for m in group)
        turns, people = [], []
        for who, text in pairs:
            # Eve is the program that this was collected for.
            if re.search(r"\b(Eve|chat ?bots?|bubbles?|leader ?board|points?|the app|BYU|LDS|mormons?)\b", text, re.I):
                text = ""
            turns.append(text)
            people.append(who)
        if len(turns) > 5 and len(set(people)) == 2:
            yield Talk("chitchat", key, turns)


def chatterbot(root):
    """Small talk: one question, several possible answers, each its own exchange."""
    for name in CHATTERBOT.split():
        question = None
        for number, line in enumerate(open(f"{root}/chatterbot_corpus/data/english/{name}.yml", encoding="utf-8")):
            match = re.match(r"\s*(- -|-)\s+(.*)", line)
            if not match:
                continue
            text = clean(match.group(2).strip().strip("'\""))
            if match.group(1) == "- -":
                question = text
            elif question and text:
                yield Talk("chatterbot", f"{name}-{number}", [question, text])


def gpteacher(root):
    """Role-play requests and their answers."""
    path = f"{root}/Roleplay/roleplay-simple-deduped-roleplay-instruct.json"
    for number, row in enumerate(json.load(open(path, encoding="utf-8"))):
        answer = clean(row["response"])
        if len(answer) > 690:
            answer = re.sub(r"(?<=[.!?])\s+[^.!?]*$", "", answer[:690])
        yield Talk("gpteacher", str(number), [clean(f"{row['instruction']} {row['input']}"), answer])


# ---- books


def plain_text(markup):
    """XHTML -> text, stage directions and footnote marks left out."""
    markup = re.sub(r'<i epub:type="z3998:stage-direction">(?:(?!<i\b).)*?(?:<i\b[^>]*>.*?</i>(?:(?!<i\b).)*?)*</i>', " ", markup, flags=re.S)
    markup = re.sub(r'<a [^>]*epub:type="noteref"[^>]*>.*?</a>', "", markup, flags=re.S)
    markup = re.sub(r"<br/>", " ", markup)
    # Thin spaces between quotation marks.
    markup = re.sub(r"(?<=[\u2018\u2019\u201c\u201d])[\u2009\u200a\u202f\u2060\u00a0]+(?=[\u2018\u2019\u201c\u201d])", "", markup)
    text = clean(html.unescape(re.sub(r"<[^>]+>", "", markup)))
    text = re.sub(r"\s+\.\.\.", "...", text)
    return re.sub(r"\s+([,.;!?])", r"\1", re.sub(r"\s+- -\s+|\s+-\s+-\s*", " - ", text))


SAYS = "said|asked|replied|answered|cried|exclaimed|whispered|returned|inquired|observed|remarked|continued|added|murmured|demanded|called"
TITLE = r"(?:(?:Mr|Mrs|Miss|Dr|Lady|Lord|Sir|Aunt|Uncle|Father|Captain|Colonel|Major|Professor|Inspector)\.? )?[A-Z][a-z]{2,}"
SPEAKER = re.compile(rf"\b(?:{SAYS}) ({TITLE})|({TITLE}) (?:{SAYS})\b")
NOBODY = set(
    "The And But Then She They There When What Who His Her How This That Yes You Well Why Here For Mother Father Mamma Papa Doctor "
    "Inspector Lady Aunt Uncle Captain Colonel Major Professor".split()
)


def spoken(paragraph):
    """(what is said in a paragraph, who says it, whether it goes on in the next one, share of it that is narration)"""
    parts = re.findall(r"\u201c([^\u201c\u201d]*)(\u201d|$)", paragraph)
    rest = re.sub(r"\u201c[^\u201c\u201d]*(?:\u201d|$)", " ", paragraph)
    said = ""
    for part, _ in parts:
        part = part.strip()
        if said and part:
            if said[-1] == "," and part[0].isupper() and not re.match(r"I\b", part):
                said = said[:-1] + "."
        said = f"{said} {part}"
    match = SPEAKER.search(clean(rest))
    who = (match.group(1) or match.group(2)) if match else None
    if who and who.split()[-1] in NOBODY:
        who = None
    return stops(plain_text(said)), who, bool(parts) and not parts[-1][1], len(rest.strip()) / max(len(paragraph), 1)


def novel_talks(paragraphs):
    """Stretches of a chapter in which people speak by turns -> [(turns, (name of the even side, of the odd side))]"""
    talk, names, more = [], ({}, {}), False

    def close():
        nonlocal talk, names, more
        if len(talk) >= 4:
            sides = []
            for own, other in ((names[0], names[1]), (names[1], names[0])):
                sides.append(f"You are {next(iter(own))}." if len(own) == 1 else None)
            yield talk, tuple(sides)
        talk, names, more = [], ({}, {}), False

    for paragraph in paragraphs:
        text, who, goes_on, narration = spoken(paragraph)
        if not text:
            # A short step between two lines does not end the talk.
            if len(paragraph) > 90 or not talk:
                yield from close()
            continue
        if narration > 0.75 and len(paragraph) > 250 or len(text) > 480:
            yield from close()
            continue
        if more:
            talk[-1] = f"{talk[-1]} {text}"
        else:
            side = len(talk) % 2
            if who and (who in names[1 - side] or names[side] and who not in names[side]):
                # Not these two by turns any more.
                yield from close()
                side = 0
            talk.append(text)
            if who:
                names[side][who] = True
        more = goes_on
        if len(talk[-1]) > 600:
            yield from close()
    yield from close()


def play_talks(page):
    """A scene -> [(turns, names)]: stretches of two speakers with their names, others without."""
    rows = re.findall(r'<td[^>]*epub:type="z3998:persona"[^>]*>(.*?)</td>\s*<td[^>]*>(.*?)</td>', page, re.S)
    lines = merged((plain_text(who).title(), plain_text(text)) for who, text in rows)
    start = 0
    while start < len(lines):
        end = start + 1
        while end < len(lines) and (end < start + 2 or lines[end][0] == lines[end - 2][0]):
            end += 1
        if end - start >= 4:
            names = [re.sub(r"^(The|An?) ", lambda m: m.group().lower(), lines[start + side][0]) for side in (0, 1)]
            yield [text for _, text in lines[start:end]], tuple(f"You are {name}." for name in names)
            start = end
        else:
            # Several speakers: up to where two begin to talk.
            stop = start + 1
            while stop < len(lines) and stop < start + 12:
                if stop + 3 < len(lines) and all(lines[stop + k][0] == lines[stop + k - 2][0] for k in (2, 3)):
                    break
                stop += 1
            if stop - start >= 4:
                yield [text for _, text in lines[start:stop]], (None, None)
            start = stop


def books(root, recent):
    """(talks, [(group, piece of prose)]) of all books; prose in pieces of about 1,600 letters."""
    talks, prose = [], []
    for folder in sorted(glob.glob(f"{root}/*/src/epub")):
        name = folder.split("/")[-3]
        if not recent and name.split("_")[0] in RECENT:
            continue
        opf = open(f"{folder}/content.opf", encoding="utf-8").read()
        order = re.findall(r'<itemref idref="([^"]+)"', opf)
        for chapter in order:
            path = f"{folder}/text/{chapter}"
            page = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
            if "bodymatter" not in page:
                continue
            group = f"{name}/{chapter}"
            if "z3998:drama" in page or page.count("z3998:persona") > 60:
                for turns, names in play_talks(page):
                    talks.append(Talk("plays", group, turns, names))
                continue
            page = re.sub(r"<(blockquote|table|header|hgroup|figure|footer)\b.*?</\1>", "\n", page, flags=re.S)
            paragraphs = [
                re.sub(r"\s+", " ", html.unescape(re.sub(r'<a [^>]*noteref[^>]*>.*?</a>|<[^>]+>', "", p))).strip()
                for p in re.findall(r"<p\b[^>]*>(.*?)</p>", page, re.S)
            ]
            for turns, names in novel_talks(paragraphs):
                talks.append(Talk("novels", group, turns, names))
            piece = ""
            for paragraph in map(plain_text, paragraphs):
                if len(paragraph) > 1700 or paragraph.isupper() or UNWANTED.search(paragraph) or PRIVATE.search(paragraph):
                    paragraph = ""
                if piece and (not paragraph or len(piece) + len(paragraph) > 1700):
                    prose.append((group, piece))
                    piece = ""
                piece = f"{piece} {paragraph}".strip()
            if piece:
                prose.append((group, piece))
    return talks, [row for row in prose if len(row[1]) > 300]


# ---- documents


def stretches(talk, length, rng):
    """A talk cut into parts of at most LONGEST tokens, where a turn is not fit and, long ones, at random. -> [(first, turns)]"""
    part, tokens, first, most = [], 0, 0, rng.randrange(6, 19)
    for place, turn in enumerate(talk.turns):
        good = bool(turn) and fit(turn)
        size = length(turn) + 2 if good else 0
        if part and (not good or tokens + size > LONGEST - 110 or len(part) == most):
            yield first, part
            part, tokens, most = [], 0, rng.randrange(6, 19)
        if not part:
            first = place
        if good and size < LONGEST - 110:
            part.append(turn)
            tokens += size
    if part:
        yield first, part


def document(turns, system, begins):
    """The text of a conversation; `begins` is the role of its first turn."""
    roles = ["<|user|>", "<|char|>"]
    if begins:
        roles.reverse()
    head = f"<|system|>{system}<|end|>" if system else ""
    return "<|begin|>" + head + "".join(f"{roles[n % 2]}{turn}<|end|>" for n, turn in enumerate(turns))


class Seen:
    """Finds near duplicates: texts that share half of their least hashes of five words."""

    def __init__(self):
        self.places, self.count = collections.defaultdict(list), 0

    def add(self, text):
        """Whether the text is new."""
        words = re.findall(r"[a-z0-9']+", text.lower())
        shingles = {zlib.crc32(" ".join(words[n : n + 5]).encode()) for n in range(max(1, len(words) - 4))}
        # crc32 of like texts is alike; a product spreads it.
        least = sorted((h * 2654435761) & 0xFFFFFFFF for h in shingles)[:10]
        shared = collections.Counter(place for h in least for place in self.places.get(h, ()))
        if shared and max(shared.values()) * 2 >= len(least):
            return False
        self.count += 1
        for h in least:
            if len(self.places[h]) < 20:
                self.places[h].append(self.count)
        return True


def vocabulary(talks, prose, flavour, rng):
    """The tokenizer, from a balanced sample and everything the characters know."""
    by_source = collections.defaultdict(list)
    for talk in talks:
        by_source[talk.source] += [turn for turn in talk.turns if turn and fit(turn)]
    sample = []
    for source, texts in sorted(by_source.items()) + [("prose", [piece for _, piece in prose])]:
        texts, room = list(texts), PROSE_SAMPLE if source == "prose" else SAMPLE
        rng.shuffle(texts)
        while texts and room > 0:
            sample.append(texts.pop())
            room -= len(sample[-1])
    own = []
    for _, block in conversations():
        for role, text in block:
            own += text + [line.lower() for line in text] if role == "user" else [text]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[AddedToken(token, special=True, normalized=False) for token in SPECIALS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(sample + own * OWN + flavour * 20, trainer)
    words = collections.Counter(word for line in own for word in re.findall(r"[A-Za-z]+", line))
    whole = sum(count for word, count in words.items() if len(tokenizer.encode(" " + word).ids) == 1)
    kinds = sum(len(tokenizer.encode(" " + word).ids) == 1 for word in words)
    print(f"vocabulary: {tokenizer.get_vocab_size()}; of the characters' words {whole / sum(words.values()):.1%} are one token, "
          f"{kinds} of {len(words)} different ones", flush=True)
    return tokenizer


def save_tokenizer(tokenizer, out):
    tokenizer.save(f"{out}/tokenizer.json")
    begin, end, *_, pad = SPECIALS
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": begin,
        "eos_token": end,
        "pad_token": pad,
        "unk_token": None,
        "add_bos_token": False,
        "add_eos_token": False,
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": CONTEXT,
        "chat_template": CHAT_TEMPLATE,
    }
    with open(f"{out}/tokenizer_config.json", "w", encoding="utf-8") as file:
        json.dump(config, file, indent=2)
        file.write("\n")


def commit(root):
    if os.path.exists(f"{root}/COMMIT"):
        return open(f"{root}/COMMIT", encoding="utf-8").read().strip()
    done = subprocess.run(["git", "-C", root, "rev-parse", "HEAD"], capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


# key: (where it is from, licence, what is used)
ABOUT = {
    "synthetic-persona-chat": ("google-research-datasets/Synthetic-Persona-Chat", "CC BY 4.0", "validation and test conversations; descriptions as system lines; twice, roles exchanged"),
    "topical-chat": ("alexa/Topical-Chat", "CDLA-Sharing-1.0 (weights are Results, 1.11 and 3.5)", "validation and test conversations; twice, roles exchanged"),
    "taskmaster": ("google-research-datasets/Taskmaster", "CC BY 4.0", "TM-4 all; TM-3 one conversation in two of the reward rows"),
    "self-dialogue": ("jfainberg/self_dialogue_corpus", "BSD-3-Clause", "all but blocked workers' and rejected ones; twice, roles exchanged"),
    "chitchat": ("BYU-PCCL/chitchat-dataset", "MIT", "talks of two people in six turns and more; twice, roles exchanged"),
    "gpteacher": ("teknium1/GPTeacher", "MIT", "Roleplay, simple, deduped (written by GPT-4)"),
    "chatterbot": ("gunthercox/chatterbot-corpus", "BSD-3-Clause", "English small talk"),
}
BOOKS_LICENCE = "text public domain{}; edition CC0 1.0"


def main():
    args = argparse.ArgumentParser()
    for name in ABOUT:
        args.add_argument(f"--{name}")
    args.add_argument("--books", help="a folder of Standard Ebooks checkouts")
    args.add_argument("--recent", action="store_true", help="take books whose author died after 1955, too")
    args.add_argument("--flavour", nargs="*", default=[f"{HERE}/flavour.txt"], help="text files that only shape the vocabulary")
    args.add_argument("--tokenizer", help="use this tokenizer.json instead of making one")
    args.add_argument("--out", required=True)
    args.add_argument("--table", default=f"{HERE}/SOURCES.tsv")
    args = args.parse_args()
    rng = random.Random(SEED)
    os.makedirs(args.out, exist_ok=True)
    roots = {name: getattr(args, name.replace("-", "_")) for name in ABOUT}
    readers = {
        "synthetic-persona-chat": synthetic_persona_chat, "topical-chat": topical_chat, "taskmaster": lambda root: taskmaster(root, rng),
        "self-dialogue": self_dialogue, "chitchat": chitchat, "gpteacher": gpteacher, "chatterbot": chatterbot,
    }
    talks = [talk for name, root in roots.items() if root for talk in readers[name](root)]
    book_talks, prose = books(args.books, args.recent) if args.books else ([], [])
    talks += book_talks
    print(f"{len(talks)} conversations, {len(prose)} pieces of prose", flush=True)
    if args.tokenizer:
        tokenizer = Tokenizer.from_file(args.tokenizer)
    else:
        flavour = [open(path, encoding="utf-8").read() for path in args.flavour]
        tokenizer = vocabulary(talks, prose, flavour, random.Random(SEED))
    save_tokenizer(tokenizer, args.out)
    length = lambda text: len(tokenizer.encode(text).ids)

    # (kind, group, text) of everything that is new; what is said twice later stands here once.
    seen, once, again, dropped = Seen(), [], [], collections.Counter()
    for talk in talks:
        for first, turns in stretches(talk, length, rng):
            least = 2 if talk.source in ("gpteacher", "chatterbot") else 3
            if len(turns) < least:
                dropped["short"] += 1
                continue
            if not seen.add(" ".join(turns)):
                dropped["near duplicates"] += 1
                continue
            # The first time the person speaks first; now and then a system line says who the other one is.
            spoken_by = talk.names[(first + 1) % 2]
            system = spoken_by if spoken_by and length(spoken_by) < 90 and (talk.source != "novels" or rng.random() < 0.7) else None
            group = f"{talk.source}:{talk.group}"
            once.append((talk.source, group, document(turns, system, 0)))
            if talk.source in TWICE:
                spoken_by = talk.names[first % 2]
                system = spoken_by if spoken_by and length(spoken_by) < 90 else None
                # The other side answers now: the first turn is dropped, or the character begins.
                other = document(turns[1:], system, 0) if rng.random() < 0.6 else document(turns, system, 1)
                again.append((talk.source, group, other))
    pieces = []
    for group, piece in prose:
        if length(piece) > LONGEST:
            cut = piece[: len(piece) * LONGEST // length(piece) - 40]
            piece = cut[: max(cut.rfind(mark) for mark in ".!?") + 1] or cut
        if seen.add(piece):
            pieces.append(("prose", f"novels:{group}", f"<|begin|>{piece}<|end|>"))
        else:
            dropped["near duplicates"] += 1
    print(f"dropped: {dict(dropped)}", flush=True)

    # Held out by whole conversations and chapters, each source by its share of the documents.
    documents = once + pieces
    rng.shuffle(documents)
    held, groups = [], set()
    for row in documents:
        if len(held) < HELD_OUT and row[1] not in groups:
            groups.add(row[1])
            held.append(row)
    size = {row: length(row[2]) for row in set(once + again + pieces)}
    train = [row for row in once + again if row[1] not in groups]
    room = sum(size[row] for row in train) * (1 - TALK_SHARE) / TALK_SHARE
    pieces = [row for row in pieces if row[1] not in groups]
    rng.shuffle(pieces)
    for row in pieces:
        if room < 0:
            break
        train.append(row)
        room -= size[row]
    rng.shuffle(train)
    longest = max(size[row] for row in train)
    for name, rows in (("pretrain.jsonl", train), ("pretrain-valid.jsonl", held)):
        with open(f"{args.out}/{name}", "w", encoding="utf-8") as file:
            for _, _, text in rows:
                file.write(json.dumps({"text": text}) + "\n")

    counts = collections.defaultdict(lambda: [0, 0])
    for source, group, text in train:
        key = group.split(":", 1)[1].split("/")[0] if source in ("plays", "novels", "prose") else source
        for place in (key, f"={source}", "=all"):
            counts[place][0] += 1
            counts[place][1] += size[source, group, text]
    with open(args.table, "w", encoding="utf-8") as file:
        file.write("source\tcommit\tlicence\twhat was used\tdocuments\ttokens\n")
        for name, (where, licence, used) in ABOUT.items():
            if roots[name]:
                file.write("\t".join([where, commit(roots[name]), licence, used, *map(str, counts[name])]) + "\n")
        for folder in sorted(glob.glob(f"{args.books}/*/src/epub")) if args.books else []:
            name = folder.split("/")[-3]
            if name not in counts:
                continue
            licence = BOOKS_LICENCE.format(" in the United States" if name.split("_")[0] in RECENT else "")
            kinds = {source for source, group, _ in train if group.split(":", 1)[1].startswith(name + "/")}
            used = "speeches by turns; twice, roles exchanged" if "prose" not in kinds else "its talks by turns, twice, roles exchanged; pieces of its prose"
            file.write("\t".join([f"standardebooks/{name}", commit(folder[: -len("/src/epub")]), licence, used, *map(str, counts[name])]) + "\n")
    total = counts["=all"][1]
    for key, (many, tokens) in sorted(counts.items()):
        if key.startswith("="):
            print(f"{key[1:]}: {many} documents, {tokens} tokens, {tokens / total:.1%}")
    print(f"longest document {longest} tokens; {len(held)} documents held out; "
          f"sha256 {hashlib.sha256(open(f'{args.out}/pretrain.jsonl', 'rb').read()).hexdigest()[:16]}")


if __name__ == "__main__":
    main()
