//! What the person of the diary tells of themselves, and asks later: each thing once, in one of the languages.

/// Something that people tell of themselves, in a language: sentences with a place for it.
pub(super) struct Telling {
    /// How it is told; about half of them indirectly.
    pub(super) statements: &'static [&'static str],
    /// How it is put right.
    pub(super) corrections: &'static [&'static str],
    /// How it is asked for.
    pub(super) questions: &'static [&'static str],
    /// What it may be.
    pub(super) values: &'static [&'static str],
}

/// The same in English, Chinese and Japanese.
pub(super) type Own = [Telling; 3];

macro_rules! telling {
    ($statements:expr, $corrections:expr, $questions:expr, $values:expr) => {
        Telling {
            statements: &$statements,
            corrections: &$corrections,
            questions: &$questions,
            values: &$values,
        }
    };
}

/// The things.
pub(super) const OWN: &[Own] = &[
    // Where they live.
    [
        telling!(
            [
                "I live in {v}.",
                "We moved to {v} in spring.",
                "I'm writing this from my new flat in {v}."
            ],
            ["Actually, I live in {v}, I wrote the wrong name.", "I mixed it up, I moved to {v}."],
            ["Where do I live?", "Do you remember which city I live in?", "Where did I move to?"],
            ["Tromsø", "Ghent", "Split", "Aarhus", "Graz", "Bilbao"]
        ),
        telling!(
            ["我住在{v}。", "我去年搬到{v}了。", "我在{v}租了一套房子，终于安顿下来了。"],
            ["其实我住在{v}，上次说错了。", "我说错了，我搬到{v}了。"],
            ["我住在哪里？", "你还记得我住在哪个城市吗？", "我搬到哪儿了？"],
            ["泉州", "丽江", "湛江", "株洲", "银川", "大理"]
        ),
        telling!(
            [
                "私は{v}に住んでいます。",
                "去年{v}に引っ越しました。",
                "{v}のアパートから海が見えます。ここが私の家です。"
            ],
            ["間違えました、私は{v}に住んでいます。", "実は{v}に引っ越しました。"],
            ["私はどこに住んでる？", "私が住んでいる町、覚えてる？"],
            ["尾道", "釧路", "鎌倉", "宇和島", "米子", "諏訪"]
        ),
    ],
    // What they do for a living.
    [
        telling!(
            ["I work as a {v}.", "I'm a {v}.", "After all these years as a {v} my back is ruined."],
            ["No, I was wrong to put it like that, I work as a {v}.", "Actually I'm a {v}."],
            ["What do I do for a living?", "What's my job?", "What do I work as?"],
            [
                "glassblower",
                "cartographer",
                "beekeeper",
                "stage painter",
                "ferry pilot",
                "violin maker"
            ]
        ),
        telling!(
            ["我是一名{v}。", "我的工作是{v}。", "做{v}这么多年，我的腰都坏了。"],
            ["我说错了，我的工作是{v}。", "其实我是一名{v}。"],
            ["我是做什么工作的？", "我的职业是什么？", "我做什么工作？"],
            ["潜水员", "钟表匠", "调音师", "制图员", "养蜂人", "配音演员"]
        ),
        telling!(
            [
                "私は{v}として働いています。",
                "仕事は{v}です。",
                "{v}になって十年、腰がもう限界です。"
            ],
            ["違いました、私の仕事は{v}です。", "実は仕事は{v}です。"],
            ["私の仕事は何？", "私って何をして働いてるんだっけ？"],
            ["指物師", "灯台守", "時計職人", "養蜂家", "装丁家", "蒔絵師"]
        ),
    ],
    // Birthday.
    [
        telling!(
            [
                "My birthday is on {v}.",
                "I was born on {v}.",
                "On {v} I get another year older, like every year."
            ],
            ["I wrote down the wrong date, my birthday is on {v}.", "Actually, I was born on {v}."],
            ["When is my birthday?", "What day was I born?"],
            [
                "March 4th",
                "June 26th",
                "October 11th",
                "December 29th",
                "July 15th",
                "February 5th"
            ]
        ),
        telling!(
            ["我的生日是{v}。", "我是{v}出生的。", "{v}那天我又要老一岁了，每年都这样过生日。"],
            ["不对，我的生日是{v}。", "我说错日子了，我是{v}出生的。"],
            ["我的生日是什么时候？", "我是哪天出生的？"],
            ["三月八号", "六月二号", "十月十七号", "十二月四号", "七月二十号", "二月十四号"]
        ),
        telling!(
            [
                "私の誕生日は{v}です。",
                "{v}生まれです。",
                "{v}になるとまた一つ年を取ります。誕生日なんて早いです。"
            ],
            ["間違えました、誕生日は{v}です。"],
            ["私の誕生日はいつ？", "私の誕生日、いつだっけ？"],
            ["三月五日", "六月九日", "十月十四日", "十二月二日", "七月二十二日", "二月十六日"]
        ),
    ],
    // Allergy.
    [
        telling!(
            [
                "I'm allergic to {v}.",
                "I have a {v} allergy.",
                "They had to call a doctor because there was {v} in my food, my allergy again."
            ],
            ["Actually, I'm allergic to {v}."],
            ["What am I allergic to?", "Do you know what my allergy is?"],
            ["sesame", "walnut", "latex", "celery", "mustard", "lupin"]
        ),
        telling!(
            ["我对{v}过敏。", "我一碰{v}就过敏，全身起疹子。", "医生说我{v}过敏。"],
            ["说错了，我对{v}过敏。"],
            ["我对什么过敏？", "你记得我对什么过敏吗？"],
            ["芒果", "乳胶", "芝麻", "核桃", "虾", "荞麦"]
        ),
        telling!(
            [
                "私は{v}アレルギーです。",
                "{v}にアレルギーがあります。",
                "{v}を食べて病院に運ばれました。アレルギーなんです。"
            ],
            ["間違えました、{v}アレルギーです。"],
            ["私は何のアレルギーだっけ？", "私のアレルギー、何か覚えてる？"],
            ["胡桃", "胡麻", "芥子", "蟹", "落花生", "鮑"]
        ),
    ],
    // A pet.
    [
        telling!(
            [
                "I have a dog called {v}.",
                "My dog {v} ate my shoes again.",
                "We went to the vet with {v}, my poor dog."
            ],
            ["I wrote it wrongly, my dog is called {v}."],
            ["What's my dog called?", "What is the name of my dog?"],
            ["Bramble", "Waffles", "Othello", "Pretzel", "Sputnik", "Marzipan"]
        ),
        telling!(
            ["我养了一只狗，叫{v}。", "我家狗叫{v}。", "我带{v}去看了兽医，我的狗真可怜。"],
            ["名字说错了，我的狗叫{v}。"],
            ["我的狗叫什么名字？", "我家狗叫什么？"],
            ["铁蛋", "胖墩", "将军", "旺财", "豌豆", "雪糕"]
        ),
        telling!(
            [
                "{v}という犬を飼っています。",
                "うちの犬の名前は{v}です。",
                "うちの犬の{v}が靴を食べました。"
            ],
            ["間違えました、うちの犬の名前は{v}です。"],
            ["うちの犬の名前は何？", "私の犬、なんて名前だっけ？"],
            ["ごんた", "ラテ", "むぎ", "ちくわ", "大福丸", "マルコ"]
        ),
    ],
    // A sister.
    [
        telling!(
            [
                "My sister's name is {v}.",
                "My sister {v} came to visit.",
                "I was on the phone with {v}, you know, my sister."
            ],
            ["Sorry, I typed nonsense, my sister's name is {v}."],
            ["What's my sister's name?", "What is my sister called?"],
            ["Ottilie", "Rosalind", "Zuzanna", "Wilhelmina", "Philippa", "Ginevra"]
        ),
        telling!(
            ["我姐姐叫{v}。", "我的姐姐叫{v}。", "刚跟{v}打完电话，就是我姐姐。"],
            ["打错字了，我姐姐叫{v}。"],
            ["我姐姐叫什么？", "我姐姐叫什么名字？"],
            ["若兰", "采薇", "梦洁", "碧君", "语嫣", "凝霜"]
        ),
        telling!(
            [
                "姉の名前は{v}です。",
                "私の姉は{v}といいます。",
                "さっきまで{v}と電話してました、姉です。"
            ],
            ["間違えました、姉の名前は{v}です。"],
            ["私の姉の名前は？", "姉の名前、覚えてる？"],
            ["千代子", "紗枝", "響子", "織江", "静香", "瑠璃"]
        ),
    ],
    // A food.
    [
        telling!(
            [
                "My favourite food is {v}.",
                "{v} is my favourite food.",
                "Nothing beats {v}, of all food it's my favourite."
            ],
            ["I changed my mind, my favourite food is {v}.", "Actually my favourite food is {v}."],
            ["What is my favourite food?", "Which food is my favourite?"],
            ["moussaka", "pierogi", "laksa", "ceviche", "goulash", "shakshuka"]
        ),
        telling!(
            ["我最喜欢的菜是{v}。", "我最爱的菜是{v}。", "什么菜都比不上{v}，我最喜欢了。"],
            ["其实我最喜欢的菜是{v}。"],
            ["我最喜欢的菜是什么？", "我最喜欢吃什么菜？"],
            ["佛跳墙", "酸菜鱼", "地三鲜", "锅包肉", "梅菜扣肉", "蟹粉豆腐"]
        ),
        telling!(
            [
                "好きな食べ物は{v}です。",
                "一番好きな食べ物は{v}です。",
                "食べ物なら{v}がいちばんです。"
            ],
            ["実は一番好きな食べ物は{v}です。"],
            ["私の好きな食べ物は何？", "私が一番好きな食べ物は？"],
            ["牛すじ煮込み", "茶碗蒸し", "鯖寿司", "おでん", "明太子", "冷や汁"]
        ),
    ],
    // A fear.
    [
        telling!(
            [
                "I'm afraid of {v}.",
                "I'm terrified of {v}.",
                "I ran out of the room because of {v}, they scare me to death."
            ],
            ["I put it badly, I'm afraid of {v}."],
            ["What am I afraid of?", "What scares me most?"],
            ["escalators", "moths", "clowns", "geese", "jellyfish", "mannequins"]
        ),
        telling!(
            ["我很怕{v}。", "我最害怕{v}了。", "看到{v}我就跑，吓得要命，太害怕了。"],
            ["说错了，我害怕{v}。"],
            ["我害怕什么？", "我最怕什么？"],
            ["蜈蚣", "气球", "水母", "小丑", "蟑螂", "壁虎"]
        ),
        telling!(
            ["私は{v}が怖いです。", "{v}がとても怖いんです。", "{v}を見て逃げ出しました。怖くて。"],
            ["間違えました、怖いのは{v}です。"],
            ["私が怖いものは何？", "私は何が怖いんだっけ？"],
            ["百足", "風船", "水母", "道化師", "家守", "人形"]
        ),
    ],
    // An instrument.
    [
        telling!(
            [
                "I play the {v}.",
                "I've been playing the {v} for ages.",
                "The neighbours complain whenever I practise the {v}, my instrument."
            ],
            ["Actually, I play the {v}."],
            ["Which instrument do I play?", "What do I play?"],
            ["bassoon", "harp", "accordion", "oboe", "mandolin", "dulcimer"]
        ),
        telling!(
            ["我会弹{v}。", "我在乐队里弹{v}。", "邻居抱怨我天天练{v}，可我就爱这个乐器。"],
            ["说错了，我会弹{v}。"],
            ["我会弹什么乐器？", "我弹什么乐器？"],
            ["琵琶", "古筝", "贝斯", "尤克里里", "古琴", "电子琴"]
        ),
        telling!(
            [
                "{v}を弾いています。",
                "私は{v}を習っています。",
                "{v}の練習をすると隣の人に怒られます。私の楽器です。"
            ],
            ["間違えました、弾いているのは{v}です。"],
            ["私は何の楽器を弾いてる？", "私の楽器は何だっけ？"],
            ["チェロ", "三味線", "ハープ", "オルガン", "ウクレレ", "バイオリン"]
        ),
    ],
    // A language.
    [
        telling!(
            [
                "I'm learning {v}.",
                "I've been learning {v} since spring.",
                "My {v} course is hard, all those words to learn."
            ],
            ["Actually it's {v} that I'm learning."],
            ["Which language am I learning?", "What language do I learn?"],
            ["Basque", "Icelandic", "Swahili", "Welsh", "Georgian", "Tagalog"]
        ),
        telling!(
            ["我在学{v}。", "我学{v}学了半年了。", "{v}课好难，要背好多单词，语言真不好学。"],
            ["说错了，我在学{v}。"],
            ["我在学什么语言？", "我学的是什么语言？"],
            ["冰岛语", "斯瓦希里语", "泰语", "葡萄牙语", "藏语", "波斯语"]
        ),
        telling!(
            [
                "{v}を勉強しています。",
                "{v}を習い始めました。",
                "{v}の授業が難しいです。言語って大変。"
            ],
            ["間違えました、勉強しているのは{v}です。"],
            ["私は何語を勉強してる？", "私が勉強している言語は？"],
            ["アイスランド語", "タイ語", "スワヒリ語", "バスク語", "チェコ語", "ハワイ語"]
        ),
    ],
    // An illness.
    [
        telling!(
            [
                "I have {v}.",
                "I was diagnosed with {v}.",
                "My doctor gave me new pills against {v}."
            ],
            ["Actually, what I was diagnosed with is {v}."],
            ["What illness do I have?", "What was I diagnosed with?"],
            ["tinnitus", "psoriasis", "scoliosis", "eczema", "arthritis", "epilepsy"]
        ),
        telling!(
            ["我有{v}。", "我被诊断出{v}。", "医生给我开了治{v}的新药，身体真不争气。"],
            ["说错了，我被诊断出的是{v}。"],
            ["我有什么病？", "我被诊断出什么了？"],
            ["湿疹", "鼻炎", "颈椎病", "胃溃疡", "低血压", "关节炎"]
        ),
        telling!(
            [
                "{v}と診断されました。",
                "私は{v}持ちです。",
                "先生が{v}の新しい薬をくれました。病気は嫌です。"
            ],
            ["間違えました、{v}と診断されました。"],
            ["私の病気は何？", "私は何と診断されたんだっけ？"],
            ["喘息", "貧血", "不眠症", "関節炎", "花粉症", "低血圧"]
        ),
    ],
    // Where they grew up.
    [
        telling!(
            [
                "I grew up in {v}.",
                "I come from {v}.",
                "When I was small we lived by the river in {v}, that's my hometown."
            ],
            ["Actually, I grew up in {v}."],
            ["Where did I grow up?", "Where do I come from?", "What's my hometown?"],
            ["Cork", "Szeged", "Tartu", "Ghazni", "Oaxaca", "Perth"]
        ),
        telling!(
            ["我老家在{v}。", "我是{v}人。", "小时候我们住{v}的河边，那是我的家乡。"],
            ["其实我老家在{v}。"],
            ["我老家在哪里？", "我是在哪里长大的？", "我的家乡是哪里？"],
            ["佳木斯", "景德镇", "喀什", "秦皇岛", "张家界", "日照"]
        ),
        telling!(
            [
                "出身は{v}です。",
                "私は{v}で育ちました。",
                "子供のころは{v}の川で遊びました。故郷です。"
            ],
            ["間違えました、出身は{v}です。"],
            ["私の出身はどこ？", "私が育ったのはどこ？"],
            ["八戸", "高千穂", "能代", "小樽", "萩", "敦賀"]
        ),
    ],
    // A friend.
    [
        telling!(
            [
                "My best friend is {v}.",
                "My best friend is called {v}.",
                "I told everything to {v}, my best friend."
            ],
            ["I typed the wrong name, my best friend is {v}."],
            ["Who is my best friend?", "What's my best friend's name?"],
            ["Thaddeus", "Ludmila", "Ignatius", "Seraphine", "Bartholomew", "Clementine"]
        ),
        telling!(
            ["我最好的朋友叫{v}。", "我最好的朋友是{v}。", "我什么都跟{v}说，我们是最好的朋友。"],
            ["打错名字了，我最好的朋友叫{v}。"],
            ["我最好的朋友是谁？", "我最好的朋友叫什么？"],
            ["欧阳靖", "司马岚", "慕容清", "诸葛明", "上官婉", "夏侯宇"]
        ),
        telling!(
            ["親友の名前は{v}です。", "私の親友は{v}です。", "{v}には何でも話します、親友だから。"],
            ["間違えました、親友の名前は{v}です。"],
            ["私の親友は誰？", "親友の名前は何だっけ？"],
            ["光太郎", "千鶴", "源吾", "小春", "清十郎", "弥生"]
        ),
    ],
    // A plan.
    [
        telling!(
            [
                "I have an exam on {v}.",
                "My exam is on {v}.",
                "I'm learning day and night because the exam comes on {v}."
            ],
            ["The exam was moved, my exam is on {v} now."],
            ["When is my exam?", "What day do I have my exam?"],
            [
                "the 6th of May",
                "the 19th of June",
                "the 2nd of October",
                "the 23rd of March",
                "the 11th of July",
                "the 8th of April"
            ]
        ),
        telling!(
            ["我{v}有考试。", "我的考试是{v}。", "{v}就要考试了，我天天熬夜复习。"],
            ["说错了，考试改到{v}了。"],
            ["我什么时候考试？", "我的考试是哪天？"],
            ["五月六号", "六月九号", "十月二号", "三月二十三号", "七月十一号", "四月八号"]
        ),
        telling!(
            ["{v}に試験があります。", "試験は{v}です。", "{v}が試験なので毎晩勉強しています。"],
            ["間違えました、試験は{v}です。"],
            ["私の試験はいつ？", "試験いつだっけ？"],
            ["五月六日", "六月八日", "十月四日", "三月二十三日", "七月十一日", "四月十八日"]
        ),
    ],
    // What they cannot stand.
    [
        telling!(
            [
                "I can't stand {v}.",
                "I hate {v}.",
                "If there is {v} on the table I leave, I dislike it that much."
            ],
            ["Actually it's {v} that I can't stand."],
            ["What can't I stand?", "What do I hate?", "What do I dislike?"],
            ["liquorice", "karaoke", "blue cheese", "reality shows", "aniseed", "leaf blowers"]
        ),
        telling!(
            ["我受不了{v}。", "我最讨厌{v}。", "桌上有{v}我就走，讨厌到这个地步。"],
            ["说错了，我讨厌的是{v}。"],
            ["我讨厌什么？", "我受不了什么？"],
            ["榴莲", "鱼腥草", "苦瓜", "蓝纹奶酪", "真人秀", "八角"]
        ),
        telling!(
            [
                "{v}が大嫌いです。",
                "私は{v}が苦手です。",
                "{v}が出てきたら帰ります。それくらい嫌い。"
            ],
            ["間違えました、嫌いなのは{v}です。"],
            ["私が嫌いなものは何？", "私は何が苦手だっけ？"],
            ["甘草", "納豆", "苦瓜", "青魚", "八角", "銀杏"]
        ),
    ],
    // What they like doing.
    [
        telling!(
            [
                "I really love {v}.",
                "I'm obsessed with {v} lately.",
                "Every free minute goes into {v}, it's my passion."
            ],
            ["I said something else, but what I love is {v}."],
            ["What do I love doing?", "What is my hobby?", "What am I passionate about?"],
            ["falconry", "whittling", "topiary", "beatboxing", "geocaching", "orienteering"]
        ),
        telling!(
            ["我特别喜欢{v}。", "我最近迷上了{v}。", "一有空我就去{v}，这是我的爱好。"],
            ["上次说错了，我喜欢的是{v}。"],
            ["我有什么爱好？", "我喜欢做什么？"],
            ["观星", "木雕", "插花", "滑翔伞", "赶海", "茶艺"]
        ),
        telling!(
            [
                "私は{v}が大好きです。",
                "最近{v}にはまっています。",
                "暇さえあれば{v}です。それが趣味。"
            ],
            ["前に言ったのは違って、好きなのは{v}です。"],
            ["私の趣味は何？", "私は何が好き？"],
            ["天体観測", "木彫り", "生け花", "盆栽", "潮干狩り", "切り絵"]
        ),
    ],
];
