"""A vocabulary without the tokens that the tuning never met.

    python prune.py --checkpoint DIR/tune-30.pt DIR/tune-31.pt --tokenizer DIR/tokenizer.json --out DIR/pruned

Writes DIR/pruned.pt, of several checkpoints the mean of their weights (arXiv 1803.05407), and DIR/pruned.json. What is not met while the characters are learnt loses its row: with tied embeddings it is
only ever pushed away from what is right, all in one direction, until such rows are one vector, which no later tuning can tell apart.
Kept are the control tokens, the 256 bytes, every token of the exchanges (in the ways a line may be typed), and every token that
stands between those and their bytes (its row becomes the mean of its parts'). So the exchanges are split as before, which is checked here, and any other text is spelled in
pieces that were learnt.
"""

import argparse
import json
import random

import torch
from tokenizers import Tokenizer, pre_tokenizers

from common import SPECIALS
from exchanges import NAMES, answers, begin, conversations, fold, mix, vary

# How often each line is varied to see what it may be split into.
VARIED = 8


def texts():
    """Every text that the tuning may meet: as written, and as the rules vary it."""
    rng, known = random.Random(1), answers()
    found = {"You are Koto.", "You are Haru."} | set(NAMES) | {f" {name}" for name in NAMES}
    for who, block in conversations():
        others = known.get((who, fold(block[0][1][0])), []) if block[0][0] == "user" else []
        for role, text in block:
            for line in [text] if role == "assistant" else text:
                found.add(line)
                for _ in range(VARIED):
                    named = line.replace("{name}", rng.choice(NAMES))
                    if role == "user":
                        found.add(vary(named, who, rng))
                    else:
                        found.add(begin(mix(named, others, rng) if others else named, who, rng))
    return sorted(found)


def closed(bpe, met):
    """The tokens to keep, as a set of texts: those met, and all that their merges are made of."""
    parents = {}
    for left, right in merges_of(bpe):
        parents.setdefault(left + right, []).append((left, right))
    keep, waiting = set(SPECIALS) | set(pre_tokenizers.ByteLevel.alphabet()), list(met)
    while waiting:
        token = waiting.pop()
        if token not in keep or token in met:
            new = [part for pair in parents.get(token, []) for part in pair if part not in keep and part not in met]
            keep.add(token)
            waiting += new
    return keep


def merges_of(bpe):
    return [tuple(m.split(" ")) if isinstance(m, str) else tuple(m) for m in bpe["merges"]]


def pruned(data, met):
    """(tokenizer data with the tokens to keep, their former ids in the new order)"""
    bpe = data["model"]
    keep = closed(bpe, met)
    order = sorted((token for token in bpe["vocab"] if token in keep), key=bpe["vocab"].get)
    merges = [list(m) for m in merges_of(bpe) if m[0] + m[1] in keep and m[0] in keep and m[1] in keep]
    new = {**data, "model": {**bpe, "vocab": {token: place for place, token in enumerate(order)}, "merges": merges}}
    return new, [bpe["vocab"][token] for token in order]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--checkpoint", nargs="+", required=True)
    args.add_argument("--tokenizer", required=True)
    args.add_argument("--out", required=True)
    args = args.parse_args()
    before = Tokenizer.from_file(args.tokenizer)
    data = json.load(open(args.tokenizer, encoding="utf-8"))
    all_texts = texts()
    met = {token for text in all_texts for token in before.encode(text).tokens}
    new, ids = pruned(data, met)
    with open(f"{args.out}.json", "w", encoding="utf-8") as out:
        json.dump(new, out, ensure_ascii=False, indent=1)
    after = Tokenizer.from_file(f"{args.out}.json")
    for text in all_texts:
        assert after.encode(text).tokens == before.encode(text).tokens, text
    states = [torch.load(path)["model"] for path in args.checkpoint]
    state = {name: sum(one[name] for one in states) / len(states) for name in states[0]}
    rows, place = state["embedding.weight"], data["model"]["vocab"]
    # What only stands between a token and its bytes means what its two parts mean. Merges come in the order they were found in.
    for left, right in merges_of(data["model"]):
        if left + right in new["model"]["vocab"] and left + right not in met:
            rows[place[left + right]] = (rows[place[left]] + rows[place[right]]) / 2
    state["embedding.weight"] = rows[ids].clone()
    torch.save({"model": state}, f"{args.out}.pt")
    print(f"{len(met)} tokens met in {len(all_texts)} texts, {len(ids)} of {len(rows)} kept; all texts split as before")


if __name__ == "__main__":
    main()
