//! ChatPLUG: an instruction with the last utterances, once for each thing that is known, read side by side.
//!
//! Two wordings: that of the released inference (ModelScope), and that of the training loader, which is for making data alone.

use domain::Sampling;

use super::{ChatProfile, Decoding, Input, Session, Utterance};

/// Longest piece of a profile in the full pipeline, in characters.
const CHUNK: usize = 300;
/// How much of the piece before a piece of knowledge begins with.
const OVERLAP: usize = 10;
/// Characters behind which no full stop is put.
const CLOSED: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~、。，？！；：“”（）【】《》〈〉……";

/// Which sentences stand around the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wording {
    /// ModelScope's, which the released weights were made for.
    #[default]
    Released,
    /// The training loader's.
    Training,
}

/// Which weights, for they write white space in different codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weights {
    /// The T5 of 3.7 billion parameters.
    #[default]
    T5,
    /// PLUG, 240 million parameters.
    Plug,
}

/// ChatPLUG's way of building passages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatPlug {
    /// Which weights.
    pub weights: Weights,
    /// Which sentences.
    pub wording: Wording,
    /// Utterances in every passage, the one to be answered included.
    pub context_turn: usize,
    /// Utterances before those, in a passage of their own; `None`: all.
    pub history_turns: Option<usize>,
    /// Long profiles are cut, one passage for each piece (the full pipeline); else each is one passage.
    pub in_pieces: bool,
    /// Where there is no knowledge, there still is an empty passage of it, as in the released code.
    pub empty_knowledge: bool,
}

impl Default for ChatPlug {
    fn default() -> Self {
        Self {
            weights: Weights::T5,
            wording: Wording::Released,
            context_turn: 3,
            history_turns: None,
            in_pieces: false,
            empty_knowledge: false,
        }
    }
}

impl ChatPlug {
    /// The full pipeline (XDPX): two utterances and the question, ten of history, profiles in pieces.
    pub fn pipeline() -> Self {
        Self { history_turns: Some(8), in_pieces: true, ..Self::default() }
    }

    /// What the encoder reads, white space in its codes.
    pub fn passages(&self, session: &Session<'_>) -> Vec<String> {
        let history = session.history;
        let split = history.len().saturating_sub(self.context_turn);
        let (before, context) = history.split_at(split);
        let before = match self.history_turns {
            Some(most) => &before[before.len().saturating_sub(most)..],
            None => before,
        };
        let prefix = format!("{}{}", self.sentence(Part::Context), labelled(context, true));
        let mut passages = Vec::new();
        let mut add = |part, text: &str| {
            passages.push(format!("{prefix}{}{text}", self.sentence(part)));
        };
        if !before.is_empty() {
            add(Part::History, &labelled(before, false));
        }
        for knowledge in session.knowledge {
            add(Part::Knowledge, knowledge);
        }
        if session.knowledge.is_empty() && self.empty_knowledge {
            add(Part::Knowledge, "");
        }
        for (part, info) in [(Part::User, session.user_info), (Part::Bot, session.bot_info)] {
            if info.is_empty() {
                continue;
            }
            if self.in_pieces {
                for piece in pieces(info, 0) {
                    add(part, &piece);
                }
            } else {
                add(part, info);
            }
        }
        if passages.is_empty() {
            passages.push(prefix);
        }
        passages.iter().map(|passage| self.coded(passage)).collect()
    }

    fn sentence(&self, part: Part) -> &'static str {
        match (self.wording, part) {
            (Wording::Released, Part::Context) => {
                "假设我和你正在进行对话，请你给我得体、准确、友好的回复。以下是我们的对话内容。"
            }
            (Wording::Released, Part::History) => {
                "#以下是在此之前我们的对话内容，可作为回复时的参考。"
            }
            (Wording::Released, Part::Knowledge) => {
                "#以下是和对话相关的知识，请你参考该知识进行回复。"
            }
            (Wording::Released, Part::User) => {
                "#假设以下是你对我所了解的信息，请你参考该信息并避免你的回复和该信息矛盾，信息如下："
            }
            (Wording::Released, Part::Bot) => {
                "#假设以下是你的人物设定，请你参考该信息并避免你的回复和该信息矛盾，信息如下："
            }
            (Wording::Training, Part::Context) => {
                "假设我和你正在进行对话，请你给我得体、有信息量且生动的回复。以下是我们的对话内容。"
            }
            (Wording::Training, Part::History) => "#请注意，在此之前我们还进行了以下对话内容。",
            (Wording::Training, Part::Knowledge) => "#请注意，你同时也知道以下知识。",
            (Wording::Training, Part::User) => {
                "#请注意，你同时也知道我的信息，以下是你对我了解的内容。"
            }
            (Wording::Training, Part::Bot) => {
                "#请注意，你同时也有一个人物设定，以下是你的人物设定。"
            }
        }
    }

    /// White space that the tokenizer would lose, and the code that stands for it.
    fn codes(&self) -> [(&'static str, &'static str); 3] {
        match self.weights {
            Weights::T5 => {
                [("\n", "▁<extra_id_22>"), ("\t", "▁<extra_id_33>"), ("  ", "▁<extra_id_23>")]
            }
            Weights::Plug => [("\n", "[unused22]"), ("\t", "[unused33]"), ("  ", "[unused23]")],
        }
    }

    fn coded(&self, text: &str) -> String {
        self.codes().iter().fold(text.to_owned(), |text, (plain, code)| text.replace(plain, code))
    }
}

/// What a passage holds beside the context.
#[derive(Debug, Clone, Copy)]
enum Part {
    Context,
    History,
    Knowledge,
    User,
    Bot,
}

/// Utterances with 我 and 你 before them in turn, counted from the end: the last of the context is the person's, the last of what
/// was before is the character's.
fn labelled(utterances: &[Utterance<'_>], last_is_user: bool) -> String {
    let count = utterances.len();
    let mut out = String::new();
    for (at, Utterance { text, .. }) in utterances.iter().enumerate() {
        let user = (count - 1 - at).is_multiple_of(2) == last_is_user;
        let open = text.chars().next_back().is_none_or(|last| !CLOSED.contains(last));
        let (label, stop) = (if user { "我" } else { "你" }, if open { "。" } else { "" });
        out.extend([label, "：", text, stop]);
    }
    out
}

/// Pieces of at most [`CHUNK`] characters, each after the first beginning `overlap` characters early.
fn pieces(text: &str, overlap: usize) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    (0..letters.len().div_ceil(CHUNK))
        .map(|piece| {
            let start = (piece * CHUNK).saturating_sub(overlap);
            letters[start..((piece + 1) * CHUNK).min(letters.len())].iter().collect()
        })
        .collect()
}

impl ChatPlug {
    /// Knowledge in pieces that the encoder can take, each with the end of the one before it.
    pub fn knowledge_pieces(text: &str) -> Vec<String> {
        pieces(text, OVERLAP)
    }
}

impl ChatProfile for ChatPlug {
    fn name(&self) -> &'static str {
        "chatplug"
    }

    fn input(&self, session: &Session<'_>) -> Input {
        Input::Passages(self.passages(session))
    }

    /// With fewer utterances in every passage where they would leave no half of it for what is known: a passage that is too long is
    /// cut at its end, where the question stands.
    fn input_within(
        &self,
        session: &Session<'_>,
        most: usize,
        count: &dyn Fn(&str) -> usize,
    ) -> Input {
        let mut own = *self;
        while own.context_turn > 1 {
            let recent = session.history.len().saturating_sub(own.context_turn);
            let context = labelled(&session.history[recent..], true);
            if count(&format!("{}{context}", own.sentence(Part::Context))) <= most / 2 {
                break;
            }
            own.context_turn -= 1;
        }
        own.input(session)
    }

    fn decoding(&self) -> Decoding {
        let plug = self.weights == Weights::Plug;
        Decoding {
            sampling: Sampling {
                temperature: if plug { 1.0 } else { 0.8 },
                top_k: if plug { 0 } else { 50 },
                top_p: if plug { 1.0 } else { 0.8 },
                min_p: 0.0,
                repetition_penalty: 1.2,
                penalty_window: u32::MAX,
                ..Sampling::greedy()
            },
            min_tokens: 10,
            max_tokens: if plug { 80 } else { 512 },
            beams: if plug { 3 } else { 1 },
            no_repeat_ngram: if plug { 4 } else { 6 },
            length_penalty: 1.2,
            plain_penalty: false,
        }
    }

    fn stop(&self, _session: &Session<'_>) -> Vec<String> {
        vec![match self.weights {
            Weights::T5 => "</s>".into(),
            Weights::Plug => "[SEP]".into(),
        }]
    }

    /// Codes become white space again; PLUG's control tokens and the spaces between Chinese characters go.
    fn finish(&self, written: &str) -> String {
        let mut text = written.to_owned();
        for (plain, code) in self.codes() {
            text = text.replace(code, plain).replace(code.trim_start_matches('▁'), plain);
        }
        if self.weights == Weights::T5 {
            return text.trim().to_owned();
        }
        for control in ["[SEP]", "[CLS]", "[PAD]", "[UNK]"] {
            text = text.replace(control, "");
        }
        let letters: Vec<char> = text.trim().chars().collect();
        let chinese = |at: usize| letters.get(at).is_some_and(|&c| !c.is_ascii() && c != '\u{a0}');
        letters
            .iter()
            .enumerate()
            .filter(|&(at, &c)| c != ' ' || at == 0 || !(chinese(at - 1) && chinese(at + 1)))
            .map(|(_, &c)| c)
            .collect()
    }
}
