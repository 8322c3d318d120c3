#!/usr/bin/env python3
"""Compares cards as they are on the disk with what `hanashi card convert` makes of them. Shares no code with the importer.

    python3 crates/card/tests/compare.py target/release/hanashi ../shared/cards crates/card/tests/fixtures

In place of the program, a folder may hold the V3 JSON of every card, named like the card with `.json` behind it: so do the tests of the
room call it.

Every file is unpacked here (PNG chunks, EXIF, zip, JSON, YAML by PyYAML, plain text), converted to V3 JSON by the program, and compared:
  a card by the specifications: every value of the original at its own path (`data.…` for V1's flat fields, which also stay where they were);
  another program's card: every sentence of the original in a field outside of `extensions`.
Ends with one line `N compared, N refused, N differences`, and with failure where there are differences.
"""
import base64
import io
import json
import re
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

try:
    import yaml
except ImportError:
    yaml = None

# Places of other programs' files that are settings or conversations, not texts of the character.
NOT_TEXTS = re.compile(
    r"(^|\.)(clients|plugins|settings|modelProvider|templates|Chat|messages|actions|actions_metadata|anotetemplate|avatar|avatar_file_name|"
    r"mute_keywords?|savedsettings|external_id|visibility|createdAt|updatedAt|id|_id|kind|conf_name|conf_uid|human_name|images|\$schema|"
    r"backgroundImage|promptTemplate|voice|uri|characterID|key|keysecondary|role|user|dialect|author\.backyardURL|insert)(\.|$)")

FLAT = {  # the names of the flat formats and of V2/V3
    "name": "name", "char_name": "name", "description": "description", "char_persona": "description", "personality": "personality",
    "scenario": "scenario", "world_scenario": "scenario", "first_mes": "first_mes", "char_greeting": "first_mes",
    "mes_example": "mes_example", "example_dialogue": "mes_example", "system_prompt": "system_prompt",
}


def chunks(file):
    at = 8
    while at + 8 <= len(file):
        length, = struct.unpack(">I", file[at:at + 4])
        yield file[at + 4:at + 8], file[at + 8:at + 8 + length]
        at += 12 + length


def unpacked(kind, data):
    keyword, rest = data.split(b"\0", 1)
    if kind == b"zTXt":
        return keyword, zlib.decompress(rest[1:])
    if kind == b"iTXt":
        packed, rest = rest[0], rest[2:]
        rest = rest.split(b"\0", 2)[2]
        return keyword, zlib.decompress(rest) if packed else rest
    return keyword, rest


def as_json(data):
    """JSON out of a comment: plain, base64, decimal numbers, UTF-16, escaped."""
    for code in (b"ASCII\0\0\0", b"UNICODE\0"):
        at = data.find(code)
        if at >= 0:
            data = data[at + 8:]
    tries = [lambda d: d, lambda d: base64.b64decode(d.strip(b"\0 \n") + b"=="), lambda d: bytes(map(int, re.match(rb"[\d,]+", d)[0].strip(b",").split(b","))),
             lambda d: d.decode("utf-16-le").encode(), lambda d: d.replace(b"&quot;", b'"').replace(b"&lt;", b"<").replace(b"&amp;", b"&")]
    for attempt in tries:
        try:
            text = attempt(data)
            text = text[text.index(b"{"):text.rindex(b"}") + 1].decode("utf-8")
            return json.loads(text)
        except (ValueError, TypeError, IndexError):
            continue
    return None


def from_png(file):
    found, others = {}, []
    for kind, data in chunks(file):
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            keyword, text = unpacked(kind, data)
            try:
                found[keyword] = json.loads(text if text.lstrip().startswith(b"{") else base64.b64decode(text, validate=True))
            except ValueError:
                pass
        elif kind == b"eXIf":
            others.append(as_json(data))
    return found.get(b"ccv3") or found.get(b"chara") or next((card for card in others if card), None)


def from_webp(file):
    at = 12
    while at + 8 <= len(file):
        kind, length = file[at:at + 4], struct.unpack("<I", file[at + 4:at + 8])[0]
        if kind in (b"EXIF", b"XMP "):
            return as_json(file[at + 8:at + 8 + length])
        at += 8 + length + (length & 1)
    return None


def from_jpeg(file):
    at, comments, exif = 2, b"", b""
    while file[at] == 0xff and file[at + 1] not in (0xda, 0xd9):
        length, = struct.unpack(">H", file[at + 2:at + 4])
        body = file[at + 4:at + 2 + length]
        comments += body if file[at + 1] == 0xfe else b""
        exif += body if file[at + 1] == 0xe1 else b""
        at += 2 + length
    return as_json(comments) if comments else as_json(exif)


def from_zip(file):
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        names = packed.namelist()
        card = next((name for name in sorted(names, key=lambda n: n.count("/")) if name.split("/")[-1] == "card.json"), None)
        if card:
            return json.loads(packed.read(card))
        if "manifest.json" in names:
            manifest = json.loads(packed.read("manifest.json"))
            return [json.loads(packed.read(path)) for path in manifest["characters"][:1] + manifest["scenarios"]]
        picture = next((name for name in names if name.endswith(".png")), None)
        return from_png(packed.read(picture)) if picture else None


def original(path):
    """The tree of a file, however it is packed; a text where it is neither JSON nor YAML."""
    file = path.read_bytes()
    if file[:3] == b"\xff\xd8\xff":
        return from_zip(file) if b"PK\5\6" in file else from_jpeg(file)
    if file.startswith(b"\x89PNG"):
        return from_png(file)
    if file.startswith(b"RIFF"):
        return from_webp(file)
    if file.startswith(b"PK"):
        return from_zip(file)
    for encoding in ("utf-8-sig", "utf-16", "gbk", "shift_jis"):
        if encoding == "utf-16" and file[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            text = file.decode(encoding)
            # GBK takes nearly any bytes: the right one has no rare letters.
            if encoding == "gbk" and re.search("[\u3040-\u30ff]|[\ue000-\uf8ff]", text) or encoding == "gbk" and path.name.startswith("shift"):
                continue
            break
        except UnicodeDecodeError:
            continue
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text, strict=False)
        except ValueError:
            return None
    if path.suffix in (".yaml", ".yml") and yaml:
        try:
            return yaml.safe_load(text)
        except yaml.YAMLError:
            return text
    return text


def leaves(value, path=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}.{number}")
    else:
        yield path, value


def at(value, path):
    for key in path.split("."):
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return KeyError
    return value


def squeezed(text):
    return re.sub(r"[\W_]+", "", text).lower()


def sentences(text):
    """The sentences of a text, without who speaks them and without placeholders."""
    for line in re.split(r"[\n]", text):
        line = re.sub(r"^\s*[-*]?\s*[^:：\n]{1,40}:(?!\d)", "", line)
        for part in re.split(r"#?\{+\s*[\w ]{1,20}\}+|<START>|END_OF_DIALOG", line):
            if len(squeezed(part)) > 3 and (" " in part.strip() or not part.isascii()):
                yield part.strip()


def compare(tree, card):
    data = card["data"]
    if isinstance(tree, dict) and ("data" in tree or str(tree.get("spec", "")).startswith("chara_card")):
        for path, value in leaves(tree):
            if path in ("spec", "spec_version"):
                continue
            new = at(card, path)
            moved = re.match(r"data\.assets\.\d+\.(uri|ext)$", path)
            if new != value and not moved:
                yield path, value, new
        return
    if isinstance(tree, dict) and any(key in tree for key in ("first_mes", "char_greeting", "mes_example", "personality")):
        for key, field in FLAT.items():
            if isinstance(tree.get(key), str) and tree[key].strip() and data.get(field) != tree[key]:
                yield key, tree[key], data.get(field)
        for path, value in leaves(tree):
            if at(card, path) != value:
                yield path, value, at(card, path)
        return
    fields = squeezed(" ".join(str(value) for key, field in data.items() if key != "extensions" for _, value in leaves(field)))
    for path, value in leaves(tree) if not isinstance(tree, str) else [("text", tree)]:
        if not isinstance(value, str) or NOT_TEXTS.search(path):
            continue
        value = re.sub(r"###\w+###|^#.*$|^keyword:.*$", "", value, flags=re.M) if path == "text" else value
        for sentence in sentences(value):
            if squeezed(sentence) not in fields:
                yield path, sentence, None


def converted(program, path):
    """A card as V3 JSON; `None` where it is refused."""
    if Path(program).is_dir():
        out = Path(program) / (path.name + ".json")
        return json.loads(out.read_bytes()) if out.exists() else None
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        done = subprocess.run([program, "card", "convert", path, "-o", out], capture_output=True, text=True, check=False)
        return json.loads(out.read_bytes()) if done.returncode == 0 else None


def main():
    program, folders = sys.argv[1], sys.argv[2:]
    compared = refused = different = 0
    for path in sorted(file for folder in folders for file in Path(folder).rglob("*") if file.is_file()):
        if path.name in ("INDEX.tsv", "LICENSE"):
            continue
        card = converted(program, path)
        if card is None:
            refused += 1
            continue
        tree = original(path)
        if tree is None:
            print(f"{path}: this script cannot read it")
            continue
        compared += 1
        for where, value, new in compare(tree, card):
            different += 1
            print(f"{path}: {where}: {str(value)[:90]!r} became {str(new)[:60]!r}")
    print(f"{compared} compared, {refused} refused, {different} differences")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
