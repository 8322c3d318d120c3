"""What every step of the training shares: the special tokens, the chat format, and text clean-up."""

import re
import unicodedata

# Ids 0..5, in this order, in the tokenizer and in the GGUF.
SPECIALS = ["<|begin|>", "<|end|>", "<|system|>", "<|user|>", "<|char|>", "<|pad|>"]
BEGIN, END, SYSTEM, USER, CHAR, PAD = range(6)

EMOTIONS = "neutral joy sad angry surprised shy love thinking sleepy worried".split()
LEGAL_TAG = re.compile(r"\[(%s)\]" % "|".join(EMOTIONS))
ANY_TAG = re.compile(r"\[[^\]\n]*\]")


def legal(reply):
    """Whether a reply begins with a feeling and has no other words in brackets."""
    return bool(LEGAL_TAG.match(reply)) and all(LEGAL_TAG.fullmatch(tag) for tag in ANY_TAG.findall(reply))


# The app renders prompts with this template; `encode_chat` below must give the same tokens.
CHAT_TEMPLATE = (
    "{{ bos_token }}"
    "{% for message in messages %}"
    "{% if message['role'] == 'system' %}<|system|>"
    "{% elif message['role'] == 'user' %}<|user|>"
    "{% else %}<|char|>{% endif %}"
    "{{ message['content'] | trim }}<|end|>"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|char|>{% endif %}"
)
SYSTEM_PROMPT = "You are {{char}}."

_ROLE_TOKEN = {"system": SYSTEM, "user": USER, "assistant": CHAR}
_FOLD = {
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2026": "...",
    "\u2013": " - ", "\u2014": " - ", "\u2e3a": " - ", "\u2e3b": " - ", "\u00a0": " ", "`": "'", "\u00b4": "'",
    "\u2010": "-", "\u2011": "-", "\u2212": "-", "\u0153": "oe", "\u0152": "Oe", "\u00e6": "ae", "\u00c6": "Ae", "\u00df": "ss",
}


def clean(text):
    """Straight quotes, plain dashes, ASCII letters, single spaces: what a small vocabulary can hold."""
    text = "".join(_FOLD.get(ch, ch) for ch in text)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"\s+", " ", text).strip()


def encode_chat(tokenizer, messages, add_generation_prompt=False):
    """Token ids of a conversation, and a parallel list that is True where a reply (or its end) stands.

    A message that is "given" (a greeting of the card) is context, not something to learn.
    """
    ids, is_reply = [BEGIN], [False]
    for message in messages:
        body = tokenizer.encode(message["content"].strip()).ids + [END]
        reply = message["role"] == "assistant" and not message.get("given")
        ids += [_ROLE_TOKEN[message["role"]]] + body
        is_reply += [False] + [reply] * len(body)
    if add_generation_prompt:
        ids.append(CHAR)
        is_reply.append(False)
    return ids, is_reply
