//! Japanese counters: number and counter together, where the pair is not said as its halves are (3本 さんぼん, 1人 ひとり).

use super::super::numbers::japanese;

/// How a counter and the number before it change each other.
struct Counter {
    /// How it is written.
    written: &'static [&'static str],
    /// As it is said after most numbers.
    plain: &'static str,
    /// As it is said after clipped numbers.
    clipped: &'static str,
    /// As it is said after three (and after thousand and ten thousand, which end alike).
    three: &'static str,
    /// Last digits that are clipped: 1 いっ, 6 ろっ, 8 はっ, 0 じゅっ.
    clips: &'static str,
}

const fn counter(
    written: &'static [&'static str],
    [plain, clipped, three]: [&'static str; 3],
    clips: &'static str,
) -> Counter {
    Counter { written, plain, clipped, three, clips }
}

const K: &str = "1680";
const S: &str = "180";

const COUNTERS: &[Counter] = &[
    counter(&["本"], ["ほん", "ぽん", "ぼん"], K),
    counter(&["匹"], ["ひき", "ぴき", "びき"], K),
    counter(&["杯"], ["はい", "ぱい", "ばい"], K),
    counter(&["分"], ["ふん", "ぷん", "ぷん"], K),
    counter(&["泊"], ["はく", "ぱく", "ぱく"], K),
    counter(&["発"], ["はつ", "ぱつ", "ぱつ"], K),
    counter(&["歩"], ["ほ", "ぽ", "ぽ"], K),
    counter(&["回"], ["かい"; 3], K),
    counter(&["階"], ["かい", "かい", "がい"], K),
    counter(&["個"], ["こ"; 3], K),
    counter(&["件"], ["けん"; 3], K),
    counter(&["軒"], ["けん", "けん", "げん"], K),
    counter(&["曲"], ["きょく"; 3], K),
    counter(&["か月", "ヶ月", "ケ月", "カ月", "ヵ月", "箇月"], ["かげつ"; 3], K),
    counter(&["か所", "ヶ所", "ケ所", "カ所", "ヵ所", "箇所"], ["かしょ"; 3], K),
    counter(&["か国", "ヶ国", "ケ国", "カ国", "ヵ国", "箇国"], ["かこく"; 3], K),
    counter(&["歳", "才"], ["さい"; 3], S),
    counter(&["冊"], ["さつ"; 3], S),
    counter(&["足"], ["そく", "そく", "ぞく"], S),
    counter(&["頭"], ["とう"; 3], S),
    counter(&["着"], ["ちゃく"; 3], S),
    counter(&["通"], ["つう"; 3], S),
    counter(&["章"], ["しょう"; 3], S),
    counter(&["週"], ["しゅう"; 3], S),
    counter(&["世紀"], ["せいき"; 3], S),
    counter(&["丁目"], ["ちょうめ"; 3], S),
    counter(&["センチ"], ["センチ"; 3], S),
    counter(&["パーセント", "%"], ["パーセント"; 3], S),
    counter(&["ポンド"], ["ポンド"; 3], S),
    counter(&["キロ"], ["キロ"; 3], "60"),
    // Nothing changes here, but a dictionary that does not see the number may read them otherwise (時 as とき).
    counter(&["時"], ["じ"; 3], ""),
    counter(&["月"], ["がつ"; 3], ""),
    counter(&["日"], ["にち"; 3], ""),
    counter(&["年"], ["ねん"; 3], ""),
    counter(&["秒"], ["びょう"; 3], ""),
    counter(&["円"], ["えん"; 3], ""),
    counter(&["人"], ["にん"; 3], ""),
    counter(&["名"], ["めい"; 3], ""),
    counter(&["枚"], ["まい"; 3], ""),
    counter(&["台"], ["だい"; 3], ""),
    counter(&["代"], ["だい"; 3], ""),
    counter(&["倍"], ["ばい"; 3], ""),
    counter(&["番"], ["ばん"; 3], ""),
    counter(&["度"], ["ど"; 3], ""),
    counter(&["万"], ["まん"; 3], ""),
    counter(&["億"], ["おく"; 3], ""),
];

/// Ends of round numbers that are clipped where a digit of [`Counter::clips`] says so: hundreds go with six.
const CLIPPED_TENS: [(char, &str, &str); 4] = [
    ('0', "じゅう", "じゅっ"),
    ('6', "ひゃく", "ひゃっ"),
    ('6', "びゃく", "びゃっ"),
    ('6', "ぴゃく", "ぴゃっ"),
];

/// Pairs that keep the old Japanese numbers, the first for one.
const DAYS: [&str; 10] = [
    "いちにち",
    "ふつか",
    "みっか",
    "よっか",
    "いつか",
    "むいか",
    "なのか",
    "ようか",
    "ここのか",
    "とおか",
];
const THINGS: [&str; 9] =
    ["ひとつ", "ふたつ", "みっつ", "よっつ", "いつつ", "むっつ", "ななつ", "やっつ", "ここのつ"];

/// Number and counter together, and how many characters of `after` the counter has; `None` where plain number and
/// dictionary reading do.
pub(super) fn read(digits: &str, after: &[char]) -> Option<(String, usize)> {
    let dated = digits.len() == 2 && after.first().is_some_and(|c| "分秒時月日".contains(*c));
    let digits = if dated { digits.strip_prefix('0').unwrap_or(digits) } else { digits };
    if digits.len() > 12 || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    let first = *after.first()?;
    if let Some(whole) = native(number, first) {
        return Some((whole.to_owned(), 1));
    }
    // 3分の1 is a fraction, not minutes.
    if after.starts_with(&['分', 'の']) {
        return Some((format!("{}ぶんの", japanese(digits)), 2));
    }
    if let Some(ending) = changed_digit(number % 10, first) {
        return Some((without_last(number) + ending, 1));
    }
    COUNTERS.iter().find_map(|counter| {
        let written = counter.written.iter().find(|written| {
            written.chars().count() <= after.len()
                && written.chars().zip(after).all(|(a, b)| a == *b)
        })?;
        Some((counter.after(digits, number), written.chars().count()))
    })
}

impl Counter {
    fn after(&self, digits: &str, number: u64) -> String {
        let Self { plain, clipped, three, clips, .. } = self;
        let last = number % 10;
        let clips = |digit: char| clips.contains(digit);
        match last {
            1 if clips('1') => without_last(number) + "いっ" + clipped,
            3 => without_last(number) + "さん" + three,
            4 if *plain == "ふん" || *plain == "はく" => {
                without_last(number) + "よん" + clipped
            }
            6 if clips('6') => without_last(number) + "ろっ" + clipped,
            8 if clips('8') => without_last(number) + "はっ" + clipped,
            0 if number > 0 => {
                let said = japanese(digits);
                let clip = CLIPPED_TENS
                    .iter()
                    .find(|(digit, stem, _)| clips(*digit) && said.ends_with(stem));
                match clip {
                    Some((_, stem, clip)) => {
                        format!("{}{clip}{clipped}", &said[..said.len() - stem.len()])
                    }
                    None if said.ends_with('ん') => said + three,
                    None => said + plain,
                }
            }
            _ => japanese(digits) + plain,
        }
    }
}

/// A number without its last digit.
fn without_last(number: u64) -> String {
    let rest = number - number % 10;
    if rest == 0 { String::new() } else { japanese(&rest.to_string()) }
}

fn native(number: u64, counter: char) -> Option<&'static str> {
    match (number, counter) {
        (0, '時') => return Some("れいじ"),
        (0, '度') => return Some("れいど"),
        _ => {}
    }
    let place = usize::try_from(number).ok()?.checked_sub(1)?;
    match (number, counter) {
        (1, '人') => Some("ひとり"),
        (2, '人') => Some("ふたり"),
        (20, '歳' | '才') => Some("はたち"),
        (14, '日') => Some("じゅうよっか"),
        (20, '日') => Some("はつか"),
        (24, '日') => Some("にじゅうよっか"),
        (_, '日') => DAYS.get(place).copied(),
        (_, 'つ') => THINGS.get(place).copied(),
        _ => None,
    }
}

/// Last digits with another sound before a counter, counter included.
fn changed_digit(last: u64, counter: char) -> Option<&'static str> {
    Some(match (last, counter) {
        (4, '時') => "よじ",
        (7, '時') => "しちじ",
        (9, '時') => "くじ",
        (4, '月') => "しがつ",
        (7, '月') => "しちがつ",
        (9, '月') => "くがつ",
        (4, '年') => "よねん",
        (4, '円') => "よえん",
        (4, '人') => "よにん",
        _ => return None,
    })
}
