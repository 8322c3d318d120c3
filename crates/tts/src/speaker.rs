//! The voice's thread, and the door to it.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;

use domain::{
    Cancel, CharacterId, Flow, Lang, Line, LineId, Problem, ProblemKind, SpeechSink, SpokenPart,
    TurnId, Viseme, Voice, VoiceChoice,
};

use crate::cast::{Cast, Chosen};
use crate::catalogue::{self, VoiceEntry, VoiceId};
use crate::espeak::Espeak;
use crate::front::Front;
use crate::kept::Kept;
use crate::mood::{Mood, Prosody};
use crate::parts::Parts;
use crate::resample::resample;
use crate::{Options, TtsError, resources, text, tone};

/// Lines that may wait. The conductor keeps two or three; this only bounds a caller that has lost its way.
const WAITING: usize = 64;

/// A voice for each language, and the thread that speaks with them.
///
/// Dropping it lets the running piece of the running line finish, forgets the lines that wait, and joins the thread. A sink
/// that blocks for ever keeps it from ending, so receivers are dropped first.
pub struct Speaker {
    inbox: Option<Arc<SyncSender<Job>>>,
    /// The voices of other characters than the one at home.
    guests: Mutex<HashMap<CharacterId, Arc<Another>>>,
    thread: Option<JoinHandle<()>>,
    closing: Cancel,
    cast: Arc<Mutex<Cast>>,
    kept: Arc<Mutex<Kept>>,
    espeak: Espeak,
    options: Options,
}

impl std::fmt::Debug for Speaker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Speaker").field("options", &self.options).finish_non_exhaustive()
    }
}

/// The sound of a text, whole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rendered {
    /// Mono, −1.0 to 1.0.
    pub pcm: Vec<f32>,
    /// Samples per second.
    pub rate: u32,
    /// Mouth shapes in order, times from the start.
    pub visemes: Vec<Viseme>,
}

impl Rendered {
    /// Appends what is said next, at the rate of what was said first.
    fn append(&mut self, next: Self) {
        if self.pcm.is_empty() {
            self.rate = next.rate;
        }
        let base = self.pcm.len() as u64 * 1000 / u64::from(self.rate.max(1));
        let base = u32::try_from(base).unwrap_or(u32::MAX);
        let later = |one: Viseme| Viseme { at_ms: one.at_ms.saturating_add(base), ..one };
        self.visemes.extend(next.visemes.into_iter().map(later));
        if next.rate == self.rate {
            self.pcm.extend(next.pcm);
        } else {
            self.pcm.extend(resample(&next.pcm, next.rate, self.rate));
        }
    }
}

enum Job {
    Speak { line: Line, cast: Option<Box<Cast>>, sink: Box<dyn SpeechSink>, cancel: Cancel },
    WarmUp(Lang),
}

impl Speaker {
    /// Starts espeak-ng and the voice's thread, with the default voice of each language. Takes a few milliseconds;
    /// dictionaries are read at the first Chinese or Japanese line, or at [`Self::warm_up`].
    pub fn open(options: Options) -> Result<Self, Problem> {
        let espeak = Espeak::open(&resources::espeak_data(&options.resources)?)?;
        let cast = Arc::new(Mutex::new(Cast::default()));
        let kept: Arc<Mutex<Kept>> = Arc::default();
        let closing = Cancel::new();
        let (inbox, jobs) = sync_channel(WAITING);
        let worker = Worker {
            espeak: espeak.clone(),
            front: Front::new(&options.resources),
            cast: Arc::clone(&cast),
            kept: Arc::clone(&kept),
            mood: Mood::default(),
            closing: closing.clone(),
        };
        let thread = std::thread::Builder::new()
            .name("voice".into())
            .spawn(move || worker.run(&jobs))
            .map_err(|error| TtsError::Engine(format!("its thread could not start: {error}")))?;
        Ok(Self {
            inbox: Some(Arc::new(inbox)),
            guests: Mutex::default(),
            thread: Some(thread),
            closing,
            cast,
            kept,
            espeak,
            options,
        })
    }

    /// Keeps no sound of what is said, so that everything is made anew: for measurements.
    pub fn keep_nothing(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).nothing();
    }

    /// Forgets the sound of everything that was said: of a conversation that is deleted for good nothing stays in memory either.
    pub fn forget_said(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).forget();
    }

    /// Bytes of sound that are kept of what was said.
    pub fn kept_bytes(&self) -> usize {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).bytes()
    }

    /// The voices that can be chosen now: espeak-ng's, and the Piper voices in the voice folders.
    pub fn voices(&self) -> Vec<VoiceEntry> {
        catalogue::list_voices(&self.options.voice_dirs)
    }

    /// Chooses the voice of one language, from the next line on. A Piper voice is loaded here, on the caller's thread (up
    /// to a second), while the voice's thread goes on speaking; on failure everything stays as it was.
    pub fn choose(&self, lang: Lang, choice: &VoiceChoice) -> Result<(), Problem> {
        let chosen = self.find(choice)?;
        if chosen.lang() != lang {
            let id = choice.voice.clone();
            return Err(TtsError::WrongLanguage { id, lang: lang.code() }.into());
        }
        self.cast().set(chosen);
        Ok(())
    }

    /// Makes a voice the character's: it speaks its own language, and an espeak-ng voice takes its variant (the timbre)
    /// along into the other languages, unless a Piper voice was chosen there.
    pub fn set_voice(&self, choice: &VoiceChoice) -> Result<(), Problem> {
        let chosen = self.find(choice)?;
        self.cast().lead(chosen);
        Ok(())
    }

    /// Gives other characters voices of their own, from their next line on, and takes those of everybody else back. Piper voices are
    /// loaded here, as by [`Self::choose`].
    ///
    /// # Errors
    /// The first voice that cannot be had; the others are given all the same.
    pub fn set_guests(&self, guests: &[(CharacterId, VoiceChoice)]) -> Result<(), Problem> {
        let mut voices = HashMap::new();
        let mut failed = None;
        let before = self.guests.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for (who, choice) in guests {
            // Every change of who is there comes here: a voice that is loaded stays.
            if let Some(same) = before.get(who).filter(|one| one.choice == *choice) {
                voices.insert(who.clone(), Arc::clone(same));
                continue;
            }
            match self.find(choice) {
                Ok(chosen) => {
                    let mut cast = Cast::default();
                    cast.lead(chosen);
                    let inbox = self.inbox.as_ref().map(Arc::downgrade).unwrap_or_default();
                    voices.insert(
                        who.clone(),
                        Arc::new(Another { inbox, cast, choice: choice.clone() }),
                    );
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        *self.guests.lock().unwrap_or_else(PoisonError::into_inner) = voices;
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Reads a language's dictionary ahead of its first line; returns at once.
    pub fn warm_up(&self, lang: Lang) {
        if let Some(inbox) = &self.inbox {
            // A full inbox means that lines wait, which warm it up as well.
            let _ = inbox.try_send(Job::WarmUp(lang));
        }
    }

    /// Speaks a text to its end and gives the sound, after the lines that wait. `None` takes the chosen voices.
    pub fn render(
        &self,
        text: &str,
        lang: Lang,
        choice: Option<&VoiceChoice>,
    ) -> Result<Rendered, Problem> {
        let line = Line {
            id: LineId { turn: TurnId(0), index: 0 },
            text: text.to_owned(),
            speech: text.to_owned(),
            lang,
            cues: Vec::new(),
        };
        self.render_lines(&[line], choice)
    }

    /// Speaks lines to their end, one behind the other, and gives the sound. `None` takes the chosen voices. Lines that no voice can read
    /// are passed over where there are others.
    ///
    /// # Errors
    /// What is wrong with the choice or the voice; for a script that cannot be read, where nothing else is said.
    pub fn render_lines(
        &self,
        lines: &[Line],
        choice: Option<&VoiceChoice>,
    ) -> Result<Rendered, Problem> {
        let cast = match choice {
            Some(choice) => {
                let chosen = self.find(choice)?;
                let mut cast = self.cast().clone();
                cast.lead(chosen);
                Some(Box::new(cast))
            }
            None => None,
        };
        let mut rendered = Rendered::default();
        let mut unreadable = None;
        for line in lines {
            match self.rendered(line.clone(), cast.clone()) {
                Ok(one) => rendered.append(one),
                Err(problem) if problem.kind == ProblemKind::Unsupported => {
                    unreadable = unreadable.or(Some(problem));
                }
                Err(problem) => return Err(problem),
            }
        }
        match unreadable {
            Some(problem) if rendered.pcm.is_empty() => Err(problem),
            _ => Ok(rendered),
        }
    }

    fn rendered(&self, line: Line, cast: Option<Box<Cast>>) -> Result<Rendered, Problem> {
        let (sender, parts) = sync_channel(8);
        let sink = Box::new(Collect(sender));
        self.send(Job::Speak { line, cast, sink, cancel: Cancel::new() })
            .map_err(|refused| refused.1)?;
        let mut rendered = Rendered::default();
        for part in parts {
            let part = part?;
            rendered.rate = part.rate;
            rendered.pcm.extend_from_slice(&part.pcm);
            rendered.visemes.extend(part.visemes);
            if part.last {
                return Ok(rendered);
            }
        }
        Err(TtsError::Closed("its thread ended").into())
    }

    fn find(&self, choice: &VoiceChoice) -> Result<Chosen, TtsError> {
        let id: VoiceId = choice.voice.parse()?;
        if let Some(loaded) = self.cast().loaded(&id, choice) {
            return Ok(loaded);
        }
        Chosen::open(&id, choice, &self.espeak, &self.options)
    }

    fn cast(&self) -> std::sync::MutexGuard<'_, Cast> {
        self.cast.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, job: Job) -> Result<(), Box<(Job, TtsError)>> {
        send(self.inbox.as_deref(), job)
    }
}

/// Queues a job; gives it back where that fails.
fn send(inbox: Option<&SyncSender<Job>>, job: Job) -> Result<(), Box<(Job, TtsError)>> {
    let Some(inbox) = inbox else {
        return Err(Box::new((job, TtsError::Closed("it is being shut down"))));
    };
    inbox.try_send(job).map_err(|error| {
        Box::new(match error {
            TrySendError::Full(job) => (job, TtsError::Closed("too many lines are waiting")),
            TrySendError::Disconnected(job) => (job, TtsError::Closed("its thread ended")),
        })
    })
}

/// Queues a line; its sink hears where that fails.
fn speak(inbox: Option<&SyncSender<Job>>, job: Job) {
    if let Err(refused) = send(inbox, job)
        && let (Job::Speak { line, mut sink, .. }, error) = *refused
    {
        sink.failed(line.id, error.into());
    }
}

/// The voice of another character, on the same thread.
struct Another {
    /// Weak, so that whoever still holds the voice does not keep the thread from ending.
    inbox: Weak<SyncSender<Job>>,
    cast: Cast,
    choice: VoiceChoice,
}

impl Voice for Another {
    fn speak(&self, line: Line, sink: Box<dyn SpeechSink>, cancel: Cancel) {
        let cast = Some(Box::new(self.cast.clone()));
        speak(self.inbox.upgrade().as_deref(), Job::Speak { line, cast, sink, cancel });
    }
}

impl Voice for Speaker {
    fn speak(&self, line: Line, sink: Box<dyn SpeechSink>, cancel: Cancel) {
        speak(self.inbox.as_deref(), Job::Speak { line, cast: None, sink, cancel });
    }

    fn of(&self, speaker: &CharacterId) -> Option<Arc<dyn Voice>> {
        let guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        guests.get(speaker).map(|voice| Arc::clone(voice) as Arc<dyn Voice>)
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        self.closing.cancel();
        self.inbox = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the voice's thread had panicked");
        }
    }
}

/// What lives on the thread.
struct Worker {
    espeak: Espeak,
    front: Front,
    cast: Arc<Mutex<Cast>>,
    kept: Arc<Mutex<Kept>>,
    mood: Mood,
    closing: Cancel,
}

impl Worker {
    fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            if self.closing.is_cancelled() {
                break;
            }
            match job {
                Job::WarmUp(lang) => {
                    if let Err(error) = self.front.warm_up(lang) {
                        tracing::warn!(%error, lang = lang.code(), "could not prepare a language");
                    }
                }
                Job::Speak { line, cast, mut sink, cancel } => {
                    let cast = cast.map_or_else(
                        || self.cast.lock().unwrap_or_else(PoisonError::into_inner).clone(),
                        |cast| *cast,
                    );
                    let spoken = catch_unwind(AssertUnwindSafe(|| {
                        self.line(&line, &cast, sink.as_mut(), &cancel)
                    }));
                    let failure = match spoken {
                        Ok(Ok(_)) => continue,
                        Ok(Err(error)) => error,
                        Err(_) => TtsError::Engine("it stopped at an internal error".into()),
                    };
                    tracing::warn!(error = %failure, line = ?line.id, "a line could not be spoken");
                    sink.failed(line.id, failure.into());
                }
            }
        }
    }

    /// Speaks one line, piece by piece.
    fn line(
        &mut self,
        line: &Line,
        cast: &Cast,
        sink: &mut dyn SpeechSink,
        cancel: &Cancel,
    ) -> Result<Flow, TtsError> {
        let prosody = Prosody::from(self.mood.of(line));
        // A voice of another language reads its own letters; ours are those of three.
        let foreign = cast.voice(Lang::En).is_foreign();
        if let Some(script) = text::unreadable(&line.speech).filter(|_| !foreign) {
            return Err(TtsError::Unreadable { script });
        }
        let mut parts = Parts::new(line.id, sink, cancel);
        for piece in text::pieces(&line.speech, line.lang, foreign) {
            if cancel.is_cancelled() || self.closing.is_cancelled() {
                return Ok(Flow::Stop);
            }
            let voice = cast.voice(piece.lang);
            let spoken = self.front.spoken(&piece, voice.knows_pitch())?;
            if spoken.trim().is_empty() {
                continue;
            }
            let key = voice.key(&spoken, prosody);
            let known = self.kept().get(&key);
            let mut sound = if let Some(known) = known {
                known
            } else {
                let mut sound = voice.say(&spoken, prosody, &self.espeak, cancel)?;
                if cancel.is_cancelled() {
                    return Ok(Flow::Stop);
                }
                tone::level(&mut sound.pcm, sound.rate);
                self.kept().put(key, &sound);
                sound
            };
            sound.pause(piece.pause_ms);
            if parts.push(&sound) == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(parts.finish())
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Collects the parts of a rendered text.
struct Collect(SyncSender<Result<SpokenPart, Problem>>);

impl SpeechSink for Collect {
    fn part(&mut self, part: SpokenPart) -> Flow {
        if self.0.send(Ok(part)).is_ok() { Flow::More } else { Flow::Stop }
    }

    fn failed(&mut self, _line: LineId, problem: Problem) {
        // Nobody listens any more: then nobody needs to know.
        let _ = self.0.send(Err(problem));
    }
}
