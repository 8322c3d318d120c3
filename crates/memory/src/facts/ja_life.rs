//! What Japanese speakers tell of their lives, beyond the plain sentences of [`super::ja`]. Clauses come without spaces; the I is
//! mostly left out.

use std::sync::LazyLock;

use regex::Regex;

use super::Attribute;
use super::en::Found;
use super::rules::{Compiled, Rule, compiled};

/// How a statement of oneself may begin.
macro_rules! me {
    () => {
        r"^(?:あ|えっと|実は|そういえば|でも|だから|ちなみに)?(?:(?:私|僕|俺|わたし|ぼく|あたし|うち)(?:は|も|って)?)?(?:今は?|現在は?|最近は?|もう|まだ|ずっと|昔から|去年から?|先月から?|昨日|きのう|一応|実は|いつも|普段は?)*"
    };
}

// Copulas and particles at the end of a sentence.
macro_rules! end {
    () => {
        r"(?:です|だ|なんです|なんだ|なの|んです|んだ|の|で)?(?:よ|ね|よね|けど|が|から|ので|し|わ|ぜ|よー|かな)*$"
    };
}

// A verb that goes on: している, してます, してて.
macro_rules! goes_on {
    () => {
        r"(?:い)?(?:る|ます|て|た|ました)"
    };
}

macro_rules! relative {
    () => {
        r"(?:母|父|お母さん|お父さん|両親|親|ママ|パパ|兄|姉|弟|妹|お兄ちゃん|お姉ちゃん|兄弟|姉妹|祖母|祖父|おばあちゃん|おじいちゃん|息子|娘|子供|子ども|赤ちゃん|叔母|叔父|伯母|伯父|おば|おじ|いとこ|従兄弟|孫|甥|姪|双子の?(?:妹|弟|兄|姉)?)"
    };
}

macro_rules! partner {
    () => {
        r"(?:妻|夫|旦那|主人|嫁|奥さん|彼氏|婚約者|パートナー|恋人|元カレ|元カノ)"
    };
}

macro_rules! animal {
    () => {
        r"(?:子猫|子犬|猫|犬|ねこ|いぬ|ネコ|イヌ|うさぎ|ウサギ|ハムスター|鳥|インコ|文鳥|オウム|金魚|熱帯魚|亀|カメ|トカゲ|ヘビ|フェレット|モルモット|鶏|ヤギ|馬|柴犬|プードル|チワワ)"
    };
}

macro_rules! time {
    () => {
        r"(?:明日|あした|明後日|あさって|来週|来月|来年|今週末|今度の?(?:[月火水木金土日]曜日?|週末)?|週末|(?:来週|今週)?の?[月火水木金土日]曜日?|[一二三四五六七八九十\d]{1,3}月|[一二三四五六七八九十\d]{1,3}日|夏休み|冬休み|春休み|ゴールデンウィーク|年末|お正月)"
    };
}

macro_rules! instrument {
    () => {
        r"(?:ギター|ベース|ピアノ|ドラム|バイオリン|ヴァイオリン|チェロ|フルート|サックス|トランペット|クラリネット|三味線|琴|ウクレレ|太鼓|オルガン|ハープ)"
    };
}

/// The same as patterns, for whoever reads what is told in passing.
pub(super) const RELATIVE: &str = relative!();
pub(super) const PARTNER: &str = partner!();
pub(super) const ANIMAL: &str = animal!();
pub(super) const TIME: &str = time!();

const FIRST: &[Rule] = &[
    // Plans: what stands after a time and has not happened.
    (
        "plans",
        concat!(
            r"^(?:私は?|僕は?|俺は?|うち|あ)?(",
            time!(),
            r"(?:の?[\p{Han}\d時半]{0,6})?(?:に|は|から|へ|の)?.{0,20}?(?:予定|つもり|ことになった|ことになりました|ことにした|があ(?:る|ります)|に?行く|行きます|行ってくる|する|します|受ける|受けます|会う|会います|始まる|始まります|帰る|帰ります|引っ越す|引っ越します|出る|出ます|飛ぶ|休む|会いに行く|なんだ))",
            end!()
        ),
        false,
    ),
    (
        "plans",
        concat!(
            r"^((?:期末|入学|資格)?(?:試験|テスト|面接|手術|結婚式|飛行機|電車|新幹線|デート|ライブ|発表|試合|予約|締め切り|検査|健診|旅行|引っ越し)は",
            time!(),
            r".{0,10}?)",
            end!()
        ),
        false,
    ),
    // Health, food.
    ("health", concat!(r"^(?:.*?[はに])??([^はが、]{1,12}?)と診断され", r".*$"), false),
    (
        "health",
        concat!(
            me!(),
            r"(喘息|ぜんそく|糖尿病|うつ病?|鬱病?|高血圧|低血圧|貧血|てんかん|不眠症|花粉症|アトピー|偏頭痛|片頭痛|腰痛|頭痛|近視|自閉症|ADHD|ASD|発達障害|パニック障害|双極性障害|.{1,8}(?:病|症|障害|炎|がん|癌))(?:持ち|があって|がある|があります|に(?:かかって|なって|悩まされて|苦しんで)",
            goes_on!(),
            r"|になる|になります|になりやすい)?",
            end!()
        ),
        false,
    ),
    (
        "health",
        concat!(
            me!(),
            r"(?:よく|たまに|時々|しょっちゅう|すぐ)(片頭痛|偏頭痛|頭痛|腹痛|腰痛|貧血|めまい|風邪)(?:になる|がする|を起こす|をひく|になります).*$"
        ),
        false,
    ),
    (
        "health",
        r"^.{0,14}?([^、はがで]{1,8}?を(?:骨折|折|捻挫|脱臼|痛め|怪我|けが|やけど|手術)(?:った|して?た?|した|しました|りました|めた|めました).*)$",
        false,
    ),
    (
        "health",
        concat!(
            me!(),
            r"((?:左|右|両)?(?:耳|目|足|腕|手)が(?:聞こえ|見え|動か|不自由|悪).*?)",
            end!()
        ),
        false,
    ),
    (
        "health",
        concat!(
            me!(),
            r"(妊娠(?:して(?:い)?(?:る|ます)|中|.ヶ月).*?|車椅子.*?|入院(?:中|して(?:い)?(?:る|ます)).*?)",
            end!()
        ),
        false,
    ),
    (
        "diet",
        concat!(
            me!(),
            r"([^、]{1,14}?(?:が|は|を|も)(?:食べられ|食べれ|飲め|飲まな|食べな|食べませ|飲みませ|飲まれ)(?:ない|ません|い|ん)?.*?)",
            end!()
        ),
        false,
    ),
    (
        "diet",
        concat!(
            me!(),
            r"(ビーガン|ヴィーガン|ベジタリアン|菜食主義者?|菜食|グルテンフリー|ダイエット中|糖質制限中?|ハラール).*$"
        ),
        false,
    ),
    (
        "allergy",
        concat!(
            me!(),
            r"([^、はがも]{1,12}?)(?:の)?アレルギー(?:じゃ|では)(?:ない|ありません|なかった|なくな).*$"
        ),
        true,
    ),
    (
        "allergy",
        concat!(
            me!(),
            r"([^、]{1,12}?)(?:に|の)?アレルギー(?:が(?:ある|あって|あります|あるの)|持ち|で|だから|なので)?.*$"
        ),
        false,
    ),
    ("allergy", concat!(me!(), r"([^、]{1,10}?)不耐症.*$"), false),
    // Family and love.
    (
        "partner",
        concat!(
            me!(),
            r"((?:[\d一二三四五六七八九十]+年(?:[\d一二三四五六七八九十]+月)?に)?結婚し(?:て(?:い)?(?:る|ます|て)|た|ました).*?|既婚.*?|離婚(?:した|しました|して).*?|独身.*?|婚約(?:した|して|中).*?|バツイチ.*?|シングル(?:マザー|ファザー).*?|彼(?:氏|女)が?(?:いる|います|いない|いません|できた).*?)",
            end!()
        ),
        false,
    ),
    (
        "partner",
        concat!(
            me!(),
            r"((?:彼氏|彼女|恋人|今の彼|.{1,6}(?:さん|くん|ちゃん))(?:と付き合って|に振られ|にふられ|と別れ|と同棲|と結婚|と遠距離|に浮気され|と婚約).*?)",
            end!()
        ),
        false,
    ),
    (
        "partner",
        concat!(
            r"^(?:私の|僕の|俺の|うちの)?(",
            partner!(),
            r"(?:の[^、はが]{1,8})?(?:は|が).{2,24}?)",
            end!()
        ),
        false,
    ),
    (
        "family",
        concat!(
            me!(),
            r"(一人っ子|ひとりっ子|長男|長女|次男|次女|末っ子|三人兄弟.*?|双子|母子家庭.*?|父子家庭.*?)",
            end!()
        ),
        false,
    ),
    (
        "family",
        concat!(
            r"^(?:私には|僕には|俺には|私の|僕の|俺の|うちの|私は)?((?:年の離れた|双子の|小さい|一番[上下]の)?",
            relative!(),
            r"(?:の[^、はが]{1,8})?(?:は|が|も).{0,24}?(?:い(?:る|ます|ない|ません|て)|です|だ|だよ|なんだ|なの|住んで.*|働いて.*|亡くな.*|他界.*|生まれ.*|結婚.*|離婚.*|入った.*|入学.*|卒業.*|歳.*|勤め.*|して(?:い)?(?:る|ます)|になった.*|死ん.*|入院.*|病気.*|妊娠.*|通って.*))(?:んだ|の|ん|んです)?(?:よ|ね|けど|から|ばかり)*$"
        ),
        false,
    ),
    // Animals.
    (
        "pets",
        concat!(
            r"^.{0,14}?((?:[一二三四五六\d]+(?:匹|頭|羽)の)?",
            animal!(),
            r"(?:を|が)?(?:[一二三四五六七八九十\d]+(?:匹|頭|羽|ひき))?(?:と.{1,10})?)(?:を|も)?(?:飼って|引き取|拾|もらっ|迎え|お迎えし|買っ)(?:",
            goes_on!(),
            r"|った|りました|った|いました)?(?:んだ|の|んです)?(?:よ|ね|けど)*$"
        ),
        false,
    ),
    (
        "pets",
        concat!(
            r"^(?:うち|私|僕|俺|実家)の(",
            animal!(),
            r"(?:は|が|も)[^、]{1,20}(?:歳|才|オス|メス|男の子|女の子).*?)",
            end!()
        ),
        false,
    ),
    // What somebody can do, likes and fears.
    (
        "languages",
        concat!(
            me!(),
            r"([^、はが]{1,14}?語)(?:が|を|も|は)?(?:少し|ちょっと|だいたい)?(?:話せ|しゃべれ|喋れ|ペラペラ|ぺらぺら|でき|わか|得意|ネイティブ).*$"
        ),
        false,
    ),
    (
        "hobby",
        concat!(
            r"^.{0,14}?(",
            instrument!(),
            r"(?:を)?(?:弾|吹|叩|たた|練習|習|やっ|演奏).{0,8}?)",
            end!()
        ),
        false,
    ),
    (
        "hobby",
        concat!(
            me!(),
            r"([^、はが]{1,12}?を(?:集めて|収集して|描いて|編んで|撮って|踊って|習って|書いて|育てて|作って)",
            goes_on!(),
            r")",
            end!()
        ),
        false,
    ),
    (
        "hobby",
        concat!(
            me!(),
            r"(?:毎朝|毎日|毎週|毎晩|週末は?|休みの日は?|休日は?|よく)+([^、]{1,12}?)(?:を)?して(?:い)?(?:る|ます).*$"
        ),
        false,
    ),
    ("hobby", concat!(me!(), r"趣味は([^、]{1,16}?)", end!()), false),
    (
        "hobby",
        concat!(
            me!(),
            r"([^、はが]{1,10}語)を[一二三四五六七八九十\d]+(?:年|ヶ月|か月|カ月).{0,4}(?:勉強|習|学|やっ).*$"
        ),
        false,
    ),
    (
        "fears",
        concat!(
            me!(),
            r"([^、]{1,14}?)(?:が|は)(?:すごく|とても|本当に|一番|ちょっと|昔から|めちゃくちゃ)?(?:怖|こわ|恐)(?:い|く|ん).*$"
        ),
        false,
    ),
    ("fears", concat!(me!(), r"([^、はが]{1,10}恐怖症).*$"), false),
    // Tastes.
    (
        "dislikes",
        concat!(
            me!(),
            r"([^、]{1,16}?)(?:が|は)(?:昔から|どうしても|本当に|ちょっと|全然|絶対|やっぱり)*(?:だめ|ダメ|無理|食べれな|受け付けな|許せな|耐えられな|あまり好きじゃ|そんなに好きじゃ|好きじゃな|好きではな|好きになれな).*$"
        ),
        false,
    ),
    (
        "likes",
        concat!(
            me!(),
            r"([^、]{1,16}?)に(?:すごく|どっぷり|すっかり)?(?:ハマ|はま|夢中|凝って).*$"
        ),
        false,
    ),
    (
        "likes",
        r"^(?:.{1,10}より)?(?:も)?([^、]{1,12}?)(?:の)?(?:ほう|方)が(?:断然|ずっと|全然)?(?:好き|いい).*$",
        false,
    ),
    // Learning and work.
    (
        "study",
        concat!(
            me!(),
            r"((?:[^、はが]{0,8}(?:学部|学科|大学院?|高校|中学|専門学校)(?:の)?)(?:[一二三四五六\d]年(?:生)?|に通って.*?|の学生))",
            end!()
        ),
        false,
    ),
    (
        "study",
        concat!(
            me!(),
            r"(?:大学院?で|博士課程で|修士課程で|研究室で)([^、は]{1,16}?)(?:を|に)(?:研究|専攻|勉強|学ん).*$"
        ),
        false,
    ),
    (
        "work",
        concat!(
            me!(),
            r"(?:[^、はが]{1,10}(?:で|にて))([^、はが]{1,10}?)を教えて",
            goes_on!(),
            r".*$"
        ),
        false,
    ),
    (
        "work",
        concat!(
            me!(),
            r"([^、はが]{1,16}?)で(?:働き始め|働いて|バイト(?:を)?して|アルバイトして|パート(?:を)?して|夜勤(?:を)?して|仕事して|勤務して|働くことに).*$"
        ),
        false,
    ),
    (
        "work",
        concat!(
            me!(),
            r"(?:[^、はが]{1,8}と(?:一緒に)?)?([^、はが]{1,16}?)を(?:やって|営んで|経営して|して)",
            goes_on!(),
            end!()
        ),
        false,
    ),
    (
        "work",
        concat!(
            me!(),
            r"([^、はが]{0,8}?(?:[医教看調美理薬漁猟庭牧棋技整]師|保育士|弁護士|会計士|消防士|税理士|運転手|会社員|公務員|店員|警察官|銀行員|事務員|駅員|編集者|研究者|翻訳者?|通訳|歯医者|医者|作家|画家|漫画家|俳優|声優|主婦|主夫|エンジニア|プログラマー|デザイナー|イラストレーター|カメラマン|パイロット|大工|農家|学生|フリーター|無職|ニート|社長|店長))(?:として働いて.*|をして.*|をやって.*)?",
            end!()
        ),
        false,
    ),
    (
        "work",
        concat!(
            me!(),
            r"(?:仕事|会社|職場|[^、はが]{1,8})を(?:辞め|やめ|退職し|クビに)(?:た|ました|ちゃった).*$"
        ),
        true,
    ),
    (
        "name",
        concat!(
            me!(),
            r"(?:友達|みんな|家族|友人|周り)(?:から)?(?:に)?は?([^、はが]{1,10}?)(?:って|と)呼ばれて.*$"
        ),
        false,
    ),
    ("birthday", r"^(?:私は?|僕は?|俺は?)?([^、は]{2,12}?)が(?:私の|僕の|俺の)?誕生日.*$", false),
    (
        "birthday",
        r"^(?:私は?|僕は?|俺は?)?(\d{2,4}年|[一二三四五六七八九〇]{4}年|昭和\d+年|平成\d+年)に?生まれ.*$",
        false,
    ),
    (
        "car",
        concat!(
            me!(),
            r"((?:古い|新しい|中古の|赤い|青い|黒い|白い)?(?:ボルボ|トヨタ|ホンダ|日産|マツダ|スバル|スズキ|ベンツ|アウディ|プリウス|ミニ|ワーゲン|フィアット|プジョー|軽自動車|スポーツカー))に乗って.*$"
        ),
        false,
    ),
];

static RULES: LazyLock<Compiled> = LazyLock::new(|| compiled(FIRST, ""));

/// Somebody or an animal of the speaker's, by name: 姉の春香が, うちの猫のモモがまた.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:私の|僕の|俺の|うちの)?(",
        relative!(),
        "|",
        partner!(),
        "|",
        animal!(),
        r"|ルームメイト)の([\p{Katakana}ー]{1,8}|[\p{Han}]{1,4}|[\p{Hiragana}]{2,5}?)(?:ちゃん|くん|さん)?(?:が|は|と|も|を)"
    ))
    .ok()
});

/// Words that stand where a name could.
const NO_NAME: &str = "ころ 頃 とき 時 薬 注射 治療 学費 おもちゃ 名前 誕生日 仕事 家 方 こと 話 声 顔 写真 病気 体 趣味 夢 ご飯 年齢 日 車 散歩 病院 世話 餌 手術 食事 部屋 職場 \
    会社 学校 結婚 料理 手料理 実家 口癖 影響 言葉 態度 性格 毛 服 物 件 横 隣 目 手 機嫌 墓 命日 結婚式 子供 ため ほう";

/// Values that say nothing, and subjects that are somebody else.
fn is_empty(value: &str) -> bool {
    value.is_empty()
        || [
            "君",
            "あなた",
            "お前",
            "それ",
            "これ",
            "あれ",
            "その",
            "この",
            "あの",
            "ここ",
            "そこ",
            "何",
            "誰",
            "どこ",
            "みんな",
        ]
        .iter()
        .any(|word| value.starts_with(word))
        || ["の", "こと", "もの", "ん", "ひどい", "すごい", "重い", "軽い"].contains(&value)
}

/// What a clause says before all else.
pub(super) fn first(clause: &str) -> Option<Found> {
    RULES.iter().find_map(|(name, pattern, negated)| {
        let found = pattern.captures(clause)?;
        let value = found.get(1).map_or("", |value| value.as_str());
        // What is done where there is time for it is no trade.
        let is_leisure = *name == "work" && value.contains("あれば");
        if is_empty(value) && !negated || is_leisure {
            return None;
        }
        Some((Attribute((*name).to_owned()), value.to_owned(), *negated))
    })
}

/// Who is named by the way.
pub(super) fn named(clause: &str) -> Option<Found> {
    let found = NAMED.as_ref()?.captures(clause)?;
    let (who, name) = (found.get(1)?.as_str(), found.get(2)?.as_str());
    (!NO_NAME.split_whitespace().any(|word| word == name))
        .then(|| (Attribute::named(who), name.to_owned(), false))
}

/// Whether a clause is about somebody of the speaker's.
pub(super) fn is_of_another(clause: &str) -> bool {
    static ANOTHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^(?:私の|僕の|俺の|うちの)?(?:双子の)?(?:",
            relative!(),
            "|",
            partner!(),
            "|",
            animal!(),
            r"|ルームメイト|親友|友達|友人|同僚|上司)(?:の[^、]{1,8}?)?(?:が|は|も)"
        ))
        .ok()
    });
    ANOTHER.as_ref().is_some_and(|rule| rule.is_match(clause))
}
