//! The rows: Character Card V3's lorebook and its twenty decorators, V2's position, and what other tools get wrong.

use lore::{Chat, Form, Role, Scope, Settings, State, lorebook_v3, read_value, split_decorators};
use serde_json::json;

use crate::table::Clause;
use crate::try_it::{
    activate, activate_books, activate_with, book, entry, fires, goes, said, texts,
};

macro_rules! clauses {
    ($($name:literal, $says:literal, $here:literal, $check:expr;)*) => {
        &[$(Clause { name: $name, says: $says, here: $here, check: || $check }),*]
    };
}

/// Fields of the book.
pub(crate) const BOOK: &[Clause] = clauses! {
    "lorebook_v3", "a lorebook alone is `{spec: 'lorebook_v3', data}`", "read and written",
    {
        let written = lorebook_v3(&book(json!({ "name": "B" }), &[entry(json!({}))]));
        assert_eq!(written["spec"], "lorebook_v3");
        let (again, warnings) = read_value(&written).unwrap();
        assert_eq!((again.name.as_str(), again.entries.len(), warnings.len()), ("B", 1, 0));
    };
    "name, description", "SHOULD NOT be in the prompt", "never in the prompt, never searched",
    {
        let book = book(json!({ "name": "dragon", "description": "dragon" }), &[entry(json!({}))]);
        assert!(texts(&activate(book, &["hello"])).is_empty());
    };
    "scan_depth", "a key counts only within the most recent messages", "yes; where absent, 4",
    {
        let talk = ["dragon", "b", "c", "d", "e"];
        let fires = |depth: i32| activate(book(json!({ "scan_depth": depth }), &[entry(json!({}))]), &talk).verdicts[0].fired;
        assert_eq!([fires(5), fires(4), fires(1), fires(0)], [true, false, false, false]);
        assert!(!activate(book(json!({}), &[entry(json!({}))]), &talk).verdicts[0].fired);
    };
    "token_budget", "the lowest priority is removed until it fits", "yes, exactly: lowest first, no entry is cut in two",
    {
        let entries = [
            entry(json!({ "content": "a a a", "priority": 1 })),
            entry(json!({ "content": "b b b", "priority": 3 })),
            entry(json!({ "content": "c c c", "priority": 2 })),
        ];
        let outcome = activate(book(json!({ "token_budget": 6 }), &entries), &["dragon"]);
        assert_eq!(texts(&outcome), ["b b b", "c c c"]);
        assert!(outcome.verdicts[0].fired && outcome.verdicts[0].trimmed.is_some());
        assert_eq!(texts(&activate(book(json!({ "token_budget": 9 }), &entries), &["dragon"])).len(), 3);
    };
    "recursive_scanning: true", "entries MAY be matched by the content of others, regardless of `scan_depth`", "yes",
    {
        let entries = [
            entry(json!({ "content": "It guards a hoard." })),
            entry(json!({ "keys": ["hoard"], "content": "Gold." })),
        ];
        let fired = |fields| texts(&activate(book(fields, &entries), &["dragon"])).len();
        assert_eq!(fired(json!({ "recursive_scanning": true, "scan_depth": 1 })), 2);
    };
    "recursive_scanning: false", "entries MUST NOT be matched by the content of others", "yes, whatever the settings say",
    {
        let entries = [
            entry(json!({ "content": "It guards a hoard." })),
            entry(json!({ "keys": ["hoard"], "content": "Gold." })),
        ];
        let settings = Settings { recursive: true, ..Settings::default() };
        let messages = said(&["dragon"]);
        let chat = Chat { messages: &messages, ..Chat::default() };
        let fired = |fields| {
            let books = vec![(Scope::Character, book(fields, &entries))];
            texts(&activate_books(books, settings, &chat, &State::default())).len()
        };
        assert_eq!(fired(json!({ "recursive_scanning": false })), 1);
        assert_eq!(fired(json!({})), 2, "where the book says nothing, the setting counts");
    };
    "extensions, unknown fields", "SHOULD be kept for the export", "an entry that was not edited is written as it came",
    {
        let raw = json!({ "extensions": { "a": 1 }, "future": [1], "entries": [entry(json!({ "weird": { "x": null } }))] });
        assert_eq!(lorebook_v3(&read_value(&raw).unwrap().0)["data"], raw);
    };
    "entries", "MAY be empty", "yes",
    assert!(activate(book(json!({}), &[]), &["dragon"]).verdicts.is_empty());
    "several books", "the character's SHOULD stack with global ones", "global, character, persona, chat; what is nearer to the chat comes later and goes last",
    {
        let one = |scope, text: &str| (scope, book(json!({}), &[entry(json!({ "content": text }))]));
        let books = vec![
            one(Scope::Chat, "chat"), one(Scope::Global, "global"), one(Scope::Persona, "persona"), one(Scope::Character, "character"),
        ];
        let messages = said(&["dragon"]);
        let chat = Chat { messages: &messages, ..Chat::default() };
        let outcome = activate_books(books.clone(), Settings::default(), &chat, &State::default());
        assert_eq!(texts(&outcome), ["global", "character", "persona", "chat"]);
        let tight = Settings { token_budget: Some(2), ..Settings::default() };
        assert_eq!(texts(&activate_books(books, tight, &chat, &State::default())), ["persona", "chat"]);
    };
};

/// Fields of entries.
pub(crate) const ENTRY: &[Clause] = clauses! {
    "enabled", "false MUST NOT match in any case", "not even with `constant` or `@@activate`",
    {
        assert!(!fires(json!({ "enabled": false, "constant": true, "content": "@@activate\nx" }), &["dragon"]));
    };
    "keys", "one of them must be there", "yes",
    {
        let keys = json!({ "keys": ["wyvern", "dragon"] });
        assert!(fires(keys.clone(), &["a wyvern"]) && fires(keys.clone(), &["Dragons!"]) && !fires(keys, &["a cat"]));
    };
    "content", "MUST be added once however often it matches", "yes",
    assert_eq!(texts(&activate(book(json!({}), &[entry(json!({}))]), &["dragon dragon", "dragon"])).len(), 1);
    "content: \"\"", "MUST NOT add anything", "reported as fired, adds nothing",
    {
        let outcome = activate(book(json!({}), &[entry(json!({ "content": "" }))]), &["dragon"]);
        assert!(outcome.verdicts[0].fired && outcome.order.is_empty());
    };
    "secondary_keys, selective", "with `selective`, one of them must be there, too", "yes",
    {
        let keys = json!({ "selective": true, "secondary_keys": ["fire", "ice"] });
        assert!(fires(keys.clone(), &["dragon of ice"]) && !fires(keys, &["dragon"]));
    };
    "selective: false", "secondary keys are ignored", "yes",
    assert!(fires(json!({ "selective": false, "secondary_keys": ["fire"] }), &["dragon"]));
    "selective, use_regex", "with `use_regex`, secondary keys SHOULD be ignored", "yes",
    assert!(fires(json!({ "selective": true, "secondary_keys": ["fire"], "use_regex": true }), &["dragon"]));
    "use_regex", "keys are patterns, `/…/flags`", "JavaScript's syntax, in linear time; a bare pattern is one as well",
    {
        let keys = |key: &str| json!({ "use_regex": true, "keys": [key] });
        assert!(fires(keys("/dra.on/i"), &["DRAGON"]) && !fires(keys("/dra.on/"), &["DRAGON"]));
        assert!(fires(keys("dr[ae]gon"), &["the dregon"]));
    };
    "use_regex, invalid", "MUST be no match", "no match and a warning; so are look-around and back-references, which have no linear time",
    {
        let keys = |keys: &[&str]| json!({ "use_regex": true, "keys": keys });
        assert!(!fires(keys(&["/(/"]), &["(dragon"]) && !fires(keys(&["/a(?=b)/"]), &["ab"]));
        assert!(fires(keys(&["/(/", "/dragon/"]), &["dragon"]), "the others still count");
        let index = lore::Index::new(
            vec![(Scope::Chat, book(json!({}), &[entry(keys(&["/(/"]))]))], Settings::default(), &lore::AsWritten,
        );
        assert_eq!(index.warnings().len(), 1);
    };
    "constant", "MUST match whatever the keys are, if the decorators allow", "yes",
    {
        assert!(fires(json!({ "constant": true, "keys": [] }), &["hello"]));
        assert!(!fires(json!({ "constant": true, "content": "@@activate_only_after 3\nx" }), &["hello"]));
    };
    "constant, use_regex", "SHOULD be ignored", "yes; not for SillyTavern's entries, see below",
    assert!(!fires(json!({ "constant": true, "use_regex": true, "keys": ["/x/"] }), &["hello"]));
    "case_sensitive", "true: capitals count; false: they do not; absent: the application's choice", "absent: they do not",
    {
        assert!(!fires(json!({ "case_sensitive": true }), &["Dragon"]) && fires(json!({ "case_sensitive": true }), &["dragon"]));
        assert!(fires(json!({ "case_sensitive": false }), &["DRAGON"]) && fires(json!({}), &["DRAGON"]));
    };
    "insertion_order", "lower is earlier in the prompt", "yes; equals stand as in the file",
    {
        let text = |text: &str, order: f64| entry(json!({ "content": text, "insertion_order": order }));
        let entries = [text("c", 5.0), text("a", -1.0), text("b", 2.5), text("d", 5.0)];
        assert_eq!(texts(&activate(book(json!({}), &entries), &["dragon"])), ["a", "b", "c", "d"]);
    };
    "priority", "absent: `insertion_order` MAY be used, the lowest goes first", "yes",
    {
        let text = |text: &str, order: i32| entry(json!({ "content": text, "insertion_order": order }));
        let entries = [text("low", 1), text("high", 9)];
        assert_eq!(texts(&activate(book(json!({ "token_budget": 1 }), &entries), &["dragon"])), ["high"]);
    };
    "position", "`before_char` or `after_char` (V2)", "yes; unknown values: before, with a warning",
    {
        assert_eq!(goes(json!({ "position": "before_char" }), &["dragon"]), "before_char");
        assert_eq!(goes(json!({ "position": "after_char" }), &["dragon"]), "after_char");
        let odd = json!({ "entries": [entry(json!({ "position": "left" }))] });
        assert_eq!(read_value(&odd).unwrap().1.len(), 1);
    };
    "name, comment, id", "SHOULD NOT be in the prompt", "never; an `id` may be a number or a text",
    {
        let fields = json!({ "name": "dragon", "comment": "dragon", "id": "dragon", "keys": ["wyvern"] });
        assert!(!fires(fields, &["hello"]));
        let ids = [entry(json!({ "id": 7 })), entry(json!({ "id": "x" }))];
        let book = book(json!({}), &ids);
        assert_eq!([book.entries[0].id.as_str(), book.entries[1].id.as_str()], ["7", "x"]);
    };
};

fn decorated(lines: &str) -> serde_json::Value {
    json!({ "content": format!("{lines}\nDragons are old.") })
}

fn twice(content: &str, first: &[&str], second: &[&str]) -> [bool; 2] {
    let index = lore::Index::new(
        vec![(Scope::Chat, book(json!({}), &[entry(json!({ "content": content }))]))],
        Settings::default(),
        &lore::AsWritten,
    );
    let mut state = State::default();
    [first, second].map(|messages| {
        let messages = said(messages);
        let chat = Chat { messages: &messages, ..Chat::default() };
        let outcome = index.activate(&chat, &state, &lore::AsWritten, &crate::try_it::Words);
        state = outcome.state;
        outcome.verdicts[0].fired
    })
}

fn as_text(lines: &str, messages: &[&str]) -> lore::Outcome {
    let messages = said(messages);
    let chat = Chat { messages: &messages, form: Form::Text, ..Chat::default() };
    activate_with(book(json!({}), &[entry(decorated(lines))]), &chat)
}

fn place(outcome: &lore::Outcome) -> String {
    outcome.verdicts[0].position.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// Decorators.
pub(crate) const DECORATORS: &[Clause] = clauses! {
    "@@", "lines `@@name value` at the head are taken off, with the line ends round them", "yes",
    assert_eq!(texts(&activate(book(json!({}), &[entry(decorated("@@depth 4\n@@role user\n"))]), &["dragon"])), ["Dragons are old."]);
    "@@ unknown", "SHOULD be ignored, as one whose value is not valid", "ignored, with a warning",
    {
        assert!(fires(decorated("@@moon_phase full\n@@depth deep"), &["dragon"]));
        assert_eq!(goes(decorated("@@depth deep"), &["dragon"]), "before_char");
    };
    "@@ twice", "only the first of a name SHOULD count", "yes; lists of keys add up, as their authors use them",
    assert_eq!(goes(decorated("@@depth 1\n@@depth 2"), &["dragon"]), "depth 1");
    "@@@", "a fallback counts where the one above is unknown or ignored; chains of at least 5", "chains of any length",
    {
        assert_eq!(goes(decorated("@@a 1\n@@@b 1\n@@@c 1\n@@@d 1\n@@@e 1\n@@@depth 3"), &["dragon"]), "depth 3");
        assert_eq!(goes(decorated("@@depth 2\n@@@depth 3"), &["dragon"]), "depth 2");
    };
    "V2", "back-filling V2 SHOULD remove all decorators", "`lore::without_decorators`",
    assert_eq!(lore::without_decorators("@@depth 1\n\nText"), "Text");
    "@@activate_only_after", "no match until the character has said n messages", "the character's messages alone are counted",
    {
        let only = decorated("@@activate_only_after 2");
        assert!(!fires(only.clone(), &[">a", "dragon", "x"]) && fires(only, &[">a", "dragon", ">b", "x"]));
    };
    "@@activate_only_every", "a match only where n divides their number", "yes; 0 is not valid",
    {
        let only = decorated("@@activate_only_every 2");
        assert!(fires(only.clone(), &["dragon"]) && !fires(only.clone(), &[">a", "dragon"]) && fires(only, &[">a", ">b", "dragon"]));
    };
    "@@keep_activate_after_match", "matched before: a match in any case", "yes, for this entry alone",
    assert_eq!(twice("@@keep_activate_after_match\nx", &["dragon"], &["a", "b", "c", "d", "e"]), [true, true]);
    "@@dont_activate_after_match", "matched before: no match in any case", "yes, for this entry alone",
    assert_eq!(twice("@@dont_activate_after_match\nx", &["dragon"], &["dragon"]), [true, false]);
    "@@depth", "inserted n messages from the end; less than 1: after the newest", "yes; more than there are: before the oldest",
    {
        assert_eq!(goes(decorated("@@depth 4"), &["dragon"]), "depth 4");
        assert_eq!(goes(decorated("@@depth -1"), &["dragon"]), "depth 0");
    };
    "@@depth 0, @@role assistant", "SHOULD be the prefill; several are put together", "yes",
    assert_eq!(goes(decorated("@@depth 0\n@@role assistant"), &["dragon"]), "prefill");
    "@@depth, @@position", "`@@position` wins", "yes",
    assert_eq!(goes(decorated("@@depth 1\n@@position after_desc"), &["dragon"]), "after_desc");
    "@@depth, no chat", "SHOULD be ignored where the context is no chat", "yes, in text-completion prompts",
    assert_eq!(place(&as_text("@@depth 2", &["dragon"])), "before_char");
    "@@reverse_depth", "`@@depth` counted from the beginning; `@@position` and `@@depth` win", "in chats (that the specification ignores it just there is taken for a slip)",
    {
        assert_eq!(goes(decorated("@@reverse_depth 1"), &["a", "b", "dragon"]), "depth 2");
        assert_eq!(goes(decorated("@@reverse_depth 1\n@@depth 1"), &["a", "b", "dragon"]), "depth 1");
    };
    "@@instruct_depth", "tokens from the end, only where the context is no chat", "yes, between messages",
    {
        assert_eq!(place(&as_text("@@instruct_depth 5", &["dragon"])), "token_depth 5");
        assert_eq!(goes(decorated("@@instruct_depth 5"), &["dragon"]), "before_char");
        assert_eq!(place(&as_text("@@instruct_depth 0", &["dragon"])), "prefill");
    };
    "@@reverse_instruct_depth", "tokens from the beginning, only where the context is no chat", "yes",
    {
        assert_eq!(place(&as_text("@@reverse_instruct_depth 1", &["a b c", "dragon"])), "token_depth 3");
        assert_eq!(goes(decorated("@@reverse_instruct_depth 1"), &["dragon"]), "before_char");
    };
    "@@role", "`assistant`, `system` or `user`", "yes, in chats",
    {
        let outcome = activate(book(json!({}), &[entry(decorated("@@role user"))]), &["dragon"]);
        assert_eq!(outcome.verdicts[0].role, Role::User);
        assert_eq!(as_text("@@role user", &["dragon"]).verdicts[0].role, Role::System);
    };
    "@@scan_depth", "instead of the book's `scan_depth`", "yes",
    {
        let entries = [entry(decorated("@@scan_depth 2"))];
        let fires = |talk: &[&str]| activate(book(json!({ "scan_depth": 9 }), &entries), talk).verdicts[0].fired;
        assert!(fires(&["dragon", "b"]) && !fires(&["dragon", "b", "c"]));
    };
    "@@instruct_scan_depth", "the recent n tokens, only where the context is no chat", "yes",
    {
        let fired = |tokens: u32, talk: &[&str]| as_text(&format!("@@instruct_scan_depth {tokens}"), talk).verdicts[0].fired;
        assert!(fired(3, &["a dragon b", "c"]) && !fired(2, &["a dragon b", "c"]));
        assert!(fires(decorated("@@instruct_scan_depth 1"), &["dragon", "b", "c"]), "ignored in a chat");
    };
    "@@is_greeting", "MUST NOT match with another greeting; 0 is `first_mes`", "yes; ignored where the greeting is not known",
    {
        let fires = |greeting| {
            let messages = said(&["dragon"]);
            let chat = Chat { messages: &messages, greeting, ..Chat::default() };
            activate_with(book(json!({}), &[entry(decorated("@@is_greeting 1"))]), &chat).verdicts[0].fired
        };
        assert!(fires(Some(1)) && !fires(Some(0)) && fires(None));
    };
    "@@position", "`after_desc`, `before_desc`, `personality`, `scenario`; others SHOULD be ignored", "all four",
    {
        for position in ["after_desc", "before_desc", "personality", "scenario"] {
            assert_eq!(goes(decorated(&format!("@@position {position}")), &["dragon"]), position);
        }
        assert_eq!(goes(decorated("@@position moon"), &["dragon"]), "before_char");
    };
    "@@position personality", "ignored where the section does not exist; `scenario` likewise", "yes",
    {
        let messages = said(&["dragon"]);
        let sources = lore::Sources { personality: Some(" "), ..lore::Sources::default() };
        let chat = Chat { messages: &messages, sources, ..Chat::default() };
        let outcome = activate_with(book(json!({}), &[entry(decorated("@@position personality\n@@depth 3"))]), &chat);
        assert_eq!(place(&outcome), "depth 3");
    };
    "@@ignore_on_max_context", "trimmed first when the context is full, whatever the priority", "yes, before any message goes",
    assert!(activate(book(json!({}), &[entry(decorated("@@ignore_on_max_context"))]), &["dragon"]).verdicts[0].first_to_go);
    "@@additional_keys", "one of them must be there, too", "each such line must have one",
    {
        let keys = decorated("@@additional_keys fire, ice\n@@additional_keys king");
        assert!(fires(keys.clone(), &["ice king dragon"]) && !fires(keys, &["ice dragon"]));
    };
    "@@additional_keys, use_regex", "they are patterns; an invalid one is no match", "yes",
    {
        let keys = |list: &str| json!({ "use_regex": true, "content": format!("@@additional_keys {list}\nx") });
        assert!(fires(keys("/f[io]re/"), &["dragon fore"]) && !fires(keys("/(/"), &["dragon ("]));
    };
    "@@exclude_keys", "no match where one is there; ignored with `use_regex`", "yes",
    {
        let fields = |regex| json!({ "use_regex": regex, "content": "@@exclude_keys toy,paper\nx" });
        assert!(fires(fields(false), &["dragon"]) && !fires(fields(false), &["toy dragon"]) && fires(fields(true), &["toy dragon"]));
    };
    "@@is_user_icon", "no match with another user icon", "yes; ignored where no icon is known",
    {
        let fires = |user_icon| {
            let messages = said(&["dragon"]);
            let chat = Chat { messages: &messages, user_icon, ..Chat::default() };
            activate_with(book(json!({}), &[entry(decorated("@@is_user_icon knight"))]), &chat).verdicts[0].fired
        };
        assert!(fires(Some("knight")) && !fires(Some("mage")) && fires(None));
    };
    "@@dont_activate", "no match in any case, unless `@@activate`", "yes",
    {
        assert!(!fires(json!({ "constant": true, "content": "@@dont_activate\nx" }), &["dragon"]));
        assert!(fires(decorated("@@dont_activate\n@@activate"), &["hello"]));
    };
    "@@activate", "a match in any case", "yes, but not where the entry is disabled",
    assert!(fires(decorated("@@activate"), &["hello"]));
    "@@disable_ui_prompt", "`post_history_instructions` or `system_prompt` MAY be switched off", "yes, while the entry fires",
    {
        let outcome = activate(book(json!({}), &[entry(decorated("@@disable_ui_prompt system_prompt"))]), &["dragon"]);
        assert_eq!(outcome.disabled_prompts, ["system_prompt"]);
        assert!(activate(book(json!({}), &[entry(decorated("@@disable_ui_prompt system_prompt"))]), &["cat"]).disabled_prompts.is_empty());
    };
};

/// Where other tools go wrong.
pub(crate) const PEERS: &[Clause] = clauses! {
    "/hello/i", "RisuAI leaves the slash in the pattern", "flags mean what they mean",
    assert!(fires(json!({ "use_regex": true, "keys": ["/hello/i"] }), &["Hello there"]));
    "plain and pattern", "RisuAI gives an entry up at its first key without slashes", "every key is looked at",
    assert!(fires(json!({ "use_regex": true, "keys": ["hello", "/dragon/"] }), &["dragon"]));
    "@@keep_activate_after_match", "RisuAI marks every later entry with it", "one entry's memory is its own",
    {
        let entries = [
            entry(json!({ "content": "@@keep_activate_after_match\na" })),
            entry(json!({ "content": "b" })),
        ];
        let index = lore::Index::new(vec![(Scope::Chat, book(json!({}), &entries))], Settings::default(), &lore::AsWritten);
        let first = said(&["dragon"]);
        let state = index.activate(&Chat { messages: &first, ..Chat::default() }, &State::default(), &lore::AsWritten, &crate::try_it::Words).state;
        let later = said(&["cat"]);
        let outcome = index.activate(&Chat { messages: &later, ..Chat::default() }, &state, &lore::AsWritten, &crate::try_it::Words);
        assert_eq!(texts(&outcome), ["a"]);
    };
    "@@activate_only_after", "RisuAI counts all messages and one more", "the character's alone",
    assert!(!fires(decorated("@@activate_only_after 2"), &["a", "b", ">c", "dragon"]));
    "spaces", "RisuAI takes all spaces out: `a cat` is found in `acatalog`", "spaces are letters",
    assert!(!fires(json!({ "keys": ["a cat"] }), &["acatalog"]) && fires(json!({ "keys": ["a cat"] }), &["it is a cat!"]));
    "whole words", "RisuAI splits at spaces: `king,` is not `king`", "punctuation ends a word",
    {
        let whole = json!({ "keys": ["king"], "extensions": { "selectiveLogic": 0, "match_whole_words": true } });
        assert!(fires(whole.clone(), &["the king, he"]) && !fires(whole, &["talking"]));
    };
    "whole words, 日本語, 中文", "SillyTavern and RisuAI find none in scripts without spaces", "they do not ask for spaces where a script has none",
    {
        let whole = |key: &str| json!({ "keys": [key], "extensions": { "selectiveLogic": 0, "match_whole_words": true } });
        assert!(fires(whole("猫"), &["黒猫がいる"]) && fires(whole("龍"), &["那條龍飛走了"]) && !fires(whole("アイ"), &["アイドル"]));
    };
    "scan_depth, token_budget, recursive_scanning", "SillyTavern ignores those of the card", "they count, as above",
    assert!(!activate(book(json!({ "scan_depth": 1 }), &[entry(json!({}))]), &["dragon", "b"]).verdicts[0].fired);
    "18 of 20 decorators", "SillyTavern strips them without effect", "all have theirs, as above",
    assert!(split_decorators("@@scan_depth 2\nx").0.scan_depth.is_some());
    "@@activate_only_after", "SillyTavern takes it for `@@activate` and skips its fallback", "names are whole",
    assert!(!fires(decorated("@@activate_only_after 5"), &["hello"]));
    "use_regex: true", "SillyTavern writes it into every card, whatever the keys are", "entries with its extensions are read its way: `/…/` is a pattern, the rest is plain, constants and secondary keys count",
    {
        let marks = json!({ "display_index": 0, "selectiveLogic": 0, "exclude_recursion": false });
        let fields = |more: serde_json::Value| {
            let mut fields = json!({ "use_regex": true, "extensions": marks.clone() });
            for (key, value) in more.as_object().into_iter().flatten() {
                fields[key] = value.clone();
            }
            fields
        };
        assert!(fires(fields(json!({ "keys": ["(dragon"] })), &["a (dragon)"]));
        assert!(fires(fields(json!({ "keys": ["/dr.gon/"] })), &["drugon"]));
        assert!(fires(fields(json!({ "keys": [], "constant": true })), &["hello"]));
        assert!(!fires(fields(json!({ "selective": true, "secondary_keys": ["fire"] })), &["dragon"]));
    };
};
