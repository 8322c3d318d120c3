//! English sentences in which people say things of themselves.

use std::sync::LazyLock;

use domain::Lang;
use regex::Regex;

use super::Attribute;
use super::{en_life as life, hollow};

/// What a rule finds: attribute, value, whether it is denied.
pub(super) type Found = (Attribute, String, bool);

macro_rules! rule {
    ($name:ident, $pattern:expr) => {
        static $name: LazyLock<Option<Regex>> =
            LazyLock::new(|| super::rules::one(concat!("(?i)", $pattern)));
    };
}

rule!(
    NAME,
    r"^(?:hi,? |hello,? |hey,? )?(?:so )?(?:my name is|my name[’']s|the name is|the name[’']s|you can call me|please call me|just call me|call me|(?:people|friends|my friends|they|most people) call me|everyone calls me|everybody calls me|i[’']m called|i am called|i go by|i[’']m named) (?:actually )?([\p{L}][\p{L}’'\- ]{0,40}?)(?:,? (?:but|and|by the way|btw)\b.*)?$"
);
// A name alone after "I'm" may be anything (German, Batman); where somebody introduces themselves it is theirs.
rule!(
    INTRODUCES,
    r"^(?:(?:hi|hey|hello)[,! ]+(?:there[,! ]+)?i(?:[’']m| am) ((?-i:\p{Lu}\p{Ll}+))|i(?:[’']m| am) ((?-i:\p{Lu}\p{Ll}+)),? (?:by the way|btw|nice to meet you|pleased to meet you))(?:,? (?:by the way|btw|nice to meet you|pleased to meet you))?$"
);
rule!(
    NAME_FROM,
    r"^(?:hi|hello|hey)?[,! ]*(?:i[’']m|i am|my name is|my name[’']s) ((?-i:\p{Lu}[\p{L}’'\-]+(?: \p{Lu}[\p{L}’'\-]+)?)) from ((?-i:\p{Lu}).{1,60})$"
);
rule!(
    HER_NAME,
    r"^(?:from now on,? )?(?:i[’']ll(?: just)?|i will|i[’']m going to|i want to|i[’']d like to|let me) call you ([\p{L}][\p{L}’'\- ]{0,30}?)(?: from now on| then| instead)?$"
);
rule!(
    AGE,
    r"\bi(?:[’']m| am|[’']ve just turned| just turned| turned|[’']ve turned| will be| recently turned) (?:actually |only |already |about |almost |nearly |now )?(\d{1,3}|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?)(?: years? (?:old|young)| now| today| yesterday| last \w+| this \w+|,? (?:and|but) .+)*$"
);
rule!(
    HOME,
    r"\b(?:i|we)(?:[’']m| am|[’']re| are|[’']ve| have)? (?:now |currently |still |actually |just |recently |have |always |both )*(?:live|living|moved|moving|settled|based|stay|reside)(?: back| over| down| up)? (?:in|to|at|near|on) (.+)$"
);
rule!(
    HOME_SINCE,
    r"\b(?:i|we)(?:[’']ve| have) (?:always )?lived (?:in|on|at|near) (.+?)(?: all (?:my|our) li(?:fe|ves)| since .+| for .+| forever)?$"
);
rule!(ORIGIN, r"\bi(?:[’']m| am| come| originally come) (?:originally |actually )?from (.{1,60})$");
rule!(
    GREW,
    r"\bi (?:grew up|was raised|was born and raised|was brought up) (?:in|on|near|by|at) (.+)$"
);
rule!(
    BORN,
    r"\bi was born (?:on|in) ((?:the )?(?:\d|january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter).*)$"
);
rule!(
    WORK,
    r"\bi(?:[’']m| am)? (?:now |currently |actually )?(?:work|working) (?:part[- ]time |full[- ]time )?(?:as|at|for|in) (?:an? )?(.+)$"
);
rule!(
    ROLE,
    r"\bi(?:[’']m| am)(?: now| currently| actually)? an? ((?:[\p{L}\-]+ ){0,3}[\p{L}\-]*(?:er|or|ist|ian|ant|nurse|chef|cook|student|pilot|judge|clerk|scientist|architect|artist|guide|coach|smith|man|woman|attendant|therapist|monk|priest))(?: (?:at|in|for|by) .+)?$"
);
rule!(
    JOB,
    r"\bi(?:[’']ve| have)? (?:just )?(?:got|started|took|found|began) (?:a |my )?(?:new )?(?:job|position|work) (?:as|at|in|with) (?:an? )?(.+)$"
);
rule!(
    STUDY,
    r"\bi(?:[’']m| am)? (?:now |currently |actually )?(?:study|studying|majoring in|major in|learning|learn) (.+)$"
);
rule!(ALLERGY, r"\bi(?:[’']m| am) (?:very |badly |terribly |actually )?allergic to (.+)$");
rule!(
    HATE,
    r"\bi (?:really |absolutely |just |kind of |honestly |actually )*(?:hate|dislike|detest|loathe|can[’']t stand|cannot stand|don[’']t like|do not like|don[’']t enjoy|no longer like|never liked) (.+?)(?: any ?more| anymore)?$"
);
rule!(
    LIKE,
    r"\bi (?:really |absolutely |just |also |do |truly |still |actually |honestly )*(?:love|like|enjoy|adore|am into|am fond of) (.+)$"
);
rule!(INTO, r"\bi[’']m (?:really |very )?(?:into|fond of|a (?:big |huge )?fan of) (.+)$");
rule!(
    FAVOURITE,
    r"\bmy (?:all[- ]time |new |absolute )?(favou?rite [\p{L} \-]{2,40}?) (?:is|was|has to be|must be|would be|[’']s|are)(?: now| definitely| actually| probably)? (.+)$"
);
rule!(
    IS_FAVOURITE,
    r"^(.{2,60}?) (?:is|are) my (?:all[- ]time |new |absolute )?(favou?rite [\p{L} \-]{2,40})$"
);
rule!(
    OWN_NAME,
    r"\bmy (?:(?:little|older|younger|elder|big|twin|best|new|old) )*([\p{L}\-]+(?: [\p{L}\-]+)?)[’']s name is (?:actually |now )?(.+)$"
);
rule!(
    OWN,
    r"\bmy (?:own )?([\p{L}\-]+(?: [\p{L}\-]+){0,2}?)(?: is|[’']s|,? it[’']s| are|was) (?:actually |now |really |in fact )?(?:(?:called|named|on|in|at) )?(.+)$"
);
rule!(
    HAVE_CALLED,
    r"\bi(?:[’']ve| have)?(?: got| just got| adopted| just adopted| have| own| keep)* (?:an? |two |another )?(?:(?:little|older|younger|big|small|old|new|black|white|ginger|grey|tabby|pet|adorable|cute|twin) )*([\p{L}\-]+)(?: who is|,)? (?:called|named|whose name is) (.+)$"
);
rule!(NO_LONGER, r"\bi (?:don[’']t|do not|no longer) (?:have|live|work|study)\b");
rule!(
    CORRECTION,
    r"^(?:(no|nope|sorry|oops|typo|my bad|scratch that|strike that|actually|wait|i meant|i mean|correction)[,.!: ]+)+(?:it[’']s|it is|that[’']s|it was|i meant|i said|make that)?(?: actually)?(?: ?\b(?:in|on|at|called)\b)? ?(.+)$"
);
rule!(NOW_AT, r"^i(?:[’']m| am) (?:at|with|in) (?:the |an? )?(.{2,40}?) now$");
rule!(IT_IS, r"^(?:it[’']s|it is)(?: actually)?(?: in| on| at| called)? (.{1,40})$");

/// What is said of somebody else by name. Not case-folded: a name is known by its capital.
static OTHERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:(?:[Aa]ctually|[Nn]o|[Ww]ell|[Oo]h|[Ss]orry),? )?(?:(?:[Mm]y|[Oo]ur) (?:\p{Ll}[\p{L}\-]* ){1,3})?(\p{Lu}[\p{L}’'\-]*?)(?:[’']s)? (?:now |actually |just |recently |still |really |has |is )*(lives? in|living in|moved to|works? (?:as|at|for|in)|working (?:as|at|for|in)|became|is an?|studies|studying|loves|likes|enjoys|hates|can[’']t stand|comes from|from|birthday is(?: on| in)?|was born (?:on|in)|favou?rite [\p{Ll} ]{2,24}? is|(?:cat|dog|bird|rabbit|horse|pet|boat|car|bike|shop|band|son|daughter|wife|husband)(?: is|[’']s name is) (?:called|named)?) (.+)$",
    )
    .ok()
});

/// The attribute of somebody else: their name and what it is about.
fn others(clause: &str) -> Option<Found> {
    let found = OTHERS.as_ref()?.captures(clause)?;
    let (name, verb, value) =
        (found.get(1)?.as_str(), found.get(2)?.as_str(), found.get(3)?.as_str());
    let pronoun = [
        "I",
        "It",
        "This",
        "That",
        "There",
        "He",
        "She",
        "They",
        "We",
        "You",
        "What",
        "The",
        "My",
        "Our",
        "Today",
        "Yesterday",
        "Tomorrow",
        "Everything",
        "Nothing",
    ];
    if pronoun.contains(&name) {
        return None;
    }
    let verb = verb.to_lowercase();
    let about = if verb.starts_with("li") && verb.ends_with(" in") || verb == "moved to" {
        "home".to_owned()
    } else if verb.starts_with("work") || verb == "became" || verb == "is a" || verb == "is an" {
        "work".to_owned()
    } else if verb.starts_with("stud") {
        "study".to_owned()
    } else if matches!(verb.as_str(), "loves" | "likes" | "enjoys") {
        "likes".to_owned()
    } else if verb.starts_with("hate") || verb.starts_with("can") {
        "dislikes".to_owned()
    } else if verb.ends_with("from") {
        "origin".to_owned()
    } else if verb.starts_with("birthday") || verb.starts_with("was born") {
        "birthday".to_owned()
    } else {
        Attribute::named(
            verb.trim_end_matches(" called")
                .trim_end_matches(" named")
                .trim_end_matches(" is")
                .trim_end_matches("'s name")
                .trim(),
        )
        .0
    };
    Some((Attribute(format!("{} / {about}", name.to_lowercase())), value.to_owned(), false))
}

/// What nobody keeps, though it is grammatically theirs.
const NO_ATTRIBUTE: &str = " point question fault god problem turn guess bad mind head day pleasure goodness dear advice answer plan idea thing life \
    heart mood opinion apologies impression only first second last next whole battery internet screen phone hand hands eyes \
    feet stomach back knee knees neck shoulder shoulders leg legs arm arms throat nose ears teeth fingers brain voice \
    character avatar game dream ";
/// Values that say how something is, not what it is.
const NO_VALUE: [&str; 26] = [
    "a", "an", "the", "so", "very", "not", "too", "really", "always", "never", "still", "getting",
    "going", "doing", "fine", "okay", "ok", "good", "great", "bad", "that", "this", "here",
    "there", "it", "just",
];

/// What stands before what somebody has to say.
static LEADS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:(?:oh|ah|well|yeah|yes|yep|no wait|wait|no|so|um|uh|hmm|anyway|actually|btw|by the way|honestly|tbh|sorry|also|and|but|correction|update|fun fact|lol|haha|hey|ok|okay|you know(?: what)?|in fact|to be honest)[,.:! ]+)+",
    )
    .ok()
});

/// A clause without "oh, and".
fn without_lead(clause: &str) -> &str {
    let lead = LEADS.as_ref().and_then(|rule| rule.find(clause)).map_or(0, |found| found.end());
    clause[lead..].trim_start()
}

/// Words without which nobody tells anything of themselves.
fn speaks_of_oneself(clause: &str) -> bool {
    clause.split(|c: char| !c.is_alphanumeric()).any(|word| {
        ["i", "my", "me", "we", "our", "mine", "name"]
            .iter()
            .any(|own| word.eq_ignore_ascii_case(own))
    })
}

rule!(
    SLIP,
    r"^(.+? )(?:(?-i:[\p{Lu}--I])[\p{L}’'\-]* )*[\p{L}\d’'\-]+, (?:no|oh no|no wait|wait|wait no|sorry|i mean|rather),? ([\p{L}\d’'\-]+)$"
);

/// "I live in Leeds, no, York": what it says when the slip of the tongue is gone.
fn without_slip(clause: &str) -> Option<String> {
    let found = SLIP.as_ref()?.captures(clause)?;
    let instead = found.get(2)?.as_str();
    // "I love pizza, no, honestly" puts nothing right.
    let is_said_by_the_way = [
        "really",
        "seriously",
        "honestly",
        "truly",
        "actually",
        "what",
        "wait",
        "thanks",
        "mate",
        "man",
        "dude",
        "bro",
    ]
    .iter()
    .any(|word| instead.eq_ignore_ascii_case(word));
    let before = found.get(1)?.as_str();
    (!is_said_by_the_way).then(|| format!("{before}{instead}"))
}

/// What a clause says, and what it says by the way.
pub(super) fn read(clause: &str) -> Vec<Found> {
    let put_right = without_slip(clause);
    let clause = put_right.as_deref().unwrap_or(clause);
    let bare = without_lead(clause);
    if !speaks_of_oneself(clause) {
        return others(clause).or_else(|| others(bare)).into_iter().collect();
    }
    let whole = plainly(clause);
    let mut found =
        if whole.is_empty() && bare.len() < clause.len() { plainly(bare) } else { whole };
    if found.is_empty()
        && let Some((before, _)) = bare.split_once(',')
        && before.contains(' ')
    {
        // ", mostly backend stuff": what is said of it in passing.
        found = plainly(before);
    }
    for new in life::beside(bare) {
        if !found.iter().any(|known| known.0 == new.0) {
            found.push(new);
        }
    }
    found.retain(|one| !hollow::is_hollow(bare, Lang::En, one));
    found
}

/// The one thing that a clause says before all else.
fn plainly(clause: &str) -> Vec<Found> {
    let one = |rule: &Option<Regex>| -> Option<String> {
        Some(rule.as_ref()?.captures(clause)?.get(1)?.as_str().to_owned())
    };
    let two = |rule: &Option<Regex>| -> Option<(String, String)> {
        let found = rule.as_ref()?.captures(clause)?;
        Some((found.get(1)?.as_str().to_owned(), found.get(2)?.as_str().to_owned()))
    };
    let is = |name: &str, value: String| vec![(Attribute(name.to_owned()), value, false)];

    if let Some((name, from)) = two(&NAME_FROM) {
        return vec![
            (Attribute("name".to_owned()), name, false),
            (Attribute("origin".to_owned()), place(&from), false),
        ];
    }
    if let Some(value) = one(&NAME) {
        return is("name", value);
    }
    if let Some(found) = INTRODUCES.as_ref().and_then(|rule| rule.captures(clause))
        && let Some(name) = found.get(1).or_else(|| found.get(2))
    {
        return is("name", name.as_str().to_owned());
    }
    if let Some((name, value)) =
        two(&FAVOURITE).or_else(|| two(&IS_FAVOURITE).map(|(value, name)| (name, value)))
    {
        return vec![(Attribute::named(&name), value, false)];
    }
    if let Some((name, value)) = two(&OWN_NAME).or_else(|| two(&HAVE_CALLED)) {
        return vec![(Attribute::named(&name), value, false)];
    }
    if let Some(value) = one(&HER_NAME).filter(|value| !is_a_time(value)) {
        return is("her name", value);
    }
    if let Some(value) = one(&BORN) {
        return is("birthday", value);
    }
    if let Some(value) = one(&ALLERGY) {
        return is("allergy", value);
    }
    if let Some(value) = one(&AGE) {
        return is("age", value);
    }
    if let Some(found) = life::first(clause) {
        return vec![found];
    }
    if let Some(value) = one(&HATE).filter(|value| is_disliked(value)) {
        return is("dislikes", taste(&value));
    }
    if let Some((name, value)) = two(&OWN)
        && is_attribute(&name)
        && is_value(&value)
    {
        return vec![(Attribute::named(&name), value, false)];
    }
    if NO_LONGER.as_ref().is_some_and(|rule| rule.is_match(clause)) {
        return Vec::new();
    }
    if let Some(value) = one(&JOB).or_else(|| one(&WORK)).or_else(|| one(&ROLE)) {
        return is("work", value);
    }
    if let Some(value) = one(&STUDY).filter(|value| is_a_subject(value)) {
        return is("study", value);
    }
    if let Some(value) = one(&HOME_SINCE).or_else(|| one(&HOME)) {
        return is("home", place(&value));
    }
    if let Some(value) = one(&GREW).or_else(|| one(&ORIGIN)) {
        return is("origin", value);
    }
    if let Some(value) = one(&LIKE).or_else(|| one(&INTO)).filter(|value| is_liked(value)) {
        return is("likes", taste(&value));
    }
    others(clause).into_iter().collect()
}

/// "I'm studying for the exam", "I'm learning day and night": how, and not what.
fn is_a_subject(value: &str) -> bool {
    let first = value.split_whitespace().next().unwrap_or_default().to_lowercase();
    ![
        "day", "for", "hard", "all", "until", "till", "every", "tonight", "late", "so", "and",
        "much", "well", "again", "because",
    ]
    .contains(&first.as_str())
}

/// "I'll call you back": a telephone, no name.
fn is_a_time(value: &str) -> bool {
    let first = value.split_whitespace().next().unwrap_or_default().to_lowercase();
    [
        "back", "later", "tomorrow", "tonight", "when", "again", "soon", "on", "in", "at", "if",
        "after", "before", "up", "a", "the",
    ]
    .contains(&first.as_str())
}

fn is_attribute(name: &str) -> bool {
    let words: Vec<String> = name.to_lowercase().split_whitespace().map(str::to_owned).collect();
    !words.iter().any(|word| NO_ATTRIBUTE.contains(&format!(" {word} ")))
}

fn is_value(value: &str) -> bool {
    let first = value.split_whitespace().next().unwrap_or_default().to_lowercase();
    let goes_on = first.ends_with("ing") && first.chars().next().is_some_and(char::is_lowercase);
    // "the 3rd of November" is a day.
    let is_date = first == "the"
        && value
            .split_whitespace()
            .nth(1)
            .is_some_and(|day| day.starts_with(|c: char| c.is_ascii_digit()));
    is_date || !goes_on && !NO_VALUE.contains(&first.as_str())
}

/// A place without who lives there too.
fn place(value: &str) -> String {
    let ends = [
        " with ",
        " and ",
        " but ",
        " because ",
        " for ",
        " where ",
        ", ",
        " last ",
        " when ",
        " in spring",
        " in summer",
        " in autumn",
        " in fall",
        " in winter",
        " in 19",
        " in 20",
        " since ",
    ];
    let end = ends.iter().filter_map(|tail| value.find(tail)).min();
    end.map_or(value, |end| &value[..end]).to_owned()
}

/// What is liked, without why, and without what else there is to say.
fn taste(value: &str) -> String {
    let lower = value.to_lowercase();
    let mut end = [
        " but ",
        " because ",
        " since ",
        " though ",
        " although ",
        " even though ",
        " so ",
        " and i ",
        " and it ",
    ]
    .iter()
    .filter_map(|tail| lower.find(tail))
    .min()
    .filter(|end| value.is_char_boundary(*end))
    .unwrap_or(value.len());
    // "pizza, pasta and sushi" is a list; ", heard he was super smart" is another sentence.
    let mut start = 0;
    for piece in value[..end].split(',') {
        if start > 0 && piece.split_whitespace().count() > 3 {
            end = start - 1;
            break;
        }
        start += piece.len() + 1;
    }
    value[..end].trim_end_matches([' ', ',']).to_owned()
}

/// "I hate it when people chew" says what is hated; "I hate you" and "I hate that" do not.
fn is_disliked(value: &str) -> bool {
    value.to_lowercase().starts_with("it when ") || is_liked(value)
}

/// "I like you", "I'd like to": said, but no taste.
fn is_liked(value: &str) -> bool {
    let first = value.split_whitespace().next().unwrap_or_default().to_lowercase();
    !matches!(
        first.as_str(),
        "you"
            | "it"
            | "that"
            | "this"
            | "to"
            | "your"
            | "how"
            | "what"
            | "when"
            | "them"
            | "him"
            | "her"
            | "his"
            | "their"
            | "these"
            | "those"
            | "the"
    ) || value.to_lowercase().starts_with("the ")
        || value.to_lowercase().starts_with("to ") && value.split_whitespace().count() > 1
}

/// The value of a clause that only corrects, and whether it says so itself ("no, …").
pub(super) fn correction(clause: &str) -> Option<(String, bool)> {
    if let Some(found) = CORRECTION.as_ref()?.captures(clause) {
        let value = found.get(2)?.as_str();
        let empty = [
            "no", "nope", "sorry", "wait", "actually", "really", "way", "idea", "worries",
            "problem", "thanks", "thank",
        ];
        let says = value
            .split([' ', ','])
            .next()
            .is_some_and(|first| !empty.contains(&first.to_lowercase().as_str()));
        return (says && value.split_whitespace().count() <= 6 && is_value(value))
            .then(|| (value.to_owned(), true));
    }
    let value = IT_IS.as_ref()?.captures(clause)?.get(1)?.as_str();
    (value.split_whitespace().count() <= 5 && is_value(value)).then(|| (value.to_owned(), false))
}

/// Where somebody is now who has just said where they no longer work.
pub(super) fn moved_on(clause: &str) -> Option<String> {
    Some(NOW_AT.as_ref()?.captures(clause)?.get(1)?.as_str().to_owned())
}
