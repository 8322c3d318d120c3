"""The exchanges -> the tuning data as our trainer reads it.

    python talks.py --cards ../../../../characters --epochs 12 --out talks.jsonl
    python talks.py --held-out held_out.jsonl
    python talks.py --epochs 4 --seed 7 --documents talks_text.jsonl      the same as text to read, for `hanashi tune pretrain`

A row is {"messages": [{"role": "system" | "user" | "assistant", "content": ...}]}. Each epoch is drawn anew with the seed and stands
behind the one before it, so that a trainer that reads the file once has read so many epochs (`hanashi tune` draws an order of its own;
one that keeps the file's sees those that stand alone first): wordings, names and typing are varied, replies are mixed and begun in other
ways (`vary`, `mix` and `begin` in exchanges.py), some conversations begin with one of the card's greetings, and behind the first part of
the epochs (--alone) some are strung together, so that a history does not surprise the model. The held-out file has the
reference replies of held_out.txt, to watch the loss on.

A greeting is context, not something to learn: a message of the assistant's before the person's first one. For a trainer that takes only
conversations that the person begins, --ungreeted leaves the greetings out (and nothing else: the draws are the same).
"""

import argparse
import collections
import json
import random
import sys

import exchanges
from exchanges import CHARACTERS, answers, begin, conversations, fold, held_out, mix, plain, vary

SEED = 20261126
# In the first part of the epochs, this share of them, every conversation stands alone, which makes the question easier to find.
ALONE = 0.7
# How often a conversation begins with a greeting, and how often another one is strung behind it.
GREETED, STRUNG = 0.15, 0.35


def greetings(cards, who):
    data = json.load(open(f"{cards}/{who}/card.json", encoding="utf-8"))["data"]
    return [data["first_mes"]] + data["alternate_greetings"]


def system(who):
    return {"role": "system", "content": f"You are {who.capitalize()}."}


def epoch_of_talks(cards, rng, alone):
    """[(messages)] for one epoch, in random order."""
    talks, known = [], answers()
    for who in CHARACTERS:
        hello = greetings(cards, who)
        queue = []
        for character, block in conversations():
            if character == who:
                others = known.get((who, fold(block[0][1][0]))) if block[0][0] == "user" else None
                if others and "{name}" not in "".join(others):
                    block = [block[0], ("assistant", mix(block[1][1], others, rng))] + block[2:]
                queue.append(plain(block, rng))
        rng.shuffle(queue)
        while queue:
            messages = queue.pop()
            while not alone and queue and len(messages) < 6 and rng.random() < STRUNG:
                messages = messages + queue.pop()
            if rng.random() < GREETED:
                messages = [{"role": "assistant", "content": rng.choice(hello), "given": True}] + messages
            # Of several turns no word is lost: a later one may ask for it.
            single = sum(message["role"] == "user" for message in messages) == 1
            for message in messages:
                if message["role"] == "user":
                    message["content"] = vary(message["content"], who, rng, single)
                elif not message.get("given"):
                    message["content"] = begin(message["content"], who, rng)
            talks.append([system(who)] + messages)
    rng.shuffle(talks)
    return talks


def row(talk, greeted=True):
    """The messages without marks."""
    messages = [message for message in talk if greeted or not message.get("given")]
    return {"messages": [{"role": message["role"], "content": message["content"].strip()} for message in messages]}


def document(talk):
    """The same as text with the control tokens written out, as the chat template puts it."""
    names = {"system": "<|system|>", "user": "<|user|>", "assistant": "<|char|>"}
    text = "".join(f"{names[message['role']]}{message['content'].strip()}<|end|>" for message in talk)
    return {"text": f"<|begin|>{text}"}


def held_out_talks():
    return [
        [system(who), {"role": "user", "content": prompt}, {"role": "assistant", "content": reply}] for who, prompt, reply in held_out()
    ]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--cards", default="../../../../characters")
    args.add_argument("--epochs", type=int, default=12)
    args.add_argument("--alone", type=float, default=ALONE, help="part of the epochs in which every conversation stands alone")
    args.add_argument("--seed", type=int, default=SEED)
    args.add_argument("--kept", type=float, default=exchanges.KEPT, help="how often a reply is learnt as it was written")
    args.add_argument("--begun", type=float, default=exchanges.BEGUN, help="how often a word is put before it")
    args.add_argument("--ungreeted", action="store_true", help="leave the greetings out")
    args.add_argument("--out")
    args.add_argument("--documents")
    args.add_argument("--held-out")
    args = args.parse_args()
    exchanges.KEPT, exchanges.BEGUN = args.kept, args.begun
    if not (args.out or args.documents or args.held_out):
        raise SystemExit("say what to write: --out, --documents, --held-out, or several")
    for path, put in ((args.out, lambda talk: row(talk, not args.ungreeted)), (args.documents, document)):
        if not path:
            continue
        counts = collections.Counter()
        with open(path, "w", encoding="utf-8") as file:
            for epoch in range(args.epochs):
                talks = epoch_of_talks(args.cards, random.Random(args.seed + epoch), epoch < args.alone * args.epochs)
                for talk in talks:
                    file.write(json.dumps(put(talk)) + "\n")
                    counts["replies"] += sum(m["role"] == "assistant" and not m.get("given") for m in talk)
                counts["talks"] += len(talks)
        print(f"{path}: {args.epochs} epochs, {counts['talks']} talks, {counts['replies']} replies", file=sys.stderr)
    if args.held_out:
        with open(args.held_out, "w", encoding="utf-8") as file:
            for talk in held_out_talks():
                file.write(json.dumps(row(talk)) + "\n")
        print(f"{len(held_out_talks())} held-out prompts", file=sys.stderr)


if __name__ == "__main__":
    main()
