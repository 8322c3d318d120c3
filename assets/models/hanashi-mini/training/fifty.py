"""Two models' unselected answers to the same prompts, marked by somebody who does not know whose they are.

    python fifty.py ask MODEL.gguf TOKENIZER.json --out before.jsonl      one answer to each prompt of fifty.txt
    python fifty.py blind before.jsonl after.jsonl                        both answers to each prompt, shuffled: A and B
    python fifty.py table before.jsonl after.jsonl --marks marks.txt      a table of fifty.md

Sampled as check.py samples: temperature 0.8, top-p 0.9, seed 1. A line of marks.txt is two digits for the answers A and B of a
prompt in the order of `blind`: 1 to the point, 0 not. `--held-out N` asks every Nth prompt of held_out.txt instead of the fifty;
`--shuffle N` is another order of A and B, `--names A B` what the table calls the two.
"""

import argparse
import json
import random

import torch
from tokenizers import Tokenizer

from check import SEED, reply_to
from exchanges import fifty, held_out
from model import load

# Decides which answer stands first.
SHUFFLE = 211


def ask(args):
    torch.set_num_threads(1)
    model, tokenizer = load(args.files[0]), Tokenizer.from_file(args.files[1])
    generator = torch.Generator().manual_seed(SEED)
    prompts = [row[:2] for row in held_out()][:: args.held_out] if args.held_out else fifty()
    with open(args.out, "w", encoding="utf-8") as out:
        for who, prompt in prompts:
            reply, _ = reply_to(model, tokenizer, who, prompt, generator)
            out.write(json.dumps({"character": who, "prompt": prompt, "reply": reply}) + "\n")


def pairs(files, shuffle):
    """[(character, prompt, [reply of the first file, of the second], True where the second stands first)]"""
    before, after = ([json.loads(line) for line in open(path, encoding="utf-8")] for path in files)
    rng = random.Random(shuffle)
    return [(b["character"], b["prompt"], [b["reply"], a["reply"]], rng.random() < 0.5) for b, a in zip(before, after)]


def blind(args):
    for number, (who, prompt, replies, swapped) in enumerate(pairs(args.files, args.shuffle), 1):
        first, second = replies[::-1] if swapped else replies
        print(f"{number}. {who} > {prompt}\n   A {first}\n   B {second}")


def table(args):
    marks = [line.split("#")[0].strip() for line in open(args.marks, encoding="ascii")]
    rows = list(zip(pairs(args.files, args.shuffle), [mark for mark in marks if mark], strict=True))
    right = [0, 0]
    before, after = args.names
    print(f"| | prompt | {before} | {after} |\n| --- | --- | --- | --- |")
    for (who, prompt, replies, swapped), mark in rows:
        order = mark[::-1] if swapped else mark
        right = [count + (digit == "1") for count, digit in zip(right, order)]
        cells = [f"{'**+**' if digit == '1' else '-'} {reply.replace('|', '/')}" for digit, reply in zip(order, replies)]
        print(f"| {who.capitalize()} | {prompt} | {cells[0]} | {cells[1]} |")
    print(f"\nTo the point: {before} {right[0]} of {len(rows)}, {after} {right[1]} of {len(rows)}.")


def main():
    args = argparse.ArgumentParser()
    args.add_argument("what", choices=["ask", "blind", "table"])
    args.add_argument("files", nargs=2)
    args.add_argument("--out")
    args.add_argument("--marks")
    args.add_argument("--held-out", type=int)
    args.add_argument("--shuffle", type=int, default=SHUFFLE)
    args.add_argument("--names", nargs=2, default=["before", "after"])
    args = args.parse_args()
    {"ask": ask, "blind": blind, "table": table}[args.what](args)


if __name__ == "__main__":
    main()
