//! What the suite listens to: sentences of our own voice, and recordings with their transcripts.

use std::path::{Path, PathBuf};

use audio::room::{amplitude, level_db};
use domain::{Lang, Problem, ProblemKind, Utterance, VoiceChoice};

use super::SuiteOptions;
use crate::app::paths::Paths;

/// What the character says in the simulated rooms.
const LINES: [&str; 16] = [
    "I went down to the harbour this morning, before the fog had lifted, and the boats were still asleep.",
    "Do you remember the old lighthouse? Somebody still climbs its stairs every evening.",
    "It is not easy to answer, but I will try, because you asked me kindly.",
    "There are biscuits in the kitchen, unless the cat has found them.",
    "Once upon a time there was a small town by the sea, and in it lived a clockmaker who never slept.",
    "That depends on the weather, on the day of the week, and a little on my mood.",
    "Seven hundred and forty three steps lead up to the temple. I counted every one of them.",
    "Stay a little longer. The rain will stop soon.",
    "Welcome back! I kept your seat warm and the kettle on.",
    "No, wait, that is not how it went at all. Let me begin again.",
    "She laughed so loudly that the whole train turned round to look at us.",
    "Would you rather hear something funny, or something true?",
    "Hm. I have never thought about it that way.",
    "The wind smelled of snow, and the lamps along the river were lit one after the other.",
    "Please be careful on the ice, and call me when you are home.",
    "Good night. Sleep well, and dream of something silly.",
];

/// A sentence with a pause in it: what is said before, and after.
const PAUSED: [(&str, &str); 30] = [
    ("I went to the shop and", "I bought some bread."),
    ("I would like to tell you about", "my day at school."),
    ("Well,", "I am not so sure."),
    ("When I was a child,", "we lived by the sea."),
    ("She said that the", "train was late again."),
    ("If it rains tomorrow", "we will stay at home."),
    ("My favourite food is", "noodle soup with an egg."),
    ("Could you please", "open the window?"),
    ("I think, um,", "it was on a Monday."),
    ("He is the man who", "fixed our roof."),
    ("Yesterday I saw a", "very old film."),
    ("There were apples, pears,", "and a lot of plums."),
    ("I wanted to ask you", "something about the garden."),
    ("Because the road was closed,", "we took the boat."),
    ("It is not that I", "do not like him."),
    ("The book on the", "table is yours."),
    ("We should go to", "the museum on Sunday."),
    ("I never really", "understood that song."),
    ("And then,", "the lights went out."),
    ("What I mean is that", "nobody asked her."),
    ("昨日は友達と", "海に行きました。"),
    ("えっと、", "駅はどこですか？"),
    ("雨が降ったから、", "家にいました。"),
    ("私の好きな食べ物は", "ラーメンです。"),
    ("行きたいんですけど、", "時間がありません。"),
    ("我昨天和", "朋友去了海边。"),
    ("因为下雨，", "所以我没有出门。"),
    ("我想问你一个关于", "花园的问题。"),
    ("如果明天下雨，", "我们就在家。"),
    ("我最喜欢的", "是面条。"),
];

/// A recording and what is said in it.
pub(super) struct Clip {
    pub(super) pcm: Vec<f32>,
    pub(super) text: String,
}

/// A sentence with a pause in it.
pub(super) struct Paused {
    pub(super) first: Clip,
    pub(super) second: Clip,
}

/// All of it.
pub(super) struct Material {
    pub(super) lines: Vec<Vec<f32>>,
    pub(super) clips: Vec<Clip>,
    pub(super) paused: Vec<Paused>,
    /// Through our passages and guards.
    pub(super) ears: asr::Recogniser,
    /// whisper.cpp as it is.
    pub(super) plain: asr::Recogniser,
    pub(super) ears_path: PathBuf,
    pub(super) speaker: tts::Speaker,
}

impl Material {
    pub(super) fn make(paths: &Paths, options: &SuiteOptions) -> Result<Self, Problem> {
        let ears_path = paths.ears_model(options.ears.as_deref().unwrap_or_default())?;
        let load = |plain| {
            let options = asr::RecogniserOptions { plain, ..asr::RecogniserOptions::default() };
            asr::Recogniser::load(&ears_path, options, &mut |_| {})
        };
        let (ears, plain) = (load(false)?, load(true)?);
        let speaker = tts::Speaker::open(paths.voice_options())?;
        speaker.keep_nothing();
        let rates = [1.0, 1.15, 0.9];
        let lines = LINES
            .iter()
            .enumerate()
            .map(|(at, text)| spoken(&speaker, text, rates[at % rates.len()], -20.0))
            .collect::<Result<_, _>>()?;
        let clip = |text: &str| -> Result<Clip, Problem> {
            Ok(Clip { pcm: spoken(&speaker, text, 1.0, -26.0)?, text: text.to_owned() })
        };
        let paused = PAUSED
            .iter()
            .map(|(first, second)| Ok(Paused { first: clip(first)?, second: clip(second)? }))
            .collect::<Result<_, Problem>>()?;
        let clips = read_clips(&options.clips)?;
        Ok(Self { lines, clips, paused, ears, plain, ears_path, speaker })
    }

    /// Writes down what is said, through our own way.
    pub(super) fn hear(&self, pcm: &[f32]) -> Result<String, Problem> {
        let speech = Utterance { pcm: pcm.into() };
        Ok(self.ears.hear(speech, &domain::Cancel::new())?.text)
    }
}

/// Speaks a text; mono, 16 kHz, at a level, without the silence around it.
fn spoken(speaker: &tts::Speaker, text: &str, rate: f32, level: f32) -> Result<Vec<f32>, Problem> {
    let lang = Lang::guess(text, None);
    let voice = match lang {
        Lang::En => "espeak:en",
        Lang::Zh => "espeak:cmn",
        Lang::Ja => "espeak:ja",
    };
    let known = speaker.voices().into_iter().any(|entry| entry.id == voice);
    let choice = known.then(|| VoiceChoice { voice: voice.to_owned(), rate, pitch: 0.0 });
    let said = speaker.render(text, lang, choice.as_ref())?;
    let mut pcm = audio::resample(&said.pcm, said.rate, Utterance::RATE)?;
    let loud = |sample: &f32| sample.abs() > 0.003;
    let start = pcm.iter().position(loud).unwrap_or(0);
    let end = pcm.iter().rposition(loud).map_or(0, |at| at + 1);
    pcm = pcm.get(start..end).unwrap_or_default().to_vec();
    level_to(&mut pcm, level);
    Ok(pcm)
}

/// Brings a sound to a level.
pub(super) fn level_to(pcm: &mut [f32], level: f32) {
    let factor = amplitude(level - level_db(pcm));
    for sample in pcm {
        *sample = (*sample * factor).clamp(-1.0, 1.0);
    }
}

pub(super) fn silence(ms: u32) -> Vec<f32> {
    vec![0.0; (ms * Utterance::RATE / 1000) as usize]
}

fn read_clips(folder: &Path) -> Result<Vec<Clip>, Problem> {
    let missing = |what: String| {
        Problem::new(
            ProblemKind::Missing,
            what,
            "give a folder with recordings and their transcripts.tsv with --clips",
        )
    };
    let list = folder.join("transcripts.tsv");
    let table = std::fs::read_to_string(&list)
        .map_err(|error| missing(format!("`{}` cannot be read ({error})", list.display())))?;
    let mut clips = Vec::new();
    for row in table.lines().skip(1) {
        let mut cells = row.split('\t');
        if let (Some(file), Some(text)) = (cells.next(), cells.next()) {
            let mut pcm = audio::read_wav(&folder.join(file))?.pcm.to_vec();
            level_to(&mut pcm, -26.0);
            clips.push(Clip { pcm, text: text.to_owned() });
        }
    }
    if clips.is_empty() {
        return Err(missing(format!("`{}` names no recordings", list.display())));
    }
    Ok(clips)
}
