"""pretrain.bin -> pretrain.pt: next-token training from nothing, for a fixed number of minutes.

    python pretrain.py --work DIR --minutes 40

Interrupted, it goes on from DIR/pretrain.pt, written every two minutes. The learning rate follows the clock
(warm-up, then cosine), so that the budget, not a step count, decides when it ends.
"""

import argparse
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

from model import CONFIG, Llama

SEED, BATCH, WINDOW, PEAK, WARM_UP = 20261122, 8, 256, 2e-3, 100


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--work", required=True)
    args.add_argument("--minutes", type=float, default=40)
    args.add_argument("--threads", type=int, default=1)
    args = args.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(SEED)
    stream = torch.from_numpy(np.fromfile(f"{args.work}/pretrain.bin", dtype=np.uint16).astype(np.int64))
    held, stream = stream[-30_000:], stream[:-30_000]
    model = Llama()
    decay = [p for p in model.parameters() if p.dim() == 2]
    plain = [p for p in model.parameters() if p.dim() < 2]
    optimiser = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.1}, {"params": plain, "weight_decay": 0.0}], lr=PEAK, betas=(0.9, 0.95), fused=True
    )
    step, spent, path = 0, 0.0, f"{args.work}/pretrain.pt"
    if os.path.exists(path):
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        step, spent = saved["step"], saved["spent"]
    print(f"{sum(p.numel() for p in model.parameters())} parameters, from step {step}", flush=True)

    def save():
        torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "spent": spent}, path + ".new")
        os.replace(path + ".new", path)

    def validate():
        model.eval()
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            rows = held[: 100 * WINDOW].view(-1, WINDOW)
            loss = sum(F.cross_entropy(model(r[:, :-1]).float().flatten(0, 1), r[:, 1:].flatten()).item() for r in rows.split(20))
        model.train()
        return loss / 5

    budget, last_save, mean = args.minutes * 60, spent, 0.0
    while spent < budget:
        begun = time.monotonic()
        progress = spent / budget
        rate = PEAK * min((step + 1) / WARM_UP, 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        starts = torch.randint(len(stream) - WINDOW - 1, (BATCH,), generator=torch.Generator().manual_seed(SEED + step))
        rows = torch.stack([stream[s : s + WINDOW + 1] for s in starts])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = F.cross_entropy(model(rows[:, :-1]).float().flatten(0, 1), rows[:, 1:].flatten())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        mean = loss.item() if mean == 0 else 0.97 * mean + 0.03 * loss.item()
        step += 1
        spent += time.monotonic() - begun
        if step % 50 == 0:
            print(f"step {step} minutes {spent / 60:.1f} tokens {step * BATCH * WINDOW} loss {mean:.3f} rate {rate:.2e}", flush=True)
        if step % 400 == 0:
            print(f"step {step} validation {validate():.3f}", flush=True)
        if spent - last_save > 120:
            save()
            last_save = spent
    save()
    print(f"done: step {step} validation {validate():.3f}", flush=True)


if __name__ == "__main__":
    main()
