//! Units of measure and of money: how they are written, and what they are called.

/// A unit of measure.
#[derive(Debug, PartialEq)]
pub(super) struct Unit {
    /// As written, case included.
    written: &'static [&'static str],
    /// In English: one, several.
    pub(super) en: (&'static str, &'static str),
    /// In Chinese.
    pub(super) zh: &'static str,
    /// In Japanese.
    pub(super) ja: &'static str,
}

/// A currency.
#[derive(Debug, PartialEq)]
pub(super) struct Currency {
    written: &'static [&'static str],
    /// In English: one, several, a hundredth, hundredths (empty where there is none).
    pub(super) en: (&'static str, &'static str, &'static str, &'static str),
    /// In Chinese.
    pub(super) zh: &'static str,
    /// In Japanese.
    pub(super) ja: &'static str,
}

macro_rules! units {
    ($([$($written:literal),+] $one:literal $many:literal $zh:literal $ja:literal;)+) => {
        &[$(Unit { written: &[$($written),+], en: ($one, $many), zh: $zh, ja: $ja }),+]
    };
}

const UNITS: &[Unit] = units! {
    ["%"] "percent" "percent" "" "パーセント";
    ["‰"] "per mille" "per mille" "" "パーミル";
    ["°C", "℃"] "degree Celsius" "degrees Celsius" "摄氏度" "度";
    ["°F", "℉"] "degree Fahrenheit" "degrees Fahrenheit" "华氏度" "華氏度";
    ["°"] "degree" "degrees" "度" "度";
    ["km/h", "kph", "kmh"] "kilometre an hour" "kilometres an hour" "公里每小时" "キロ毎時";
    ["mph"] "mile an hour" "miles an hour" "英里每小时" "マイル毎時";
    ["m/s²", "m/s2"] "metre per second squared" "metres per second squared" "米每二次方秒" "メートル毎秒毎秒";
    ["m/s"] "metre per second" "metres per second" "米每秒" "メートル毎秒";
    ["km²", "km2"] "square kilometre" "square kilometres" "平方公里" "平方キロメートル";
    ["cm²", "cm2"] "square centimetre" "square centimetres" "平方厘米" "平方センチメートル";
    ["m²", "m2"] "square metre" "square metres" "平方米" "平方メートル";
    ["cm³", "cm3"] "cubic centimetre" "cubic centimetres" "立方厘米" "立方センチメートル";
    ["m³", "m3"] "cubic metre" "cubic metres" "立方米" "立方メートル";
    ["km"] "kilometre" "kilometres" "公里" "キロメートル";
    ["cm"] "centimetre" "centimetres" "厘米" "センチメートル";
    ["mm"] "millimetre" "millimetres" "毫米" "ミリメートル";
    ["µm", "μm", "um"] "micrometre" "micrometres" "微米" "マイクロメートル";
    ["nm"] "nanometre" "nanometres" "纳米" "ナノメートル";
    ["m"] "metre" "metres" "米" "メートル";
    ["ft"] "foot" "feet" "英尺" "フィート";
    ["mi"] "mile" "miles" "英里" "マイル";
    ["yd"] "yard" "yards" "码" "ヤード";
    ["ha"] "hectare" "hectares" "公顷" "ヘクタール";
    ["kg"] "kilogram" "kilograms" "公斤" "キログラム";
    ["mg"] "milligram" "milligrams" "毫克" "ミリグラム";
    ["µg", "μg"] "microgram" "micrograms" "微克" "マイクログラム";
    ["g"] "gram" "grams" "克" "グラム";
    ["lb", "lbs"] "pound" "pounds" "磅" "ポンド";
    ["oz"] "ounce" "ounces" "盎司" "オンス";
    ["ml", "mL"] "millilitre" "millilitres" "毫升" "ミリリットル";
    ["cl"] "centilitre" "centilitres" "厘升" "センチリットル";
    ["dl"] "decilitre" "decilitres" "分升" "デシリットル";
    ["l", "L"] "litre" "litres" "升" "リットル";
    ["h", "hr", "hrs"] "hour" "hours" "小时" "時間";
    ["min", "mins"] "minute" "minutes" "分钟" "分";
    ["s", "sec", "secs"] "second" "seconds" "秒" "秒";
    ["ms"] "millisecond" "milliseconds" "毫秒" "ミリ秒";
    ["µs", "μs"] "microsecond" "microseconds" "微秒" "マイクロ秒";
    ["ns"] "nanosecond" "nanoseconds" "纳秒" "ナノ秒";
    ["Hz"] "hertz" "hertz" "赫兹" "ヘルツ";
    ["kHz"] "kilohertz" "kilohertz" "千赫" "キロヘルツ";
    ["MHz"] "megahertz" "megahertz" "兆赫" "メガヘルツ";
    ["GHz"] "gigahertz" "gigahertz" "吉赫" "ギガヘルツ";
    ["dB"] "decibel" "decibels" "分贝" "デシベル";
    ["mV"] "millivolt" "millivolts" "毫伏" "ミリボルト";
    ["kV"] "kilovolt" "kilovolts" "千伏" "キロボルト";
    ["V"] "volt" "volts" "伏" "ボルト";
    ["mA"] "milliamp" "milliamps" "毫安" "ミリアンペア";
    ["mAh"] "milliamp hour" "milliamp hours" "毫安时" "ミリアンペア時";
    ["mW"] "milliwatt" "milliwatts" "毫瓦" "ミリワット";
    ["kW"] "kilowatt" "kilowatts" "千瓦" "キロワット";
    ["MW"] "megawatt" "megawatts" "兆瓦" "メガワット";
    ["kWh"] "kilowatt hour" "kilowatt hours" "千瓦时" "キロワット時";
    ["W"] "watt" "watts" "瓦" "ワット";
    ["kJ"] "kilojoule" "kilojoules" "千焦" "キロジュール";
    ["kcal"] "kilocalorie" "kilocalories" "千卡" "キロカロリー";
    ["cal"] "calorie" "calories" "卡" "カロリー";
    ["hPa"] "hectopascal" "hectopascals" "百帕" "ヘクトパスカル";
    ["kPa"] "kilopascal" "kilopascals" "千帕" "キロパスカル";
    ["Pa"] "pascal" "pascals" "帕" "パスカル";
    ["KB", "kB"] "kilobyte" "kilobytes" "千字节" "キロバイト";
    ["MB", "MiB"] "megabyte" "megabytes" "兆字节" "メガバイト";
    ["GB", "GiB"] "gigabyte" "gigabytes" "吉字节" "ギガバイト";
    ["TB", "TiB"] "terabyte" "terabytes" "太字节" "テラバイト";
    ["kbps"] "kilobit per second" "kilobits per second" "千比特每秒" "キロビット毎秒";
    ["Mbps"] "megabit per second" "megabits per second" "兆比特每秒" "メガビット毎秒";
    ["Gbps"] "gigabit per second" "gigabits per second" "吉比特每秒" "ギガビット毎秒";
    ["px"] "pixel" "pixels" "像素" "ピクセル";
    ["fps"] "frame per second" "frames per second" "帧每秒" "フレーム毎秒";
    ["rpm"] "revolution per minute" "revolutions per minute" "转每分钟" "回転毎分";
    ["bpm"] "beat per minute" "beats per minute" "拍每分钟" "拍毎分";
    ["ppm"] "part per million" "parts per million" "百万分之一" "ピーピーエム";
};

/// Written right after the number only: alone they are words or names (`5 s`, `3 h`, `2 V`, `1 L`).
const ATTACHED: &[&str] = &["s", "h", "V", "W", "l", "L", "ha"];

const CURRENCIES: &[Currency] = &[
    Currency {
        written: &["HK$", "HKD"],
        en: ("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
        zh: "港元",
        ja: "香港ドル",
    },
    Currency {
        written: &["NT$", "TWD"],
        en: ("Taiwan dollar", "Taiwan dollars", "cent", "cents"),
        zh: "新台币",
        ja: "台湾ドル",
    },
    Currency {
        written: &["C$", "CA$", "CAD"],
        en: ("Canadian dollar", "Canadian dollars", "cent", "cents"),
        zh: "加元",
        ja: "カナダドル",
    },
    Currency {
        written: &["A$", "AU$", "AUD"],
        en: ("Australian dollar", "Australian dollars", "cent", "cents"),
        zh: "澳元",
        ja: "オーストラリアドル",
    },
    Currency {
        written: &["US$", "USD", "$"],
        en: ("dollar", "dollars", "cent", "cents"),
        zh: "美元",
        ja: "ドル",
    },
    Currency {
        written: &["€", "EUR"],
        en: ("euro", "euros", "cent", "cents"),
        zh: "欧元",
        ja: "ユーロ",
    },
    Currency {
        written: &["£", "GBP"],
        en: ("pound", "pounds", "penny", "pence"),
        zh: "英镑",
        ja: "ポンド",
    },
    // The sign of two currencies: what it means in Chinese is put right where it is said.
    Currency { written: &["¥"], en: ("yen", "yen", "", ""), zh: "元", ja: "円" },
    Currency { written: &["JPY"], en: ("yen", "yen", "", ""), zh: "日元", ja: "円" },
    Currency { written: &["CNY", "RMB"], en: ("yuan", "yuan", "", ""), zh: "元", ja: "人民元" },
    Currency {
        written: &["₩", "KRW"], en: ("won", "won", "", ""), zh: "韩元", ja: "ウォン"
    },
    Currency {
        written: &["₹", "INR"],
        en: ("rupee", "rupees", "paisa", "paise"),
        zh: "卢比",
        ja: "ルピー",
    },
    Currency {
        written: &["₽", "RUB"],
        en: ("rouble", "roubles", "kopek", "kopeks"),
        zh: "卢布",
        ja: "ルーブル",
    },
    Currency {
        written: &["CHF"],
        en: ("Swiss franc", "Swiss francs", "centime", "centimes"),
        zh: "瑞士法郎",
        ja: "スイスフラン",
    },
    Currency {
        written: &["฿", "THB"], en: ("baht", "baht", "", ""), zh: "泰铢", ja: "バーツ"
    },
    Currency {
        written: &["₫", "VND"], en: ("dong", "dong", "", ""), zh: "越南盾", ja: "ドン"
    },
    Currency {
        written: &["₿", "BTC"],
        en: ("bitcoin", "bitcoins", "", ""),
        zh: "比特币",
        ja: "ビットコイン",
    },
];

/// The longest unit that stands here as a word of its own.
pub(super) fn find(rest: &[char], spaced: bool) -> Option<(&'static Unit, usize)> {
    let fits = |written: &&str| {
        starts_with(rest, written)
            && ends_word(rest, written)
            && !(spaced && ATTACHED.contains(written))
    };
    longest(UNITS.iter().flat_map(|unit| unit.written.iter().map(move |w| (unit, *w))), fits)
}

/// The longest currency that stands here.
pub(super) fn currency(rest: &[char]) -> Option<(&'static Currency, usize)> {
    let fits = |written: &&str| {
        let letters = written.ends_with(|c: char| c.is_ascii_alphabetic());
        starts_with(rest, written) && (!letters || !continues(rest, written))
    };
    longest(CURRENCIES.iter().flat_map(|c| c.written.iter().map(move |w| (c, *w))), fits)
}

fn longest<T>(
    all: impl Iterator<Item = (T, &'static str)>,
    fits: impl Fn(&&str) -> bool,
) -> Option<(T, usize)> {
    all.filter(|(_, written)| fits(written))
        .map(|(unit, written)| (unit, written.chars().count()))
        .max_by_key(|(_, length)| *length)
}

fn starts_with(rest: &[char], written: &str) -> bool {
    let mut rest = rest.iter();
    written.chars().all(|c| rest.next() == Some(&c))
}

/// No letter, digit or slash goes on with it.
fn ends_word(rest: &[char], written: &str) -> bool {
    let next = rest.get(written.chars().count());
    let sign = matches!(written, "%" | "‰" | "°" | "°C" | "℃" | "°F" | "℉");
    let letter = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '/' | '²' | '³' | '\'' | '-');
    if sign { !next.is_some_and(char::is_ascii_digit) } else { !next.is_some_and(letter) }
}

fn continues(rest: &[char], written: &str) -> bool {
    rest.get(written.chars().count()).is_some_and(char::is_ascii_alphabetic)
}
