//! What English speakers tell of their lives, beyond the plain "my … is …" of [`super::en`]: plans, health, food, animals, family,
//! what they can do and what they fear.

use std::sync::LazyLock;

use regex::Regex;

use super::Attribute;
use super::en::Found;
use super::rules::{Compiled, Rule, compiled};

macro_rules! time {
    () => {
        r"(?:tomorrow|(?:on |next |this |this coming |by )+(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: (?:morning|afternoon|evening|night))?|(?:next|this) (?:week|weekend|month|year|spring|summer|autumn|fall|winter)|in (?:january|february|march|april|june|july|august|september|october|november|december|may|a (?:week|month|few (?:days|weeks|months))|(?:two|three|four|five|six|\d+) (?:days|weeks|months))|on (?:the )?\d{1,2}(?:st|nd|rd|th)(?: of)?(?: \p{L}+)?|on (?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2}(?:st|nd|rd|th)?|(?:the )?day after tomorrow|over (?:christmas|easter|the (?:summer|holidays|weekend)))"
    };
}

macro_rules! be {
    () => {
        r"(?:i[’']m|i am|we[’']re|we are)"
    };
}

macro_rules! have {
    () => {
        r"(?:(?:i|we) have|(?:i|we)[’']ve got|(?:i|we)[’']ve|(?:i|we) got)"
    };
}

macro_rules! animal {
    () => {
        r"(?:dogs?|cats?|kittens?|kitties|kitty|pupp(?:y|ies)|rabbits?|bunn(?:y|ies)|hamsters?|guinea pigs?|birds?|parrots?|budgies?|parakeets?|canar(?:y|ies)|fish|goldfish|turtles?|tortoises?|snakes?|lizards?|geckos?|chickens?|hens?|ducks?|goats?|horses?|pon(?:y|ies)|sheep|ferrets?|rats?|mice|mouse|corgis?|poodles?|beagles?|labradors?|huskies|husky|pets?)"
    };
}

macro_rules! relative {
    () => {
        r"(?:mum|mom|mother|dad|father|parents|brother|brothers|sister|sisters|siblings?|son|sons|daughter|daughters|kids?|child|children|baby|twins?|grandma|grandmother|gran|nan|grandpa|grandfather|grandad|granddad|grandparents|grandson|granddaughter|grandchildren|aunt|auntie|uncle|cousins?|niece|nephew|nieces|nephews|stepmother|stepmom|stepdad|stepfather|stepsister|stepbrother|half-brother|half-sister)"
    };
}

macro_rules! partner {
    () => {
        r"(?:wife|husband|girlfriend|boyfriend|fianc[eé]e?|partner|spouse|ex|ex-wife|ex-husband)"
    };
}

/// The same as patterns, for whoever reads what is told in passing.
pub(super) const RELATIVE: &str = relative!();
pub(super) const PARTNER: &str = partner!();
pub(super) const ANIMAL: &str = animal!();

macro_rules! state {
    () => {
        r"(?:is (?:an? |the |from |in |at |called |named |(?:getting|having|expecting|studying|working|living|turning|retired|dead|pregnant|ill|sick|disabled|deaf|blind|autistic|younger|older|married|divorced|\d))|are (?:divorced|dead|retired|from |in |both )|was (?:born|an? )|lives? |works? |died|passed away|has |have |had |moved|turned|turns|(?:just |finally |already )?(?:started|finished|got|bought|opened|retired)|studies|study|teaches|teach|plays|play|speaks|speak|comes? from|owns?|runs?|broke up|left me|dumped me|cheated)"
    };
}

/// Looked for first; the first that fits is what the clause says.
const FIRST: &[Rule] = &[
    // Plans.
    (
        "plans",
        concat!(
            r"^(?:and |but |so )?(?:",
            be!(),
            r"|i[’']ll|i will|we[’']ll|we will|",
            have!(),
            r"|i (?:need|have) to|i[’']ve got to)(?: probably| finally| also| all| both| gonna| have)* ((?:(?:an? (?-i:\p{Ll})|my |our |the |another |tickets|plans)|(?:going|flying|travel+ing|driving|moving|heading|leaving|having|getting|seeing|meeting|visiting|starting|taking|turning|running|playing|performing|staying|coming|off|due|booked|scheduled|supposed|hosting|throwing|attending|marrying|retiring|graduating|returning|go|fly|travel|drive|move|leave|get|see|meet|visit|start|take|turn|run|play|perform|stay|come|host|attend|marry|retire|graduate|return|finish|submit|present|study)\b)(?:.*\b)?",
            time!(),
            r"(?: .{1,24})?)$"
        ),
        false,
    ),
    (
        "plans",
        concat!(
            r"\b(?:my|our|the) ((?:[\p{L}\-’']+ ){0,3}(?:exam|exams|test|appointment|interview|flight|train|bus|ferry|surgery|operation|wedding|concert|gig|recital|date|meeting|presentation|deadline|trip|holiday|vacation|viewing|check-?up|finals?)(?: (?:is|starts|begins|leaves|departs|goes|comes(?: up)?|takes place|falls|has been moved|got moved|was moved)| is now| to)+ (?:(?:on|at|in|for|to) )?(?:.*\b)?(?:",
            time!(),
            r"|at .+|(?:mon|tues|wednes|thurs|fri|satur|sun)day.*))$"
        ),
        false,
    ),
    // Health.
    (
        "health",
        r"\bi(?:[’']m| am| was| got|[’']ve been| have been)?(?: just| recently| also| finally| often| sometimes)* (?:diagnosed with|suffering from|suffer from|struggling with|struggle with) (.+?)(?: (?:last|this) \w+| in \d{4}| recently| years ago)?$",
        false,
    ),
    (
        "health",
        concat!(
            r"\b",
            have!(),
            r" (?:really |very )?((?:(?:an?|severe|bad|mild|chronic|seasonal|high|low|type [12]|heart|back|knee) )*(?:asthma|adhd|add|autism|asperger[’']?s|diabetes|migraines?|epilepsy|depression|anxiety|arthritis|eczema|psoriasis|insomnia|ptsd|ocd|cancer|tinnitus|scoliosis|dyslexia|an[a]?emia|ibs|crohn[’']?s|celiac|coeliac|hypertension|blood pressure|pacemaker|hearing aids?|glasses|chronic [\p{L} ]+|heart (?:condition|disease|problems?)|bad (?:back|knees?|eyesight)|[\p{L}\- ]*(?:disorder|syndrome|disease|disability|sclerosis)))(?: .*)?$"
        ),
        false,
    ),
    (
        "health",
        r"\bi(?:[’']ve)? (?:just |recently |once )?((?:broke|broken|sprained|tore|torn|fractured|dislocated|twisted|injured|burnt|burned) my .+)$",
        false,
    ),
    (
        "health",
        r"\bi[’']m ((?:deaf|blind|pregnant|colou?r-?blind|autistic|diabetic|epileptic|dyslexic|asthmatic|anaemic|anemic|bipolar|short-?sighted|near-?sighted|paralysed|paralyzed|in remission|in a wheelchair|in therapy|on antidepressants)\b.*)$",
        false,
    ),
    // Food.
    (
        "allergy",
        r"\bi(?:[’']m| am) (?:not|no longer) (?:really |actually |even |at all )?allergic to ([^,]+?)(?: any ?more| anymore| at all| after all)?(?:,.*)?$",
        true,
    ),
    (
        "diet",
        r"\bi(?:[’']m| am) (?:not|no longer)(?: an?| really| actually)* (vegan|vegetarian|pescatarian|pescetarian|kosher|halal|gluten[- ]free)\b.*$",
        true,
    ),
    (
        "allergy",
        concat!(
            r"\b",
            have!(),
            r" (?:an? |severe |bad |mild |really |terrible )*([\p{L}\- ]+?) (?:allergy|allergies|intolerance)(?: .*)?$"
        ),
        false,
    ),
    ("allergy", r"\bi(?:[’']m| am) (?:very |also )?([\p{L}]+)[- ]intolerant(?: .*)?$", false),
    (
        "diet",
        r"\bi(?:[’']m| am|[’']ve been| have been|[’']ve gone| went| became)(?: an?| now| strictly| mostly| a strict)* ((?:vegan|vegetarian|pescatarian|pescetarian|gluten[- ]free|dairy[- ]free|teetotal|halal|kosher|on (?:a diet|keto|a .+ diet)).*)$",
        false,
    ),
    (
        "diet",
        r"\bi ((?:can[’']t|cannot|can not|don[’']t|do not|never|no longer) (?:eat|drink|tolerate|digest) .+)$",
        false,
    ),
    // Fears.
    (
        "fears",
        r"\bi(?:[’']m| am|[’']ve always been| have always been) (?:really |so |very |a bit |kind of |absolutely |deathly )?(?:afraid|scared|terrified|frightened) of (.+)$",
        false,
    ),
    ("fears", r"\bi have an? (?:\w+ )?(?:fear|phobia) of (.+)$", false),
    // What somebody can do, and does for pleasure.
    (
        "languages",
        r"\bi (?:can )?(?:also )?speak (?:fluent |some |a bit of |a little |good |decent )*((?-i:\p{Lu}).+)$",
        false,
    ),
    ("languages", r"\bi(?:[’']m| am) fluent in (.+)$", false),
    (
        "hobby",
        r"\bi (?:also |still |sometimes |usually )?(play (?:the |in an? |some |a bit of )?(?:[\p{L}\-]+)(?: .*)?|collect .+|go (?:running|swimming|hiking|climbing|cycling|jogging|fishing|dancing|bouldering|surfing|skiing|sailing|rowing|running|birdwatching)\b.*|do (?:yoga|karate|judo|pilates|ballet|gymnastics|boxing|pottery|crossfit|aikido|taekwondo)\b.*|(?:paint|draw|knit|sew|crochet|sculpt|garden|sing|dance|bake|brew|write) (?:in|every|at|on|as|for fun|poe|a lot|stories|songs|fan).*)$",
        false,
    ),
    (
        "hobby",
        r"\bi[’']?(?:ve| have) (?:also )?been (?:(?:learning|practising|practicing|playing|studying|doing) )(.+)$",
        false,
    ),
    ("hobby", r"\bmy (?:main |favou?rite |new |only )?hobb(?:y|ies) (?:is|are) (.+)$", false),
    // Tastes.
    (
        "dislikes",
        r"\bi[’']m not (?:really |exactly |much of |that |so |very )*(?:an? )?(?:big |huge |great )?(?:fan of|into|fond of|keen on) (.+)$",
        false,
    ),
    (
        "dislikes",
        r"\bi (?:really |absolutely )?(?:despise|abhor|can[’']t bear|can[’']t abide) (.+)$",
        false,
    ),
    (
        "likes",
        r"\bi(?:[’']m| am|[’']ve been) (?:totally |completely |really |so |absolutely |kind of )*(?:obsessed with|addicted to|crazy about|mad about|hooked on|really into|passionate about|keen on) (.+?)(?: lately| these days| recently)?$",
        false,
    ),
    ("likes", r"\bi (?:definitely |much |really )?prefer (.+?) (?:to|over|rather than) .+$", false),
    // Learning and work.
    (
        "study",
        r"\bi[’']m (?:currently )?(?:in (?:my (?:first|second|third|fourth|fifth|final|last) (?:year|semester|term)(?: (?:of|at|in))?|(?:year|grade)) |doing (?:an? |my )?(?:phd|master[’']?s|bachelor[’']?s|degree|apprenticeship|a-levels?|internship|diploma)(?: (?:in|at|as))? ?)(.*)$",
        false,
    ),
    (
        "study",
        r"\bi (?:go to|attend|am at|study at) ((?-i:\p{Lu})[\p{L} .’'\-]*(?:high|school|university|college|academy|uni|institute)\b.*)$",
        false,
    ),
    (
        "work",
        r"\bi (?:also |currently )?(?:run|own|manage|opened) (?:an? |my own |the )?((?:[\p{L}\-]+ ){0,3}(?:shop|store|caf[eé]|restaurant|bakery|bar|business|company|studio|farm|salon|garage|practice|agency|startup|start-up|hotel|hostel|bookshop)\b.*)$",
        false,
    ),
    ("work", r"\bi (?:currently )?teach (.+)$", false),
    (
        "work",
        r"\bi drive (?:an? |the )?((?:[\p{L}\-]+ )?(?:bus|taxi|cab|truck|lorry|tram|train|ambulance|van)\b.*)$",
        false,
    ),
    (
        "work",
        r"\bi (?:mostly |usually )?work (?:(?:nights?|night shifts?|shifts|weekends|days|remotely|from home|part[- ]time|full[- ]time|freelance) )+(?:as|at|for|in|with) (?:an? )?(.+)$",
        false,
    ),
    (
        "work",
        r"\bi (?:just |recently |finally )?(?:quit|left|lost|resigned from|retired from) (?:my job|my position|my work|work)(?: (?:at|with|as|in) (?:the |an? )?(.+?))?(?: today| yesterday| last \w+)?$",
        true,
    ),
    (
        "work",
        r"\bi (?:don[’']t|no longer) work (?:at|for|in|as) (?:the |an? )?(.+?)(?: any ?more| anymore)?$",
        true,
    ),
    (
        "work",
        r"\bi(?:[’']ve| have)?(?: just)? (?:got|was|been|were)(?: just)? (?:laid off|fired|let go|sacked)(?: (?:from|at|by) (.+?))?(?: in \w+| last \w+| today| yesterday)?$",
        true,
    ),
    // Love.
    (
        "partner",
        r"\bi(?:[’']m| am| got|[’']ve been| have been| just got)(?: now| still| happily| recently| actually)* ((?:married|engaged|divorced|single|widowed|separated|dating|seeing someone|in a (?:long-distance )?relationship)\b.*)$",
        false,
    ),
    (
        "partner",
        concat!(
            r"\bi(?:[’']ve| have) been (?:together )?with (?:my )?((?:",
            partner!(),
            r" )?(?-i:\p{Lu}).*|",
            partner!(),
            r" .*)$"
        ),
        false,
    ),
    ("partner", concat!(r"^my (", partner!(), r" ", state!(), r".*)$"), false),
    ("partner", concat!(r"^my (", partner!(), r" (?-i:\p{Lu}\p{L}+) ", state!(), r".*)$"), false),
    (
        "car",
        r"\bi (?:drive|own|bought) (?:an? )?((?:(?:old|new|second-hand|used|red|blue|black|white|tiny|little) )*(?-i:\p{Lu})[\p{L}\d]+(?: [\p{L}\d]+)?)$",
        false,
    ),
    // Family.
    (
        "family",
        concat!(
            r"^(?:my|our) ((?:(?:little|older|younger|elder|big|twin|oldest|youngest|late|grand) )*",
            relative!(),
            r"(?: (?-i:\p{Lu}\p{L}+))? ",
            state!(),
            r".*)$"
        ),
        false,
    ),
    (
        "family",
        concat!(
            r"\b(?:",
            have!(),
            r"|i (?:am|[’']m) (?:one of)) ((?:(?:an?|one|two|three|four|five|six|seven|\d+|no|little|older|younger|elder|big|twin|half|step|adopted|grown-up) )+",
            relative!(),
            r"(?:,? and .+| who .+)?)$"
        ),
        false,
    ),
    (
        "family",
        r"\b(?:i|we) have ((?:twin|two|three|four|five) (?:little |small |grown-up )?(?:girls|boys)(?:,? and .+)?)$",
        false,
    ),
    ("partner", r"\b((?:i|we) got (?:married|engaged|divorced) (?:in|on|last|this|to) .+)$", false),
    (
        "study",
        r"\bi[’']m (?:still )?(?:in|at) ((?:high school|middle school|secondary school|primary school|college|university|uni|grad school|medical school|law school|sixth form|(?:the )?\d{1,2}(?:st|nd|rd|th) grade)\b.*)$",
        false,
    ),
    (
        "family",
        r"\bi(?:[’']m| am) (an only child|one of (?:two|three|four|five|six|seven) (?:children|kids|siblings)|an orphan|a twin|the (?:oldest|youngest|eldest|middle) .*|(?:an? )?(?:single )?(?:mother|father|mum|mom|dad|parent) .*)$",
        false,
    ),
    ("family", concat!(r"\bi ((?:don[’']t|do not) have (?:any )?", relative!(), r")$"), false),
    // Animals.
    (
        "pets",
        concat!(
            r"\b(?:",
            have!(),
            r"|(?:i|we)(?: just| recently)? (?:adopted|own|keep|rescued|got|bought)) ((?:(?:an?|one|two|three|four|five|six|\d+|little|old|older|young|big|small|black|white|ginger|grey|gray|tabby|rescue|pet|another) )+",
            animal!(),
            r"(?:,? and .+)?)(?:,.*| yesterday| today| last .*| now)?$"
        ),
        false,
    ),
];

/// Looked for beside everything else.
const BESIDE: &[Rule] = &[
    (
        "pets",
        concat!(r"\bmy ((?:two|three|four|five|six|\d+) (?:[\p{L}]+ )?", animal!(), r")\b"),
        false,
    ),
    (
        "family",
        concat!(
            r"\bwith ((?:an?|two|three|four|five|my \d+|\d+) (?:[\p{L}]+ )?",
            relative!(),
            r")$"
        ),
        false,
    ),
];

/// Somebody or an animal of the speaker's, by name.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:my|our) (?:(?:little|older|younger|elder|big|twin|old|new|late) )*(",
        relative!(),
        "|",
        partner!(),
        "|",
        animal!(),
        r"|(?:room|flat|house)mate|best friend) ((?-i:\p{Lu}[\p{Ll}’'\-]+))(?:[’']s)?(?: |,|$)"
    ))
    .ok()
});

/// Words with a capital that are no name.
const NO_NAME: [&str; 14] = [
    "I",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "God",
    "Day",
    "Is",
    "Was",
    "Has",
    "And",
];

static FIRST_RULES: LazyLock<Compiled> = LazyLock::new(|| compiled(FIRST, "(?i)"));
static BESIDE_RULES: LazyLock<Compiled> = LazyLock::new(|| compiled(BESIDE, "(?i)"));

/// Values that say nothing: "I'm scared of you", "I don't eat it".
fn is_empty(value: &str) -> bool {
    let words: Vec<String> = value
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.is_empty()
        || words.iter().all(|word| {
            [
                "you",
                "it",
                "that",
                "this",
                "them",
                "him",
                "her",
                "me",
                "anything",
                "nothing",
                "something",
                "much",
                "now",
                "too",
                "sometimes",
                "there",
                "here",
                "with",
                "around",
            ]
            .contains(&word.as_str())
        })
        || words.first().is_some_and(|word| word == "you" || word == "your")
}

/// What stands behind a value without being part of it: ", which is a shame".
fn cut(value: &str) -> &str {
    let end = [", which", ", so ", ", but ", " so i", " because", ", though", ", and i"]
        .iter()
        .filter_map(|tail| value.to_lowercase().find(tail))
        .filter(|at| value.is_char_boundary(*at))
        .min();
    end.map_or(value, |end| value[..end].trim_end())
}

fn applied(rule: &(&'static str, Regex, bool), clause: &str) -> Option<Found> {
    let (name, pattern, negated) = rule;
    let found = pattern.captures(clause)?;
    let value = cut(found.get(1).map_or("", |value| value.as_str()).trim());
    if is_empty(value) && !negated {
        return None;
    }
    Some((Attribute((*name).to_owned()), value.to_owned(), *negated))
}

/// What a clause says before all else.
pub(super) fn first(clause: &str) -> Option<Found> {
    FIRST_RULES.iter().find_map(|rule| applied(rule, clause))
}

/// What a clause says by the way: names, animals, children.
pub(super) fn beside(clause: &str) -> Vec<Found> {
    let mut found: Vec<Found> =
        BESIDE_RULES.iter().filter_map(|rule| applied(rule, clause)).collect();
    let named = NAMED.as_ref().and_then(|rule| rule.captures(clause));
    if let Some(named) = named
        && let (Some(who), Some(name)) = (named.get(1), named.get(2))
        && !NO_NAME.contains(&name.as_str())
    {
        found.push((Attribute::named(who.as_str()), name.as_str().to_owned(), false));
    }
    found
}
