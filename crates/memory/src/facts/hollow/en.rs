//! In English.

use super::{Clause, Rule, Value};

/// What anybody tells of their own life.
const LIFE: &[&str] = &[
    "name",
    "age",
    "home",
    "origin",
    "work",
    "study",
    "partner",
    "pets",
    "family",
    "health",
    "diet",
    "allergy",
    "fears",
    "languages",
    "hobby",
    "likes",
    "dislikes",
    "birthday",
    "car",
];

/// What is so of a figure in a game and not of who plays it; what is liked in a game is liked.
const LIVED: &[&str] = &[
    "name", "age", "home", "origin", "work", "study", "partner", "pets", "family", "health", "car",
];

pub(super) const HOLLOW: &[Rule] = &[
    // "I love Mondays. Not."
    (LIFE, Clause, r"[,\- ]+not$"),
    // Where it is played, and what is hoped or only said.
    (
        LIVED,
        Clause,
        r"\bin (?:minecraft|skyrim|(?:the )?sims|stardew(?: valley)?|animal crossing|gta|wow|zelda|terraria|roblox|fallout|pok[eé]mon|d ?& ?d|dnd)\b|\b(?:playthrough|savegame|role ?play)\b",
    ),
    (LIFE, Clause, r"^i (?:really )?(?:hope|dream|refuse) |\b(?:one day|some ?day)$"),
    (
        LIFE,
        Clause,
        r"\b(?:they|people|some|everybody|everyone|strangers) (?:all |always |often |still )?(?:say|says|think|thinks|thought|claim|believe|assume|swear)(?: that)? (?:i|my)\b",
    ),
    (
        LIFE,
        Clause,
        r"^(?:he|she|they|everybody|everyone|(?-i:\p{Lu})\p{L}+) (?:just |always )?(?:goes|went),? (?:i|my)\b",
    ),
    // "Call me when you get home", "I go by bus", "they call me every day", "my name is mud".
    (
        &["name", "her name", "nickname"],
        Value,
        r"^(?:when(?:ever)?|maybe|if|once|back|later|tomorrow|tonight|today|again|soon|now|every|any(?:thing|time|way|where|one|body)?|what(?:ever)?|into|over|after|before|because|from|with|without|about|around|early|late|often|sometimes|always|never|twice|the|some|this|that|it|not|nothing|(?-i:a|an|as|at|by|for|in|no|on|out|to|up)|names|mud|dad|daddy|mom|mum|(?:bus|train|car|bike|bicycle|foot|plane|tram|taxi|boat|ferry|metro|subway|feel|memory|instinct|the)(?: .*)?)\b",
    ),
    (
        &["name", "her name", "nickname"],
        Value,
        r"\b(?:at|after|when|if|every|because|before|until|while|about)\b",
    ),
    (
        &["name", "her name", "nickname"],
        Value,
        r"^(?-i:(?:very |a bit |really |too )?(?:crazy|old-fashioned|old|mad|stupid|silly|weird|strange|lazy|naive|paranoid|biased|selfish|cynical|picky|boring|sentimental|names|ugly|fat|dumb|cheesy|insane|pathetic|romantic|superstitious))$",
    ),
    (
        &["age"],
        Clause,
        r"\b(?:feel|feels|feeling|felt|look|looks|act|acts|behave|sound|sounds|seem|seems|pass for|some days|some mornings|again|mentally|at heart|inside|in my head|thinks?|thought|guess(?:ed|es)?|spiritually|emotionally|in dog years|in cat years)\b",
    ),
    // "I live in denial", "I live on coffee", "we moved in together", "I stay in bed".
    (
        &["home"],
        Value,
        r"^(?:(?:constant|total|perpetual|permanent|complete|blissful|utter|pure|strange|hard|interesting) )?(?:denial|fear|hope|sin|peace|chaos|squalor|luxury|poverty|hell|heaven|filth|limbo|sync|harmony|silence|shame|dread|terror|anticipation|misery|times)(?:$|,| (?:of|and|that|without|with|haha+|lol|lmao|now|rn|these|basically|honestly|right|most|all|because|since|over|about|when(?:ever)?)\b)",
    ),
    (
        &["home"],
        Value,
        r"^(?:together|bed|touch|shape|here|there|tonight|today|tears|from|with|for|sweats|pyjamas|pajamas|this|that|it|them|him|her|you|your|whatever|sight|front|line|order)\b",
    ),
    (
        &["home"],
        Value,
        r"^(?:the|a|an|my) (?:[\p{L}]+ )?(?:past|moment|present|future|bubble|nightmare|dream|dreams|fantasy|mess|couch|sofa|bed|front|back|next|desk|kitchen|table|window|left|right|other side|car|head|mind|own world|simulation|society|world|lie|shadow|shadows|beginning|end|second|first|row|floor)\b",
    ),
    (
        &["home"],
        Clause,
        r"\b(?:live|living|lived|survive) on (?:only |just |mostly |nothing but |pure |cold |black )*(?:coffee|tea|noodles|ramen|rice|pizza|toast|bread|eggs|pasta|chips|crisps|cereal|instant|chocolate|candy|takeaways?|takeout|leftovers|snacks|sugar|caffeine|spite|hope|adrenaline|energy|vibes|air|love|music|benefits|welfare|minimum wage|borrowed time|\d|two|three|four|five|six|an? (?:\p{L}+ )?(?:budget|diet|salary|pension|wage|loan|prayer))\b",
    ),
    // What somebody is like is no trade.
    (
        &["work"],
        Value,
        r"^(?:(?:\p{L}+ )*)(?:sucker|lover|loner|sleeper|beginner|dreamer|thinker|overthinker|believer|loser|winner|quitter|stranger|foreigner|outsider|newcomer|hater|drinker|smoker|eater|talker|listener|learner|pleaser|hoarder|worrier|monster|disaster|sinner|survivor|traitor|bather|bloomer|riser|joker|hugger|crier|cheater|supporter|follower|minor|vampire|goner|beggar)(?: (?:at|in|for|by) .*)?$|^(?:(?:old|older|young|grown|single|trans|gay|straight|married|simple|busy|lucky|black|white|tall|short|proud|new) )*(?:man|woman|mother|father|brother|sister|daughter)$",
    ),
    (
        &["work"],
        Value,
        r"^(?-i:bit of|kind of|sort of|terrible|awful|horrible|horrid|bad|lousy|shitty|crappy|decent|good|great|amazing|fantastic|excellent|wonderful|total|complete|absolute|huge|natural born|hopeless|useless|pathetic|better|worse|wannabe|failed|so-called) ",
    ),
    (
        &["work"],
        Value,
        r"^(?-i:nothing|vain|silence|peace|bed|getting|making|being|becoming|keeping|trying|finding|improving|losing|fixing|staying|having|giving|letting|figuring|it|this|that|them|you|what|my (?:pyjamas|pajamas|underwear|bedroom|room|sleep|spare|free|own|bed|socks|head)|free|the (?:dark|rain|morning|mornings|evening|evenings|afternoon|weekend|weekends|meantime|background|moment))\b",
    ),
    (
        &["study"],
        Value,
        r"^(?:to (?:live|love|let|accept|cope|deal|be|trust|say|walk away|not|like|care|wait|relax|rest|enjoy)|your|you|my|his|her|their|this|that|it|from|him|them|us|about|not)\b",
    ),
    (
        &["origin"],
        Value,
        r"^(?:a (?:long line|broken|time|different time|generation)|the (?:future|past|moon|shop|store|gym|office|doctor|doctors|other|same|country of)|mars|hell|heaven|outer space|another (?:planet|world|dimension|time)|nowhere|(?:around )?here|there|work|school|bed|you|that|this|where|money|the heart)\b",
    ),
    (
        &["partner"],
        Value,
        r"^(?:single[- ](?:hand|mind|out|file)\p{L}*|engaged (?:in|with|by) (?:a|an|the|this|some|my|all)|engaged (?:with|by)|married to (?:my|the) (?:work|job|career|sea|bottle|game|phone|idea|craft|code|desk)|dating myself|separated from (?:the|everyone|everybody))\b",
    ),
    (
        &["allergy"],
        Value,
        r"^(?:(?:all |any |stupid |other |early |hard |small |too much )*(?:bullshit|bs|crap|mornings?|mondays?|work|working|exercise|people|stupidity|drama|commitment|responsibility|responsibilities|effort|fun|nonsense|school|sports?|kids|children|love|idiots|feelings|talk|men|women|humans|boredom|failure|losing|lies|liars|you)\b)",
    ),
    (
        &["diet"],
        Value,
        r"\b(?:eat|drink)(?: (?:and|or|after|before|until|till|in|at|when|while|much|enough|with|on|alone|out|now|here|there|that|this|it|another|yet|today|tonight|a thing|like|properly|well|all|(?:anything|nothing)$)\b|$)|\b(?:right now|that much|so much|it all|yet|another bite)\b",
    ),
    (&["fears"], Value, r"^(?:nothing|no one|nobody|not|anything)\b"),
    (
        &["dislikes"],
        Value,
        r"^(?:to (?:say|bother|admit|break|interrupt|disappoint|disturb|ask|tell)|myself)\b",
    ),
    (
        &["hobby"],
        Value,
        r"^(?:play|playing) (?:the (?:fool|victim|hero|clown|long game|part|role|bad guy|villain|odds|blame)|dumb|dead|along|hard|nice|fair|it|a (?:role|part|trick)|devil|favou?rites|games with|tricks|safe|second fiddle|with (?:fire|the|my|your)|by)\b",
    ),
    (
        &["languages"],
        Value,
        r"^(?:sarcasm|nonsense|gibberish|whale|dog|cat|i|too|for|up|my|the truth)\b",
    ),
    // "My sister's name is on the list", "my ex's birthday is on Friday", "my laptop is on fire", "my dog is sick".
    (
        &["*"],
        Clause,
        r"\b(?:in|at|for|to|with|from|of|on|by|near|see|saw|met|visit|visited) my (?:\p{L}+ ){0,2}\p{L}+[’']s\b",
    ),
    (
        &["*"],
        Clause,
        r"\bname is (?:on|in|at|not|so|too|hard|easy|very|really|mentioned|written|never|always)\b",
    ),
    (&["*"], Value, r"^(?-i:[\p{Ll}\-]+ ){1,2}(?:is|are|was|were|has|have|lives?|got|keeps?|had) "),
    (
        &["*"],
        Clause,
        r"\b(?:is|are|was|were|[’']s) (?:\p{L}+ )?(?:on (?:fire|sale|strike|holiday|vacation|my|the (?:way|phone|floor|table)|me|you|it|time|track)|in (?:trouble|bed|love|danger|hospital|pieces|pain|ruins|here|there|my|tears|charge|shock|heat)|at (?:work|home|school|stake|\d))\b",
    ),
    (
        &["*"],
        Clause,
        r"\b(?:is|are|was|were|[’']s) (?:(?:all|kinda|kind of|pretty|quite|super|always|a bit|such|also|sort of|probably|totally|finally|officially|dead|already|half|only) )*(?:sick|ill|tired|exhausted|asleep|sleeping|hungry|thirsty|upset|angry|mad|sad|happy|cute|adorable|funny|hilarious|crazy|annoying|annoyed|lovely|nice|dead|broken|gone|lost|dirty|wet|soaked|hot|cold|freezing|late|early|busy|home|outside|upstairs|awake|bored|scared|afraid|ready|full|empty|down|slow|loud|noisy|quiet|alright|better|worse|worried|jealous|proud|weird|strange|stuck|killing|perfect|amazing|awesome|terrible|awful|horrible|wonderful|beautiful|ugly|fat|lazy|stupid|smart|sweet|mean|rude|useless|dying|back|away|due|over|done|finished|ruined|about|everything|nothing|something|safe|fast|old|young|huge|tiny|big|small|expensive|cheap|boring|stressful|hard|easy|difficult|important|private|secret|sore|swollen|clean|flat|missing|confused|drunk|hungover|pissed|excited)(?: .*)?$",
    ),
    (&[], Clause, r"\bmy favou?rite [\p{L} ]*(?:about you|of yours|on you)\b"),
];
