"""Writes silero_vad_16k.f32 and golden.json from the PyPI package that carries the model.

    pip download --no-deps silero-vad==6.2.3 && unzip -o silero_vad-*.whl
    pip install onnx onnxruntime numpy
    python extract.py silero_vad/data/silero_vad_16k_op15.onnx

The weights are the file's own float32 numbers, little-endian, one tensor after the other in the order of TENSORS (the
order that src/silero.rs reads). golden.json holds what ONNX Runtime answers for a signal that the test can make itself.
"""

import json
import os
import sys
import wave

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

TENSORS = [
    ("model.stft.forward_basis_buffer", (258, 1, 256)),
    ("model.encoder.0.reparam_conv.weight", (128, 129, 3)),
    ("model.encoder.0.reparam_conv.bias", (128,)),
    ("model.encoder.1.reparam_conv.weight", (64, 128, 3)),
    ("model.encoder.1.reparam_conv.bias", (64,)),
    ("model.encoder.2.reparam_conv.weight", (64, 64, 3)),
    ("model.encoder.2.reparam_conv.bias", (64,)),
    ("model.encoder.3.reparam_conv.weight", (128, 64, 3)),
    ("model.encoder.3.reparam_conv.bias", (128,)),
    ("model.decoder.rnn.weight_ih", (512, 128)),
    ("model.decoder.rnn.weight_hh", (512, 128)),
    ("model.decoder.rnn.bias_ih", (512,)),
    ("model.decoder.rnn.bias_hh", (512,)),
    ("model.decoder.decoder.2.weight", (1, 128, 1)),
    ("model.decoder.decoder.2.bias", (1,)),
]


def probabilities(path, samples):
    session = onnxruntime.InferenceSession(path)
    state = np.zeros((2, 1, 128), np.float32)
    context = np.zeros(64, np.float32)
    out = []
    for start in range(0, len(samples) - 511, 512):
        frame = samples[start : start + 512]
        feed = {
            "input": np.concatenate([context, frame])[None],
            "state": state,
            "sr": np.array(16000, np.int64),
        }
        probability, state = session.run(None, feed)
        context = frame[-64:]
        out.append(round(float(probability[0, 0]), 6))
    return out


def buzz(seconds):
    """Something like a voice: 120 Hz pulses through two resonances, coming and going. Same as in the Rust test."""
    y = np.zeros(int(16000 * seconds))
    a = b = c = d = 0.0
    for i in range(len(y)):
        x = 1.0 if i % 133 == 0 else 0.0
        a, b = x + 1.88 * a - 0.95 * b, a
        c, d = a + 1.55 * c - 0.90 * d, c
        y[i] = 0.01 * c * (1.0 if (i // 4000) % 2 == 0 else 0.0)
    return y.astype(np.float32)


def clip(name):
    here = os.path.dirname(os.path.abspath(__file__))
    path = os.path.join(here, "../../../../tests/fixtures/whisper-nano/clips", name + ".wav")
    with wave.open(path) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768


def main():
    path = sys.argv[1]
    weights = {t.name: numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer}
    with open("silero_vad_16k.f32", "wb") as out:
        for name, shape in TENSORS:
            assert weights[name].shape == shape, name
            out.write(weights[name].astype("<f4").tobytes())
    golden = {"source": "onnxruntime " + onnxruntime.__version__, "buzz_2s": probabilities(path, buzz(2))}
    for name in ("01_synthetic_what_is_your_name", "06_synthetic_how_are_you_today"):
        golden[name] = probabilities(path, clip(name))
    with open("golden.json", "w") as out:
        json.dump(golden, out)
        out.write("\n")


main()
