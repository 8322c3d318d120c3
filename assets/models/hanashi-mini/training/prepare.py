"""Corpora -> tokenizer.json + pretrain.bin (uint16 token stream, documents begin with <|begin|>).

    python prepare.py --corpora DIR --books DIR --work DIR

DIR of --corpora holds the folders named in README.md; --books holds Project Gutenberg plain-text files.
Every choice is drawn from one seeded generator, so the same input gives the same bytes.
"""

import argparse
import glob
import json
import os
import random
import re

import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from common import BEGIN, CHAR, END, SPECIALS, USER, clean

SEED = 20261122
VOCABULARY = 4096
CHATTERBOT = "ai botprofile conversations emotion food gossip greetings health humor literature movies psychology science sports trivia"


def topical_chat(root):
    """Open-domain talk between two people; message order is turn order."""
    for path in sorted(glob.glob(f"{root}/Topical-Chat/conversations/*.json")):
        for talk in json.load(open(path, encoding="utf-8")).values():
            yield [clean(turn["message"]) for turn in talk["content"]]


def taskmaster(root, rng):
    """Ordering coffee (TM-4) and, thinned out, cinema tickets (TM-3)."""
    for path in sorted(glob.glob(f"{root}/Taskmaster/TM-4-2024/data/*.json")):
        for talk in json.load(open(path, encoding="utf-8")):
            yield [clean(turn["text"]) for turn in talk["utterances"]]
    longest = {}
    for path in sorted(glob.glob(f"{root}/Taskmaster/TM-3-2020/reward/*.json")):
        for row in json.load(open(path, encoding="utf-8")):
            turns = [clean(turn["text"]) for turn in json.loads(row["context"]) if "text" in turn]
            if len(turns) > len(longest.get(row["conversation_id"], [])):
                longest[row["conversation_id"]] = turns
    for key in sorted(longest):
        if rng.random() < 0.3:
            yield longest[key]


def chatterbot(root):
    """Small talk: one question, several possible answers, each its own exchange."""
    for name in CHATTERBOT.split():
        question = None
        path = f"{root}/chatterbot-corpus/chatterbot_corpus/data/english/{name}.yml"
        for line in open(path, encoding="utf-8"):
            match = re.match(r"\s*(- -|-)\s+(.*)", line)
            if not match:
                continue
            text = clean(match.group(2).strip().strip("'\""))
            if match.group(1) == "- -":
                question = text
            elif question and text:
                yield [question, text]


def gpteacher(root):
    """Role-play requests and their answers."""
    path = f"{root}/GPTeacher/Roleplay/roleplay-simple-deduped-roleplay-instruct.json"
    for row in json.load(open(path, encoding="utf-8")):
        yield [clean(f"{row['instruction']} {row['input']}"), clean(row["response"])]


def books(root):
    """Chapters' paragraphs in order, cut into pieces of about 1,200 characters."""
    for path in sorted(glob.glob(f"{root}/*.txt")):
        text = open(path, encoding="ascii", errors="ignore").read()
        text = text.split("*** START OF", 1)[1].split("***", 1)[1].rsplit("*** END OF", 1)[0]
        piece = ""
        for paragraph in re.split(r"\n\s*\n", text):
            paragraph = clean(paragraph.replace("_", "").replace("--", " - "))
            if len(paragraph) < 20 or "gutenberg" in paragraph.lower() or paragraph.isupper():
                continue
            piece = f"{piece} {paragraph}".strip()
            if len(piece) > 1200:
                yield piece
                piece = ""


def conversations(root, rng):
    """All dialogues as lists of turns, long ones cut into stretches of 4 to 10 turns."""
    for turns in topical_chat(root):
        start = 0
        while start < len(turns):
            length = rng.randrange(4, 11)
            yield turns[start : start + length]
            start += length
    yield from taskmaster(root, rng)
    for _ in range(2):
        yield from chatterbot(root)
    yield from gpteacher(root)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--corpora", required=True)
    args.add_argument("--books", required=True)
    args.add_argument("--work", required=True)
    args.add_argument("--flavour", nargs="*", default=[], help="text files that only shape the vocabulary")
    args = args.parse_args()
    rng = random.Random(SEED)
    os.makedirs(args.work, exist_ok=True)
    talks = [talk for talk in conversations(args.corpora, rng) if talk and all(talk)]
    prose = list(books(args.books))
    print(f"{len(talks)} conversations, {sum(len(t) for talk in talks for t in talk)} characters")
    print(f"{len(prose)} pieces of prose, {sum(map(len, prose))} characters")

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[AddedToken(token, special=True, normalized=False) for token in SPECIALS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    flavour = [open(path, encoding="utf-8").read() for path in args.flavour]
    tokenizer.train_from_iterator([t for talk in talks for t in talk] + prose + flavour * 20, trainer)
    tokenizer.save(f"{args.work}/tokenizer.json")

    documents = []
    for talk in talks:
        ids = [BEGIN]
        for position, turn in enumerate(talk):
            ids += [CHAR if position % 2 else USER] + tokenizer.encode(turn).ids + [END]
        documents.append(ids[:512])
    documents += [[BEGIN] + tokenizer.encode(piece).ids + [END] for piece in prose]
    rng.shuffle(documents)
    stream = np.array([token for ids in documents for token in ids], dtype=np.uint16)
    stream.tofile(f"{args.work}/pretrain.bin")
    print(f"{tokenizer.get_vocab_size()} tokens in the vocabulary, {len(stream)} tokens to train on")


if __name__ == "__main__":
    main()
