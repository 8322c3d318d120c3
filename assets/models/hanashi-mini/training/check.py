"""The model check, in Python: samples a reply to every held-out prompt from the GGUF file itself.

    python check.py ../hanashi-mini.gguf DIR/tokenizer.json [--show 20]

Temperature 0.8, top-p 0.9, seed 1. Exit status 1 when a figure misses its mark.
"""

import argparse
import json
import math
import sys

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from common import ANY_TAG, END, encode_chat, legal
from exchanges import conversations, held_out
from model import load
from talks import held_out_talks, system

TEMPERATURE, TOP_P, SEED, LIMIT = 0.8, 0.9, 1, 60


def perplexity(model, tokenizer):
    """Of the held-out reference replies: per token, and per character, which does not depend on the vocabulary."""
    loss = count = 0
    for talk in held_out_talks():
        ids, is_reply = encode_chat(tokenizer, talk)
        with torch.no_grad():
            chances = F.log_softmax(model(torch.tensor([ids[:-1]]))[0], -1)
        for at, (token, reply) in enumerate(zip(ids[1:], is_reply[1:])):
            if reply:
                loss -= chances[at, token].item()
                count += 1
    # A reply's end counts as a character.
    letters = sum(len(reply) + 1 for *_, reply in held_out())
    return math.exp(loss / count), math.exp(loss / letters)


def sample(logits, generator):
    probabilities = F.softmax(logits / TEMPERATURE, -1)
    ordered, index = probabilities.sort(descending=True)
    ordered[ordered.cumsum(0) - ordered > TOP_P] = 0
    return index[torch.multinomial(ordered / ordered.sum(), 1, generator=generator)].item()


def reply_to(model, tokenizer, who, prompt, generator):
    """(text, ended by the stop token)"""
    ids, _ = encode_chat(tokenizer, [system(who), {"role": "user", "content": prompt}], add_generation_prompt=True)
    cache, fresh, reply = [[] for _ in model.blocks], ids, []
    for _ in range(LIMIT):
        with torch.no_grad():
            token = sample(model(torch.tensor([fresh]), cache)[0, -1], generator)
        if token == END:
            return tokenizer.decode(reply), True
        reply.append(token)
        fresh = [token]
    return tokenizer.decode(reply), False


def main():
    args = argparse.ArgumentParser()
    args.add_argument("model")
    args.add_argument("tokenizer")
    args.add_argument("--show", type=int, default=20)
    args.add_argument("--json")
    args = args.parse_args()
    torch.set_num_threads(1)
    model, tokenizer = load(args.model), Tokenizer.from_file(args.tokenizer)
    known = {text for _, block in conversations() for role, text in block if role == "assistant"}
    bodies = {ANY_TAG.sub("", text).strip() for text in known}
    generator = torch.Generator().manual_seed(SEED)
    rows = held_out()
    replies = [(who, prompt, *reply_to(model, tokenizer, who, prompt, generator)) for who, prompt, _ in rows]
    for who, prompt, reply, _ in replies[: args.show]:
        print(f"{who} > {prompt}\n{who} < {reply}")
    count = len(replies)
    ended = sum(done for *_, done in replies) / count
    tags = sum(legal(reply) for _, _, reply, _ in replies) / count
    same = sum(reply in known for _, _, reply, _ in replies) / count
    same_body = sum(ANY_TAG.sub("", reply).strip() in bodies for _, _, reply, _ in replies) / count
    distinct = len({reply for _, _, reply, _ in replies})
    found, letters = perplexity(model, tokenizer)
    print(f"prompts {count}\nended by the stop token within {LIMIT} tokens {ended:.1%} (98 %)\nlegal tags {tags:.1%} (98 %)")
    print(f"identical to a training reply {same:.1%} (at most 50 %); tag aside {same_body:.1%}")
    print(f"distinct {distinct} of {count} (120 of 200)\nheld-out perplexity {found:.2f} per token, {letters:.3f} per character")
    if args.json:
        with open(args.json, "w", encoding="utf-8") as out:
            for who, prompt, reply, done in replies:
                out.write(json.dumps({"character": who, "prompt": prompt, "reply": reply, "ended": done}) + "\n")
    if ended < 0.98 or tags < 0.98 or same > 0.5 or distinct < 0.6 * count:
        sys.exit(1)


if __name__ == "__main__":
    main()
