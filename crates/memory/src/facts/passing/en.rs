//! In passing, in English.

use super::Rule;
use crate::facts::en_life::{ANIMAL, PARTNER, RELATIVE};

/// Somebody's or an animal's name.
const NAME: &str = r"(?P<v>(?-i:\p{Lu}[\p{Ll}’'\-]+))";
/// Who somebody is to the speaker; written as `WHO`.
const WHO: &str = r"(?:(?:my|our) (?:(?-i:\p{Ll}+) ){0,2}?(?P<w>RELATIVE|PARTNER|ANIMAL|best friend|(?:room|flat|house)mate))";
/// A day of the year; written as `DATE`.
const DATE: &str =
    r"(?:(?:the )?\d{1,2}(?:st|nd|rd|th)?(?: of)? MONTH|MONTH (?:the )?\d{1,2}(?:st|nd|rd|th)?)";
const MONTH: &str =
    "(?:january|february|march|april|may|june|july|august|september|october|november|december)";
/// What somebody does for a living, up to where the sentence goes on; written as `TRADE`.
const TRADE: &str = r"(?P<v>(?-i:(?:[\p{Ll}\-’']+ ){0,2}?[\p{Ll}\-’']+?))(?:,.*| (?:and|but|my|i|i[’']\w+|we|nothing|nobody|no|it|the|there|have|has|had|is|are|you|one|in|at|for|with|so|that)\b.*|$)";
/// A long time; written as `YEARS`.
const YEARS: &str = r"(?:all )?(?:these |those |so many |many |several |over |almost |nearly |(?:[\p{L}\d]+[ -]){1,3}?)?(?:long |whole |happy )?years";
/// Time that is one's own; written as `LEISURE`.
const LEISURE: &str = "(?:free |spare )?(?:minutes?|moments?|hours?|evenings?|weekends?|time)";
/// A language, by how such words end; written as `TONGUE`.
const TONGUE: &str =
    r"(?P<v>(?-i:\p{Lu}\p{Ll}*(?:ish|ese|an|[nt]ch|sh|ic|ew|eek|di|li|ai|que|log|du|in)))";

/// A pattern with what is written in capitals filled in.
pub(super) fn filled(pattern: &str) -> String {
    let pattern = pattern.replace("WHO", WHO).replace("NAME", NAME).replace("TRADE", TRADE);
    let pattern = pattern.replace("RELATIVE", RELATIVE).replace("PARTNER", PARTNER);
    let pattern = pattern.replace("ANIMAL", ANIMAL).replace("DATE", DATE).replace("MONTH", MONTH);
    let pattern = pattern.replace("YEARS", YEARS);
    pattern.replace("LEISURE", LEISURE).replace("TONGUE", TONGUE)
}

pub(super) const ONE: &[Rule] = &[
    ("work", &["years as a"], r"^(?:(?:after|in|for|with|during) )?YEARS as an? TRADE"),
    (
        "work",
        &["years as a"],
        r"\b(?:i|my|me|we|our)\b.* (?:after|in|for|during|of|from) YEARS as an? TRADE",
    ),
    ("work", &["being a"], r"^(?:and )?being an? TRADE"),
    (
        "birthday",
        &["year older"],
        r"\bon (?P<v>DATE),? (?:i|i[’']ll|i will|i[’']m going to) (?:get|turn|be|grow|become) (?:a|one|another|yet another) (?:whole )?year older",
    ),
    (
        "birthday",
        &["year older"],
        r"\b(?:a|one|another) (?:whole )?year older (?:(?:again|already|comes|is) )?on (?P<v>DATE)",
    ),
    (
        "allergy",
        &[" my lip", " my tongue", " my throat", " my face", " my eye", " my mouth", " my skin"],
        r"^(?P<v>.{2,40}?) (?:always |usually |still )?(?:makes?|made) my (?:lips?|tongue|throat|face|eyes?|mouth|skin) (?:swell|itch|burn|tingle|close|puff|blister|go numb)",
    ),
    (
        "allergy",
        &["rash", "hives"],
        r"^(?P<v>.{2,40}?) (?:always |usually |still )?(?:gives?|gave) me (?:a rash|hives)",
    ),
    (
        "allergy",
        &["rash", "hives"],
        r"\bi (?:always |usually )?(?:break|come|broke|came) out in (?:an? )?(?:rash|hives)(?: all over)? (?:from|of|when(?:ever)? i (?:eat|touch|drink|smell|wear|use|have)|after (?:eating|touching|drinking|using)) (?P<v>.+)$",
    ),
    ("allergy", &["allergic reaction"], r"\ballergic reaction to (?P<v>.+)$"),
    (
        "health",
        &[
            "pill",
            "tablet",
            "medic",
            "meds",
            "antibiotic",
            "injection",
            "inhaler",
            "therapy",
            "syrup",
            "treatment",
        ],
        r"\b(?:gave me|gives me|prescribed me|put me on|i[’']m on|i (?:am on|take|took|need|got|get|have)) (?:some |new |strong |stronger |more |daily |different |my |a |an |the )*(?:pills?|tablets?|medicines?|medication|meds|antibiotics|injections?|inhaler|treatment|therapy|syrup) (?:against|for) (?:my )?(?P<v>[\p{L}\- ]{3,40}?)(?: again| now| every .*| for years)?$",
    ),
    (
        "home",
        &[" in "],
        r"\b(?:my|our) (?:(?:new|little|tiny|small|own|cosy|cozy|shared|rented|lovely|big|damp|cold|current) )*(?:flat|apartment|place|studio|house|home|loft|cottage|bedsit) in (?P<v>(?-i:\p{Lu})[\p{L}’'\- ]*?)(?: (?:is|are|was|has|had|went|goes|costs?|looks|smells|feels|with|and|but|where|for|again|since|just)\b.*|,.*|$)",
    ),
    (
        "origin",
        &["lived"],
        r"\b(?:as an? (?:small |little |young )?(?:kid|child|boy|girl|toddler)|when (?:i|we) (?:was|were) (?:an? )?(?:very |really )?(?:small|little|young|kids?|child|children|boy|girl))\b,? (?:we|i|my family) (?:all )?lived\b.*?\bin (?P<v>(?-i:\p{Lu})[\p{L}’'\- ]*?)(?:,.*|$)",
    ),
    (
        "origin",
        &["where i", "hometown", "home town"],
        r"(?P<v>(?-i:\p{Lu})[\p{L}’'\-]+(?: (?-i:\p{Lu})[\p{L}’'\-]+)?), (?:(?:that[’']s|which is|this is|it[’']s) )?(?:where i (?:grew up|come from|was raised)|my (?:old )?home ?town)$",
    ),
    ("likes", &["beats"], r"^nothing (?:really |ever )?beats (?P<v>.+)$"),
    (
        "likes",
        &["get enough of"],
        r"\bi (?:just |really |simply )?(?:can[’']t|cannot|never) get enough of (?P<v>.+)$",
    ),
    (
        "likes",
        &[" go", " spent", " went"],
        r"^(?:every|each|all (?:of )?my|most of my|any) (?:single )?LEISURE (?:goes|go|went|is spent|are spent)(?: straight)? (?:into|on|to) (?P<v>.+)$",
    ),
    (
        "likes",
        &["spend"],
        r"\bi spend (?:all |most |nearly all |almost all )?(?:of )?(?:my |every )(?:single )?LEISURE on (?P<v>.+)$",
    ),
    (
        "likes",
        &["passion"],
        r"^(?P<v>.{2,40}?) (?:is|has always been) my (?:(?:great|big|true|only|real|greatest|biggest|secret) )*passion$",
    ),
    (
        "fears",
        &["scare", "terrif", "frighten", "creeps", "freak"],
        r"^(?P<v>.{2,40}?) (?:really |always |still |just )?(?:(?:scares?|terrif(?:y|ies)|frightens?) me(?: to death| so much| a lot)?|gives? me the creeps|freaks? me out)$",
    ),
    (
        "fears",
        &["scare", "terrif", "frighten", "creeps", "freak"],
        r"\b(?:because of|from) (?:the |some )?(?P<v>[\p{L}\- ]{3,30}?), (?:they|it) (?:really |always |still |just )?(?:(?:scares?|terrif(?:y|ies)|frightens?) me|gives? me the creeps|freaks? me out)",
    ),
    (
        "hobby",
        &["practise the", "practice the", "practise playing", "practice playing"],
        r"\bi (?:[\p{L}]+ ){0,2}?practi[sc]e (?:playing )?the (?P<v>[\p{L}\- ]+?)(?: (?:when|while|in|at|every|on|for|all|but|and)\b.*|,.*|$)",
    ),
    (
        "study",
        &["course", "class", "lesson", "homework"],
        r"\b(?:my|i have|i take) TONGUE (?:evening |online )?(?:course|class|classes|lessons?|homework)\b",
    ),
    // "Marta got a kitten, it's called Rolo".
    (
        "cat",
        &["name is", "called", "named"],
        r"^(?:my (?-i:\p{Ll}+) )?(?P<o>(?-i:\p{Lu}[\p{Ll}’'\-]+)) (?:has|got|has got|just got|now has|adopted|bought|keeps) (?:an? |another )?(?:(?-i:\p{Ll}+) ){0,2}?(?:cat|kitten|kitty)(?:,? and|,)? (?:(?:its|the) name is|it[’']s called|it is called|called|named|whose name is) (?P<v>(?-i:\p{Lu})[\p{L}’'\-]+(?: (?-i:\p{Lu})[\p{L}’'\-]+)?)$",
    ),
    (
        "dog",
        &["name is", "called", "named"],
        r"^(?:my (?-i:\p{Ll}+) )?(?P<o>(?-i:\p{Lu}[\p{Ll}’'\-]+)) (?:has|got|has got|just got|now has|adopted|bought|keeps) (?:an? |another )?(?:(?-i:\p{Ll}+) ){0,2}?(?:dog|puppy)(?:,? and|,)? (?:(?:its|the) name is|it[’']s called|it is called|called|named|whose name is) (?P<v>(?-i:\p{Lu})[\p{L}’'\-]+(?: (?-i:\p{Lu})[\p{L}’'\-]+)?)$",
    ),
    // "…, that's my cousin".
    (
        "",
        &[" my ", " our "],
        r"\bNAME, (?:you know,? )?(?:that[’']s|that is|she[’']s|he[’']s|who is|who[’']s) WHO$",
    ),
];

pub(super) const TWO: &[Rule] = &[
    // "… with Beatrix, my cousin".
    (
        "",
        &[" my ", " our "],
        r"(?:^| )(?:with|to|from|about|for|of|and|saw|met|visited|called|phoned|told|missed|miss|took|invited|found|lost|rang|texted) NAME(?: (?:yesterday|today|tonight|last night|again|this morning|(?:at|to|into|home) ?[\p{L} ]{0,20}))?(?:,? (?:you know|i mean|that is))?, WHO$",
    ),
    // "… there was cashew in the curry, my allergy again".
    (
        "allergy",
        &["allerg"],
        r"\b(?:there (?:was|were|is|are)|i ate|i had|because of|from) (?:some |a |the |too much )?(?P<v>(?:(?-i:\p{Ll}+) )?(?-i:\p{Ll}+))(?: (?:in|on) (?:my|the|that|it)\b[^,]*)?, my (?:[\p{L}]+ )?allerg(?:y|ies)\b",
    ),
    // "When I was small, we lived by the river in Cork".
    (
        "origin",
        &["lived"],
        r"^when (?:i|we) (?:was|were) (?:an? )?(?:very )?(?:small|little|young|kids?|child|children|boy|girl), (?:we|i) (?:all )?lived\b.*?\bin (?P<v>(?-i:\p{Lu})[\p{L}’'\- ]*)$",
    ),
];

/// What a doctor, and nobody else, says of the speaker.
pub(super) const DOCTOR: &str = r"(?i)^(?:my|the|our|a) (?:[\p{L}]+ )?(?:doctor|doctors|dentist|gp|therapist|hospital) (?:just |once |always |also )?(?:says?|said|told me|tells me|thinks|found|found out|confirmed)(?: that)? (i(?:[’']m| am|[’']ve| have| had| suffer| can[’']t| must not)\b.*)$";

/// Words that stand where a trade could and are none.
const NO_TRADE: &str = " child kid boy girl baby teenager toddler student pupil group team couple family pair whole parent mother father mum mom dad \
    single widow widower bachelor friend fan human adult woman man wife husband customer member patient vegetarian vegan nation band company \
    unit class bit little good stranger loser winner beginner lover sister brother daughter foreigner believer dreamer outsider newcomer \
    person twin result user number grown-up virgin refugee prisoner ";
/// Words with which something begins that is only pointed at.
const POINTS: &str = " you it that this he she they we i him her them me who what your his their its these those there nothing something \
    everything anything nobody somebody everybody everyone someone people so how ";
const NO_PLACE: &str = " minecraft skyrim sims stardew terraria roblox animal the my our spring summer autumn winter january february march april may \
    june july august september october november december ";
const NO_INSTRUMENT: &str =
    " speech presentation talk song piece lines art dance dialogue scene same ";
const NO_NAME: &str = " i monday tuesday wednesday thursday friday saturday sunday january february march april may june july august \
    september october november december christmas easter god mum mom dad ";

/// Whether a value says something.
pub(super) fn holds(attribute: &str, value: &str) -> bool {
    let lower = value.to_lowercase();
    let mut words =
        lower.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|w| !w.is_empty());
    let is_in = |list: &str, word: &str| list.contains(&format!(" {word} "));
    let first = words.clone().next().unwrap_or_default();
    if first.is_empty() || is_in(POINTS, first) || value.split_whitespace().count() > 6 {
        return false;
    }
    match attribute {
        "work" => !words.any(|word| is_in(NO_TRADE, word) || word == "of"),
        "home" | "origin" => !is_in(NO_PLACE, first),
        "hobby" => !words.any(|word| is_in(NO_INSTRUMENT, word)),
        "health" => {
            !words.any(|word| [RELATIVE, PARTNER, ANIMAL].iter().any(|all| is_one_of(all, word)))
        }
        "" => !is_in(NO_NAME, first),
        _ => true,
    }
}

/// Whether a word is one of an alternative as the rules write them: `(?:dogs?|cats?)`.
fn is_one_of(alternatives: &str, word: &str) -> bool {
    alternatives.trim_start_matches("(?:").trim_end_matches(')').split('|').any(|one| {
        one == word
            || one.strip_suffix("s?").is_some_and(|one| word == one || word == format!("{one}s"))
    })
}

/// Whether a clause can be about the speaker: no he and no she, and what was is not told ("I quit after ten years as …").
pub(super) fn may_be_own(clause: &str) -> bool {
    let lower = clause.to_lowercase();
    !lower.split(|c: char| !c.is_alphanumeric()).any(|word| {
        ["he", "she", "his", "her", "their", "him", "quit", "retired", "resigned"].contains(&word)
    })
}
