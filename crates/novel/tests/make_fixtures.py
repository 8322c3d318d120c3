#!/usr/bin/env python3
"""Makes the fixtures of the novel room, with Python's own zlib, pickle and codecs, from the layouts that the formats' descriptions
give. It shares no code with the readers. Run it in this folder: python3 make_fixtures.py"""

import json
import pathlib
import pickle
import struct
import zlib

OUT = pathlib.Path(__file__).parent / "fixtures"


def save(name, data):
    path = OUT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))


# ---------------------------------------------------------------- Ren'Py

RPY = 'define e = Character("Eileen")\nlabel start:\n    e "From the archive."\n    "And told."\n'


def rpa(version, key, protocol, prefix=b""):
    content = RPY.encode()
    head = len(f"RPA-{version} {0:016x} {key:08x}\n") if version == "3.0" else len(f"RPA-{version} {0:016x}\n")
    body = content[len(prefix):]
    picture = b"\x89PNG not a picture"
    data = body + picture
    offset = head + len(data)
    place = (head ^ key, len(content) ^ key) + ((prefix,) if prefix else ())
    index = {"script.rpy": [place]}
    for name in ("images/bg.png", "script.rpyc", "late.rpyc"):
        index[name] = [((head + len(body)) ^ key, len(picture) ^ key)]
    line = f"RPA-{version} {offset:016x} {key:08x}\n" if version == "3.0" else f"RPA-{version} {offset:016x}\n"
    return line.encode() + data + zlib.compress(pickle.dumps(index, protocol))


save("renpy/v3.rpa", rpa("3.0", 0x42DEADBE, 2))
save("renpy/v3_prefix.rpa", rpa("3.0", 0xDEADBEEF, 4, b"define e"))
save("renpy/v2.rpa", rpa("2.0", 0, 2))
save("refused/compiled.rpyc", b"RENPY RPC2" + struct.pack("<III", 1, 46, 3) + b"\0" * 24 + zlib.compress(b"nothing"))

# ---------------------------------------------------------------- KiriKiri text

KS = "*start|はじめ\r\n#少女\r\nおはよう。[l][r]\r\nいい天気ね。[p]\r\n#\r\n彼女は笑った。[p]\r\n"
ZH = "*start\n【小雪】\n今天天气真好，我们去散步吧。[p]\n【小雪】\n你怎么不说话？[p]\n"


def scramble(text, mode):
    units = struct.unpack(f"<{len(text.encode('utf-16-le')) // 2}H", text.encode("utf-16-le"))
    if mode == 0:
        def one(unit):
            lo, hi = unit & 0xFF, unit >> 8
            if hi == 0 and lo < 0x20:
                return unit
            # The inverse of the reader's rule: it takes the mask from the disguised low byte.
            masked = lo ^ 1
            return masked | (hi ^ (masked & 0xFE)) << 8
        body = [one(unit) for unit in units]
    elif mode == 1:
        body = [(unit & 0xAAAA) >> 1 | (unit & 0x5555) << 1 for unit in units]
    else:
        raw = text.encode("utf-16-le")
        packed = zlib.compress(raw)
        return b"\xfe\xfe\x02\xff\xfe" + struct.pack("<qq", len(packed), len(raw)) + packed
    return b"\xfe\xfe" + bytes([mode]) + b"\xff\xfe" + struct.pack(f"<{len(body)}H", *body)


for mode in range(3):
    save(f"kirikiri/mode{mode}.ks", scramble(KS, mode))
save("kirikiri/utf16.ks", b"\xff\xfe" + KS.encode("utf-16-le"))
save("kirikiri/utf16_bare.ks", KS.encode("utf-16-le"))
save("kirikiri/sjis.ks", KS.encode("cp932"))
save("kirikiri/utf8_bom.ks", b"\xef\xbb\xbf" + KS.encode("utf-8"))
save("kirikiri/gbk.ks", (ZH * 4).encode("gbk"))

# ---------------------------------------------------------------- XP3


def xp3(files, zipped_index, pointer=False, protect=False):
    magic = b"XP3\r\n \n\x1a\x8b\x67\x01"
    data, chunks = b"", b""
    base = len(magic) + 8 + (17 if pointer else 0)
    for name, content in files:
        # Two segments, the second packed.
        half = len(content) // 2
        first, second = content[:half], zlib.compress(content[half:])
        segments = struct.pack("<Iqqq", 0, base + len(data), len(first), len(first))
        segments += struct.pack("<Iqqq", 1, base + len(data) + len(first), len(content) - half, len(second))
        wide = name.encode("utf-16-le")
        info = struct.pack("<Iqq", 1 << 31 if protect else 0, len(content), len(first) + len(second))
        info += struct.pack("<H", len(name)) + wide
        body = b"info" + struct.pack("<q", len(info)) + info + b"segm" + struct.pack("<q", len(segments)) + segments
        body += b"adlr" + struct.pack("<qI", 4, zlib.adler32(content))
        chunks += b"File" + struct.pack("<q", len(body)) + body
        data += first + second
    index = b"\x00" + struct.pack("<q", len(chunks)) + chunks
    if zipped_index:
        packed = zlib.compress(chunks)
        index = b"\x01" + struct.pack("<qq", len(packed), len(chunks)) + packed
    at = base + len(data)
    if pointer:
        head = magic + struct.pack("<q", len(magic) + 8) + b"\x80" + struct.pack("<qq", 0, at)
    else:
        head = magic + struct.pack("<q", at)
    return head + data + index


FIRST = KS.encode("cp932")
save("xp3/zipped_index.xp3", xp3([("scenario/first.ks", FIRST), ("image/bg.png", b"\x89PNG")], True))
save("xp3/pointer.xp3", xp3([("scenario/first.ks", FIRST)], False, pointer=True))
save("refused/protected.xp3", xp3([("scenario/first.ks", FIRST)], True, protect=True))
save("refused/cipher.xp3", xp3([("scenario/first.ks", bytes(b ^ (i * 7 + 0x5A) & 0xFF for i, b in enumerate(FIRST * 8)))], True))

# ---------------------------------------------------------------- PSB


def psb_array(numbers):
    def width(n):
        return max(1, (n.bit_length() + 7) // 8)
    count = width(len(numbers))
    size = max([width(n) for n in numbers], default=1)
    out = bytes([0x0C + count]) + len(numbers).to_bytes(count, "little") + bytes([0x0C + size])
    return out + b"".join(n.to_bytes(size, "little") for n in numbers)


class Psb:
    def __init__(self, root):
        self.names, self.strings = [], []
        self.collect(root)
        self.names.sort()
        self.root = root

    def collect(self, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                if key not in self.names:
                    self.names.append(key)
                self.collect(inner)
        elif isinstance(value, list):
            for inner in value:
                self.collect(inner)
        elif isinstance(value, str) and value not in self.strings:
            self.strings.append(value)

    def value(self, value):
        if value is None:
            return b"\x01"
        if isinstance(value, bool):
            return b"\x03" if value else b"\x02"
        if isinstance(value, int):
            if value == 0:
                return b"\x04"
            size = (value.bit_length() + 8) // 8
            return bytes([0x04 + size]) + value.to_bytes(size, "little", signed=True)
        if isinstance(value, float):
            return b"\x1f" + struct.pack("<d", value)
        if isinstance(value, str):
            index = self.strings.index(value)
            size = max(1, (index.bit_length() + 7) // 8)
            return bytes([0x14 + size]) + index.to_bytes(size, "little")
        if isinstance(value, list):
            offsets, body = self.body(value)
            return b"\x20" + psb_array(offsets) + body
        keys = sorted(value, key=self.names.index)
        offsets, body = self.body([value[key] for key in keys])
        return b"\x21" + psb_array([self.names.index(key) for key in keys]) + psb_array(offsets) + body

    def body(self, values):
        offsets, body = [], b""
        for inner in values:
            offsets.append(len(body))
            body += self.value(inner)
        return offsets, body

    def trie(self):
        """charset, parents, ends: node c with parent p holds the byte c - charset[p]; a name ends at charset[last]."""
        tree = {}
        for name in self.names:
            node = tree
            for byte in name.encode() + b"\0":
                node = node.setdefault(byte, {})
        charset, parents, used, where = {}, {}, {0}, {}

        def place(node, at, prefix):
            if not node:
                where[prefix[:-1]] = at
                return
            base = 1
            while any(base + byte in used for byte in node):
                base += 1
            charset[at] = base
            for byte in node:
                used.add(base + byte)
                parents[base + byte] = at
            for byte, inner in sorted(node.items()):
                place(inner, base + byte, prefix + bytes([byte]))

        place(tree, 0, b"")
        top = max(parents) + 1
        return ([charset.get(n, 0) for n in range(top)], [parents.get(n, 0) for n in range(top)],
                [where[name.encode()] for name in self.names])

    def bytes(self, version):
        header = {1: 40, 2: 40, 3: 44, 4: 56}[version]
        if version == 1:
            offsets, data = [], b""
            for name in self.names:
                offsets.append(len(data))
                data += name.encode() + b"\0"
            names = psb_array(offsets) + data
        else:
            names = b"".join(psb_array(part) for part in self.trie())
        offsets, data = [], b""
        for text in self.strings:
            offsets.append(len(data))
            data += text.encode("utf-8") + b"\0"
        strings = psb_array(offsets)
        entries = self.value(self.root)
        at_names = header
        at_strings = at_names + len(names)
        at_data = at_strings + len(strings)
        at_entries = at_data + len(data)
        empty = at_entries + len(entries)
        head = b"PSB\0" + struct.pack("<HHI", version, 0, header)
        head += struct.pack("<7I", at_names, at_strings, at_data, empty, empty, empty, at_entries)
        head = head.ljust(header, b"\0")
        return head + names + strings + data + entries + psb_array([]) * 3


NEW = {
    "name": "001.ks", "hash": 7, "languages": ["jp", "cn"], "outlines": [],
    "scenes": [{
        "label": "*page1", "firstLine": 3, "spCount": 2, "title": ["序章", "序章"], "version": 1.5,
        "lines": [0, "bgm", ["wait", 10], [3, {"data": []}, None, None, 9], 2, 1],
        "texts": [
            ["寧々", [["？？？", "おはよう\\n%f明朝;先輩%r。", 5], [None, "早上好，学长。", 6]],
             [{"name": "寧々", "pan": 0, "type": 0, "voice": "nen001_001"}], 1,
             {"data": [["stage", "stage", {}], ["寧々", "character", {"showmode": 3, "redraw": {"imageFile": {"file": "寧々a", "options": {"face": "02"}}}}]]}],
            [None, [[None, "窓の外は[晴/は]れていた。", 9]], None, 2, {"data": []}],
            ["柊史", [[None, "${name}だ。", 5]], None, -300, {"data": []}],
        ],
        "selects": [
            {"text": "話しかける", "language": [None, {"text": "搭话"}], "storage": "", "target": "*talk", "selidx": 0},
            {"text": "帰る", "storage": "002.ks", "target": "*end", "selidx": 1, "eval": "f.tired"},
        ],
        "nexts": [{"storage": "002.ks", "target": "*start", "type": 1}],
    }],
}
OLD = {
    "name": "old.ks", "hash": 1, "outlines": [],
    "scenes": [{"label": "*a", "lines": [1, "wait", 2, 3], "texts": [      # a number for each text that was shown
        ["綾", None, "遅いよ。", [{"voice": "aya_1"}], 12345.678],
        ["＠", None, "雨が降っている。", None, 0],
        ["綾", "謎の少女", "待った？", None, 0],
    ]}],
}
for version in (1, 2, 3, 4):
    save(f"scn/new_v{version}.ks.scn", Psb(NEW).bytes(version))
inner = Psb(OLD).bytes(3)
save("scn/old.ks.scn", b"mdf\0" + struct.pack("<I", len(inner)) + zlib.compress(inner))
number = struct.pack("<d", 12345.678)
save("scn/damaged.ks.scn", inner.replace(b"\x1f" + number, b"\x7f" + number))     # a value of no known type
save("scn/freemote.scn.json", json.dumps(OLD, ensure_ascii=False, indent=2))
encrypted = bytearray(Psb(NEW).bytes(3))
encrypted[6:8] = b"\x01\x00"
save("refused/encrypted.ks.scn", bytes(encrypted))

# ---------------------------------------------------------------- BGI


def bgi():
    code, strings, fixes = b"", b"", []

    def op(number, *operands):
        nonlocal code
        code += struct.pack(f"<{1 + len(operands)}i", number, *operands)

    def text(value):
        nonlocal code, strings
        fixes.append((len(code) + 4, len(strings)))
        op(0x03, 0)
        strings += value.encode("cp932") + b"\0"

    op(0x7F, 1, 2)
    text("bg_school"), op(0x7E, 5)                      # a file: not said
    text("律"), text("おはよう、先輩。"), op(0x140)
    text("はる"), text("春"), op(0x14B)                  # a reading, for the next message
    text("桜が咲いていた。"), op(0x140)
    text(""), text("春の朝だった。"), op(0x140)
    for n, (picture, words) in enumerate((("go", "手を振る"), ("stay", "待つ"), ("go", "手を振る"))):   # one of them twice
        for field, value in ((0, picture), (12, words)):
            op(0x02, 80), op(0x00, n), op(0x00, 16), op(0x22), op(0x20), op(0x00, field), op(0x20)
            text(value), op(0x09, 2)
    op(0x164)
    op(0x01, 0)                                          # a code address, patched below
    jump = len(code) - 4
    text("行く"), text("行かない"), op(0x160)
    op(0x1B)                                             # an end that is not the last: code is named beyond it
    target = len(code)
    text("律"), text("もう、待ってたのに！"), op(0x143)
    op(0x1B)
    data = bytearray(code)
    data[jump:jump + 4] = struct.pack("<i", target)
    for at, offset in fixes:
        data[at:at + 4] = struct.pack("<i", len(code) + offset)
    header = struct.pack("<i", 0) + struct.pack("<i", 1) + b"main\0" + struct.pack("<i", 0)
    header = struct.pack("<i", 4 + len(header)) + header
    return b"BurikoCompiledScriptVer1.00\0" + header + bytes(data) + strings


def dsc(data):
    """All 512 codes nine bits long: a code is its own number. Three bytes that came before are copied."""
    bits = ""
    at, count = 0, 0
    while at < len(data):
        found = data.rfind(data[at:at + 3], max(0, at - 4000), at) if at >= 3 else -1
        if found >= 0 and at + 3 <= len(data) and at - found >= 3:
            bits += f"{256 + 1:09b}{at - found - 2:012b}"
            at += 3
        else:
            bits += f"{data[at]:09b}"
            at += 1
        count += 1
    bits += "0" * (-len(bits) % 8)
    packed = int(bits, 2).to_bytes(len(bits) // 8, "big")
    magic = b"DSC FORMAT 1.00\0"
    key = 0x1234ABCD
    mask = struct.unpack("<H", magic[:2])[0] << 16
    depths = bytearray()
    k = key
    for _ in range(512):
        v0 = 20021 * (k & 0xFFFF)
        v1 = mask | (k >> 16)
        v1 = (v1 * 20021 + k * 346) & 0xFFFFFFFF
        v1 = (v1 + (v0 >> 16)) & 0xFFFF
        k = ((v1 << 16) + (v0 & 0xFFFF) + 1) & 0xFFFFFFFF
        depths.append((9 + (v1 & 0xFF)) & 0xFF)
    return magic + struct.pack("<IIII", key, len(data), count, 0) + bytes(depths) + packed


SCRIPT = bgi()
save("bgi/main", SCRIPT)
entries = [("_bp", dsc(SCRIPT)), ("picture", b"CompressedBG___\0" + b"\0" * 16)]


def arc(second):
    name, width = (0x60, 0x80) if second else (0x10, 0x20)
    table, data = b"", b""
    for entry, content in entries:
        row = entry.encode().ljust(name, b"\0") + struct.pack("<II", len(data), len(content))
        table += row.ljust(width, b"\0")
        data += content
    return (b"BURIKO ARC20" if second else b"PackFile    ") + struct.pack("<I", len(entries)) + table + data


save("bgi/data01.arc", arc(False))
save("bgi/data02.arc", arc(True))

# ---------------------------------------------------------------- NScripter

NS = """;mode800
*define
caption "雨の館"
game
*start
bg "room.bmp",1
【綾】「ただいま。@
　……誰もいない。」\\
窓の外は雨だった。\\
綾「お茶にする？」\\
私は「はい」と答えた。\\
dwave 0,"v\\aya02.wav"
綾「!w500%0番のお茶ね」\\
select "飲む",*drink,
       "飲まない",*refuse
*drink
`It was warm.`\\
goto *end
*refuse
end
"""
save("nscripter/nscript.dat", bytes(b ^ 0x84 for b in NS.replace("\n", "\r\n").encode("cp932")))

# ---------------------------------------------------------------- text formats

save("yarn/shop.yarn", """title: Shop
tags: town
---
// Ada keeps the shop.
Ada: Welcome! #line:0a1
You look around.
<<set $gold to 3>>
<<shake 2>>
-> What do you sell?
    Ada: [wave]Rope[/wave] and {$wares}.
-> Goodbye. <<if $gold < 5>>
    <<jump Street>>
Ada: Time\\: it is \\{late\\}.
===
title: Street
---
It rains.
===
""")

save("webgal/start.txt", """; a scene
changeBg:testBG03.jpg -next;
changeFigure:stand.png -left -next;
雪之下雪乃:你到得真早 -V3.ogg;
抱歉，让你久等了。
:窗外下着雨。;
由比ヶ浜结衣:[昼](ひる)ごはん、{who}と？;
choose:去食堂:canteen.txt|(gold>3)->回家:home.txt;
label:end;
say:好吧。;
blink:fast;
end;
""")

# Where talk parts: each side of a condition or choice answers what came before it, never the other side. Everybody says where they stand,
# so that a test can tell from the words alone.

save("ink/market.ink", """-> square
=== square ===
Mara: Good morning!
Tom: Good morning, Mara.
{ rich:
    Mara: (rich) You look well.
    Tom: (rich) I am.
- poor:
    Mara: (poor) You look thin.
    Tom: (poor) I was ill.
- else:
    Mara: (else) You look tired.
    Tom: (else) I am not.
}
Mara: (after) What will it be?
* [Bread]
    Tom: (bread) Bread, please.
    Mara: (bread) Which?
    * * [White]
        Tom: (white) White.
        Mara: (white) Two coins.
    * * [Rye]
        Tom: (rye) Rye.
        Mara: (rye) One coin.
    - - Tom: (paid) Here.
    Mara: (paid) Thank you.
* [Nothing]
    Tom: (nothing) Nothing today.
    Mara: (nothing) A pity.
- Tom: (end) Good bye.
Mara: (end) Good bye, Tom.
{ stopping:
- Mara: (first) Come again.
    Tom: (first) I will.
- Mara: (second) There you are.
    Tom: (second) Here I am.
}
-> END
""")

save("yarn/tower.yarn", """title: Tower
---
Mara: Who is there?
Tom: It is me.
<<if $key>>
Mara: (key) You have the key.
Tom: (key) I do.
<<elseif $rope>>
    Mara: (rope) You have a rope.
    Tom: (rope) It is long.
<<else>>
    Mara: (else) How will you come up?
    Tom: (else) I do not know.
<<endif>>
Mara: (after) And now?
-> Climb
    Tom: (climb) I climb.
    Mara: (climb) Slowly!
    -> Left
        Tom: (left) Left it is.
        Mara: (left) Mind the gap.
    -> Right
        Tom: (right) Right it is.
        Mara: (right) Mind the owl.
-> Wait
    Tom: (wait) I wait.
    Mara: (wait) For what?
<<once>>
Mara: (once) Here is my hand.
Tom: (once) I have it.
<<else>>
Mara: (again) Once more.
Tom: (again) Again!
<<endonce>>
=> Mara: (one) Careful.
    Tom: (one) I am.
=> Mara: (two) Hold on. <<if $wind>>
    Tom: (two) I do.
===
""")

save("webgal/when.txt", """changeBg:tower.png -next;
Mara:Who is there?;
Tom:It is me.;
Mara:(key) You have the key. -when=key>0;
Tom:(key) I do. -when=key>0;
Mara:(none) How will you come up? -when=key==0;
Tom:(none) I do not know. -when=key==0;
choose:Climb:climb|(rope>0)->Throw the rope:rope;
label:climb;
Tom:(climb) I climb.;
Mara:(climb) Slowly!;
jumpLabel:top;
label:rope;
Tom:(rope) Catch!;
Mara:(rope) I have it.;
label:top;
Mara:(top) Here you are.;
Tom:(top) Here I am.;
end;
""")

save("naninovel/tower.nani", """@back Tower
Mara: Who is there?
Tom: It is me.
; as the first versions have it
@if key
Mara: (key) You have the key.
Tom: (key) I do.
@elseif rope
Mara: (rope) You have a rope.
Tom: (rope) It is long.
@else
Mara: (else) How will you come up?
    @if brave
        Tom: (brave) I fly.
        Mara: (brave) You do not.
    @else
        Tom: (meek) I do not know.
        Mara: (meek) Think!
@endif
Mara: (after) And now?
@choice "Climb"
    Tom: (climb) I climb.
    Mara: (climb) Slowly!
@choice "Wait"
    Tom: (wait) I wait.
    Mara: (wait) For what?
@stop
# Top
@print "(wind) It blows." author:Mara if:wind
@print "(wind) It does." author:Tom if:wind
@print "(still) How still it is." author:Mara unless:wind
@print "(still) It is." author:Tom unless:wind
@unless night
    Mara: (day) Look, the sea.
    Tom: (day) I see it.
@else
    Mara: (night) Look, the stars.
    Tom: (night) I see them.
@random
    @group
        Mara: (owl) An owl!
        Tom: (owl) Where?
    @group
        Mara: (bat) A bat!
        Tom: (bat) There.
""")

save("renjs/deep/Story.yaml", "characters:\n  mara:\n    displayName: Mara\nstart:\n  - show mara: happy\n  - mara says: Going down.\n  - tom says: Mind the steps.\n" + "".join(
    "  " * (2 * level + 1) + "- if (deep > %d):\n" % level for level in range(50)
) + "  " * 101 + "- mara says: Too deep.\n" + "  - mara says: Not deep.\n")

save("vntextpatch/001.json", json.dumps([
    {"name": "寧々", "message": "おはよう。\\nいい朝ね。"}, {"message": "彼女は笑った。"}, {"names": ["綾", "律"], "message": "せーの！"},
], ensure_ascii=False, indent=2))


def dump(rows):
    return "".join(f"[0x{i:08X}]{jp}\n;[0x{i:08X}]{zh}\n\n" for i, (jp, zh) in enumerate(rows))


AFTER = [("「<s36>おはよう</s>、星奏」", "「早上好，星奏」"), ("洸太郎", "洸太郎"), ("「おはよう」", "「早」"), ("星奏", "星奏"),
         ("朝の光が差し込んだ。", "晨光照了进来。"), ("「行こうか」", "「走吧」"), ("洸太郎", "洸太郎")]
BEFORE = [("寧々", "宁宁"), ("「先輩、\\n遅いですよ」", "「学长，太慢了」"), ("柊史", "柊史"), ("「ごめん[・]」", "「抱歉」"),
          ("二人は歩き出した。", "两人走了起来。"), ("寧々", "宁宁"), ("「許します」", "「原谅你」")]
save("chatnvl/koikake/script.txt", b"\xef\xbb\xbf" + dump(AFTER).encode())
save("chatnvl/koikake/names.txt", "洸太郎 國見\n星奏 姫野\n")
save("chatnvl/sanoba/script.txt", dump(BEFORE))
save("chatnvl/sanoba/names.txt", "宁宁 绫地\n柊史\n")      # as ChatNVL has them: of the translation

save("chats/Sylvie.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in [
    {"user_name": "unused", "character_name": "unused", "create_date": "", "chat_metadata": {}},
    {"name": "Sylvie", "is_user": False, "is_system": False, "mes": "Hi, {{user}}!", "swipes": ["Hi, {{user}}!", "Hello."], "swipe_id": 0},
    {"name": "Kim", "is_user": True, "is_system": False, "mes": "Do you paint?"},
    {"name": "Sylvie", "is_user": False, "is_system": False, "mes": "Every day.", "swipes": ["No.", "Every day.", "Sometimes."], "swipe_id": 1},
    {"name": "System", "is_user": False, "is_system": True, "mes": "A hidden note."},
    {"name": "Kim", "is_user": True, "is_system": False, "mes": "What do you paint?"},
    {"name": "Sylvie", "is_user": False, "is_system": False, "mes": "The sea, mostly."},
]) + "\n{damaged\n")
save("chats/first.json", json.dumps(["Aqua: Are you new here?", "You: Yes: just arrived.", "Aqua: Welcome!"]))

save("plain/colon.txt", """The kettle sang.
Mira: Tea?
Jon: Please.
Mira: Sugar?
Jon: Two.
Remember: it was late.
""")
save("plain/lenticular.txt", """【芽衣】「こんにちは」
【芽衣】
「寒いね」
風が吹いた。
【蓮】「中に入ろう」
""")
save("LICENSE", "Everything in this folder was made for this project by make_fixtures.py and is given to the public domain (CC0 1.0).\n")
