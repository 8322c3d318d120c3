"""Makes pinyin.tsv.zst: how Chinese characters and words are read, and how common the words are.

Three packages of PyPI give everything: pypinyin 0.55.0 (MIT; readings of characters and phrases), jieba 0.42.1 (MIT; words
and their frequencies) and opencc-python-reimplemented 0.1.7 (Apache 2.0; OpenCC's table of traditional characters).

    pip install pypinyin==0.55.0 jieba==0.42.1 opencc-python-reimplemented==0.1.7 zstandard
    python assets/dictionaries/zh/make.py

One entry a line, sorted: the text, its cost (-10 ln p, rounded), and its reading, one syllable a character with the tone
as a digit, 5 = neutral. A word whose reading is that of its characters one by one has no third field. A traditional character
has a fourth: the simplified one that stands for it in the words.
"""

import math
from pathlib import Path

import jieba
import opencc
import zstandard
from pypinyin import Style, lazy_pinyin, load_single_dict
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

HERE = Path(__file__).resolve().parent
WORDS = 60_000  # the most frequent words of jieba; all phrases of pypinyin come on top

# Words whose second syllable is neutral in ordinary speech, which the sources give their full tone.
NEUTRAL = """朋友 喜欢 东西 先生 学生 漂亮 早上 晚上 舒服 意思 告诉 认识 名字 聪明 衣服 地方 便宜 关系 明白 清楚 客气 时候 事情 消息
休息 眼睛 耳朵 头发 太阳 月亮 窗户 故事 麻烦 热闹 高兴 生活 姑娘 小姐 先生 太太 妈妈 爸爸 哥哥 姐姐 妹妹 弟弟 爷爷 奶奶 叔叔 谢谢
看看 想想 说说 听听 试试 等等 知道 回来 出来 起来 进来 过来 下来 上来 觉得 记得 认得 力气 干净 厉害 精神 打算 商量 咳嗽 打听 暖和 凉快"""
KEEP_FULL = {"高兴", "生活", "知道", "精神"}  # both readings are standard; the full tone is never wrong

# Characters whose reading as a word of its own is not the one that pypinyin puts first.
ALONE = {
    "长": "cháng", "長": "cháng", "得": "de", "地": "de", "哦": "ò", "嗯": "ēn", "弹": "tán", "切": "qiē", "脏": "zāng",
    "占": "zhàn", "似": "sì", "谁": "shéi", "誰": "shéi",
}

# Traditional characters that are read otherwise alone than in the words of the sources, which are in simplified ones: 著 stands for 着, 乾 for 干.
TRADITIONAL_ALONE = {"著": "zhe5", "乾": "gan1"}


def han(text):
    return all("\u3400" <= c <= "\u9fff" for c in text)


def reading(text):
    """Syllables with tone digits; the spelling of ü is v, as espeak-ng reads it."""
    syllables = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore")
    return [s.replace("ü", "v") for s in syllables]


def simplified():
    """The simplified form of each traditional character; the first where there are several."""
    table = Path(opencc.__file__).parent / "dictionary/TSCharacters.txt"
    rows = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines())
    pairs = ((old, new.split()[0]) for old, new in rows)
    return {old: new for old, new in pairs if len(old) == len(new) == 1 and old != new}


def main():
    load_single_dict({ord(c): r for c, r in ALONE.items()})
    single = {}
    for point in PINYIN_DICT:
        c = chr(point)
        if han(c) and len(r := reading(c)) == 1 and r[0].rstrip("12345").isascii():
            single[c] = r[0]

    jieba.initialize()
    total = jieba.dt.total
    frequent = sorted(
        ((w, n) for w, n in jieba.dt.FREQ.items() if 2 <= len(w) <= 6 and n > 0 and han(w)), key=lambda x: (-x[1], x[0])
    )[:WORDS]
    words = {w: n for w, n in frequent}
    for phrase in PHRASES_DICT:
        if len(phrase) >= 2 and han(phrase):
            words.setdefault(phrase, jieba.dt.FREQ.get(phrase) or 1)

    neutral = set(NEUTRAL.split()) - KEEP_FULL
    forms = simplified() | {"著": "着"}
    single |= TRADITIONAL_ALONE
    lines = []
    for c, r in single.items():
        n = jieba.dt.FREQ.get(c) or 1
        simple = forms.get(c, "")
        lines.append((c, round(-10 * math.log(n / total)), r, simple if simple in single else ""))
    for w, n in words.items():
        if any(c not in single for c in w):
            continue
        r = reading(w)
        if w in neutral:
            r[-1] = r[-1].rstrip("12345") + "5"
        if len(r) != len(w):
            continue
        cost = round(-10 * math.log(n / total))
        lines.append((w, cost, "" if r == [single[c] for c in w] else " ".join(r)))
    lines.sort()
    text = "".join("\t".join(str(f) for f in line if f != "") + "\n" for line in lines)
    (HERE / "pinyin.tsv.zst").write_bytes(zstandard.ZstdCompressor(level=19).compress(text.encode()))
    print(f"{len(single)} characters, {len(lines) - len(single)} words, {len(text)} bytes")


if __name__ == "__main__":
    main()
