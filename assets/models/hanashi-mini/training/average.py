"""The weighted mean of two GGUF files of the same model: stochastic weight averaging over one training run (arXiv 1803.05407).

    python average.py EARLY.gguf LATE.gguf --late 0.5 --out hanashi-mini.gguf

Everything but the tensors is taken from LATE. Matrices are read back to f32, averaged, and written as Q8_0 again.
"""

import argparse
import shutil

import gguf
import numpy


def main():
    args = argparse.ArgumentParser()
    args.add_argument("early")
    args.add_argument("late")
    args.add_argument("--late", type=float, default=0.5, dest="share", help="share of LATE, 0 to 1")
    args.add_argument("--out", required=True)
    args = args.parse_args()

    shutil.copyfile(args.late, args.out)
    early = {tensor.name: tensor for tensor in gguf.GGUFReader(args.early).tensors}
    # Sizes and places stay the same, so the copy is changed in place.
    for tensor in gguf.GGUFReader(args.out, "r+").tensors:
        other = early[tensor.name]
        assert other.tensor_type == tensor.tensor_type and list(other.shape) == list(tensor.shape), tensor.name
        mean = (1 - args.share) * gguf.quants.dequantize(other.data, other.tensor_type)
        mean = mean + args.share * gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        tensor.data[...] = gguf.quants.quantize(mean.astype(numpy.float32), tensor.tensor_type)


if __name__ == "__main__":
    main()
