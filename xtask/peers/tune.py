"""Training speed beside PyTorch with PEFT: same shapes, same threads, runs in turn.

    python xtask/peers/tune.py --hanashi target/release/hanashi [--rounds 5] [--scratch [small|full]] [--batch-size 4] [--length 128]

Needs torch, transformers, peft. Models are noise in the shape of the model in the box (LoRA) or of `bench tune --scratch`: GPT2-chitchat's
(full) or a tenth of it (small), both with upstream's dropout of a tenth.
Prints a JSON line with both speeds of every round and the medians of the ratios; the processes' own user time is given, too, because
the clock depends on who else uses the machine.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time

SHAPE = dict(vocab_size=4096, hidden_size=256, intermediate_size=704, num_hidden_layers=6, num_attention_heads=4,
             num_key_value_heads=2, head_dim=64, max_position_embeddings=512, tie_word_embeddings=True)
SCRATCH = dict(small=dict(vocab_size=13317, n_positions=1024, n_embd=256, n_layer=4, n_head=4),
               full=dict(vocab_size=13317, n_positions=1024, n_embd=768, n_layer=12, n_head=12))


def torch_side(args):
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    if args.scratch:
        shape = SCRATCH[args.scratch]
        model, vocabulary = GPT2LMHeadModel(GPT2Config(**shape)), shape["vocab_size"]
    else:
        from peft import LoraConfig, get_peft_model

        model, vocabulary = LlamaForCausalLM(LlamaConfig(**SHAPE)), SHAPE["vocab_size"]
        model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", r=8, lora_alpha=16, target_modules="all-linear"))
    model.train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.0)
    ids = torch.randint(0, vocabulary, (args.batch_size, args.length))
    times, start = [], 0.0
    for step in range(args.steps + 1):
        begun = time.perf_counter()
        if step == 1:
            start = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        times.append(time.perf_counter() - begun)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "tokens_per_s": args.batch_size * args.length / statistics.median(times[1:]),
        "user_s_a_step": (usage.ru_utime - start) / args.steps,
        "peak_mib": usage.ru_maxrss / 1024,
    }))


def own_side(args):
    command = [args.hanashi, "bench", "tune", "--json", "--batch-size", str(args.batch_size), "--length", str(args.length)]
    command += ["--device", "cpu"] + (["--scratch", args.scratch] if args.scratch else [])

    def run(steps):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        out = subprocess.run(command + ["--steps", str(steps)], check=True, capture_output=True).stdout
        return json.loads(out), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before

    # Loading is no part of a step: it is taken off as the difference of two runs.
    _, short = run(1)
    report, long = run(args.steps + 1)
    return {
        "tokens_per_s": report["metrics"]["speed"]["p50"],
        "user_s_a_step": (long - short) / args.steps,
        "peak_mib": report["metrics"]["peak_memory"]["p50"],
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hanashi", default="target/release/hanashi")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--scratch", nargs="?", const="small", choices=list(SCRATCH))
    parser.add_argument("--torch", action="store_true", help="run the other side once (used by this script itself)")
    args = parser.parse_args()
    if args.torch:
        torch_side(args)
        return
    rounds = []
    for _ in range(args.rounds):
        theirs = json.loads(subprocess.run([sys.executable, __file__, "--torch", *sys.argv[1:]], check=True, capture_output=True).stdout.splitlines()[-1])
        rounds.append((own_side(args), theirs))
    ratio = lambda key, inverse: statistics.median((theirs[key] / own[key]) if inverse else (own[key] / theirs[key]) for own, theirs in rounds)
    print(json.dumps({
        "v": 1,
        "rounds": [{"hanashi": own, "torch": theirs} for own, theirs in rounds],
        "ratios": {
            "speed": ratio("tokens_per_s", False),
            "user_time_speed": ratio("user_s_a_step", True),
            "peak_memory": ratio("peak_mib", False),
        },
    }, indent=1))


if __name__ == "__main__":
    main()
