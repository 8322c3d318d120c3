"""pretrain.pt + the exchanges -> tune.pt: the two characters.

    python tune.py --work DIR --cards ../../../../characters --epochs 12

The loss counts replies only. Each epoch draws wordings, names and typing anew, opens some conversations with one of the
card's greetings, and strings some single exchanges together, so that a history does not surprise the model. Replies are mixed and
begun in other ways too (`mix` and `begin` in exchanges.py). Without dropout at first: with much of it so small a model never learns
which line a reply belongs to. The held-out perplexity, and how many known lines are answered, are printed every so many epochs. Each
epoch's weights are kept in DIR/tune-NN.pt, the last ones in DIR/tune.pt. Interrupted, it goes on from there.
"""

import argparse
import json
import math
import os
import random
import time

import torch
import torch.nn.functional as F

from common import ANY_TAG, END, PAD, encode_chat
from exchanges import answers, conversations, fold, held_out
from model import Llama
from prune import pruned
from talks import ALONE, epoch_of_talks, held_out_talks, system
from tokenizers import Tokenizer

SEED, BATCH, PEAK, DROPOUT, LONGEST = 20261122, 16, 1e-3, 0.0, 384
# What is said depends on the person mostly through a reply's first tokens; the rest follows from them.
OPENING, OPENING_WEIGHT = 9, 3.0


def batches(tokenizer, talks, size):
    """(inputs, targets, weights), targets -100 where no reply stands; talks of like length share a batch."""
    rows = []
    for talk in talks:
        ids, is_reply = encode_chat(tokenizer, talk)
        targets = [t if r else -100 for t, r in zip(ids[1:], is_reply[1:])]
        weights, since = [], 0
        for target in targets:
            since = since + 1 if target != -100 else 0
            weights.append(OPENING_WEIGHT if 0 < since <= OPENING else 1.0)
        rows.append((ids[:-1][:LONGEST], targets[:LONGEST], weights[:LONGEST]))
    rows.sort(key=lambda row: len(row[0]))
    groups = [rows[i : i + size] for i in range(0, len(rows), size)]
    random.Random(SEED).shuffle(groups)
    for group in groups:
        width = max(len(row[0]) for row in group)
        yield (
            torch.tensor([row[0] + [PAD] * (width - len(row[0])) for row in group]),
            torch.tensor([row[1] + [-100] * (width - len(row[1])) for row in group]),
            torch.tensor([row[2] + [1.0] * (width - len(row[2])) for row in group]),
        )


def perplexity(model, tokenizer):
    """Of the held-out reference replies: per token, and per character, which does not depend on the vocabulary."""
    talks = held_out_talks()
    model.eval()
    loss = count = 0
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for inputs, targets, _ in batches(tokenizer, talks, 32):
            words = (targets != -100).sum().item()
            loss += model.loss(inputs, targets).item() * words
            count += words
    model.train()
    # A reply's end counts as a character.
    letters = sum(len(reply) + 1 for *_, reply in held_out())
    return math.exp(loss / count), math.exp(loss / letters)


def answered(model, tokenizer, asked=60):
    """How many of some lines of the exchanges are answered (greedily) with the beginning of one of their replies."""
    known, rng = answers(), random.Random(7)
    wordings = {(who, fold(block[0][1][0])): block[0][1] for who, block in conversations() if block[0][0] == "user"}
    model.eval()
    right = 0
    for who, line in rng.sample(sorted(known), asked):
        prompt = [system(who), {"role": "user", "content": wordings[who, line][-1]}]
        fresh, _ = encode_chat(tokenizer, prompt, add_generation_prompt=True)
        cache, reply = [[] for _ in model.blocks], []
        while len(reply) < OPENING + 5 and END not in reply:
            with torch.no_grad():
                fresh = [model(torch.tensor([fresh]), cache)[0, -1].argmax().item()]
            reply += fresh
        opening = lambda text: ANY_TAG.sub("", text).split()[:4]
        right += any(opening(one) == opening(tokenizer.decode(reply)) for one in known[who, line])
    model.train()
    return right, asked


def revive(model, tokenizer):
    """Gives each token whose row is one of many the mean of the rows of its pieces; returns how many there were.

    Rows that an earlier tuning never met are one vector by now, and what is one vector would learn as one.
    """
    rows = model.embedding.weight.data
    unit = F.normalize(rows, dim=1)
    same = unit @ unit.T > 0.99
    center = same.sum(1).argmax()
    lost = set(same[center].nonzero().flatten().tolist()) if same[center].sum() > 0.03 * len(rows) else set()
    data = json.loads(tokenizer.to_str())
    met = {token for token, place in data["model"]["vocab"].items() if place not in lost}
    smaller, ids = pruned(data, met)
    pieces = Tokenizer.from_str(json.dumps(smaller))
    fresh = {}
    for place in lost:
        text = tokenizer.decode([place])
        parts = [ids[part] for part in pieces.encode(text).ids if ids[part] not in lost]
        if parts and tokenizer.encode(text).ids == [place]:
            fresh[place] = rows[parts].mean(0)
    for place, row in fresh.items():
        rows[place] = row
    return len(fresh)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--work", required=True)
    args.add_argument("--cards", required=True)
    args.add_argument("--epochs", type=int, default=18)
    args.add_argument("--peak", type=float, default=PEAK)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--start", default="pretrain.pt")
    args.add_argument("--dropout", type=float, default=DROPOUT)
    args.add_argument("--every", type=int, default=1, help="epochs from one measurement to the next")
    args.add_argument("--half", action="store_true", help="multiply in bfloat16, for processors that can")
    args.add_argument("--minutes", type=float, help="end by the clock instead; the exchanges are read anew for every epoch")
    args = args.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(SEED)
    tokenizer = Tokenizer.from_file(f"{args.work}/tokenizer.json")
    model = Llama(dropout=args.dropout)
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.peak, betas=(0.9, 0.98), weight_decay=0.02, fused=True)
    if args.start.endswith(".gguf"):
        from check import load
        model.load_state_dict(load(args.start).state_dict())
        print(f"{revive(model, tokenizer)} rows begin anew", flush=True)
    else:
        model.load_state_dict(torch.load(os.path.join(args.work, args.start))["model"])
    first, path = 0, f"{args.work}/tune.pt"
    if os.path.exists(path):
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        first = saved["epoch"]
    print(f"held-out perplexity before epoch {first + 1}: {perplexity(model, tokenizer)[0]:.2f}", flush=True)
    started, epoch = time.monotonic(), first

    def progress(done):
        """Share of the schedule that is over, `done` being the share of this epoch."""
        if args.minutes:
            return min((time.monotonic() - started) / 60 / args.minutes, 1.0)
        return (epoch + done) / args.epochs

    while progress(0) < 1:
        begun, losses = time.monotonic(), []
        talks = epoch_of_talks(args.cards, random.Random(SEED + epoch), progress(0) < ALONE)
        groups = list(batches(tokenizer, talks, BATCH))
        for number, (inputs, targets, weights) in enumerate(groups):
            now = progress(number / len(groups))
            if args.minutes and now == 1:
                break
            warm = (epoch - first + number / len(groups)) * 2 + 0.02
            rate = args.peak * min(warm, 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * now)))
            for group in optimiser.param_groups:
                group["lr"] = rate
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.half):
                loss = model.loss(inputs, targets, weights)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            losses.append(loss.item())
        epoch += 1
        report = (
            f"epoch {epoch} talks {len(talks)} steps {len(losses)} minutes {(time.monotonic() - begun) / 60:.1f} rate {rate:.1e} "
            f"training loss {sum(losses) / len(losses):.3f}"
        )
        if epoch % args.every == 0 or progress(0) >= 1:
            right, asked = answered(model, tokenizer)
            report += f" held-out perplexity {perplexity(model, tokenizer)[0]:.2f} answered {right} of {asked}"
        print(report, flush=True)
        torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "epoch": epoch}, path + ".new")
        os.replace(path + ".new", path)
        torch.save({"model": model.state_dict()}, f"{args.work}/tune-{epoch:02}.pt")


if __name__ == "__main__":
    main()
