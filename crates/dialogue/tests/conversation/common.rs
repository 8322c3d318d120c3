//! A conductor among fakes, and the updates it tells.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use dialogue::{
    Baton, Conductor, Event, Hearing, Ports, PromptMaker, Request, Scene, Slot, Update,
};
use domain::{Ask, CharacterId, LanguageModel, Log, Playback, Problem, Transcriber, Voice};
use testkit::{
    Deck, MemoryLog, Script, ScriptedEars, ScriptedModel, ToneVoice, VirtualClock, plain_ask,
};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Longest that anything may take: only a hang gets there.
const PATIENCE: Duration = Duration::from_secs(5);

/// Makes the plainest prompts.
pub(crate) struct PlainPrompts;

impl PromptMaker for PlainPrompts {
    fn make(&self, request: &Request<'_>) -> Result<Ask, Problem> {
        let mut ask = plain_ask(
            request.turn,
            &request.character.name,
            &request.persona.name,
            request.history,
        );
        if let Some(thought) = comes_to_mind(request) {
            ask.prompt.insert_str(0, thought);
        }
        Ok(ask)
    }

    fn beginning(&self, request: &Request<'_>, certain: &str) -> Result<Option<String>, Problem> {
        let before = &request.history[..request.history.len().saturating_sub(1)];
        let said = plain_ask(request.turn, &request.character.name, &request.persona.name, before);
        let said =
            said.prompt.strip_suffix(&format!("{}:", request.character.name)).map(str::to_owned);
        let now = match certain {
            "" => String::new(),
            certain => format!("{}: {certain}", request.persona.name),
        };
        Ok(said.map(|said| format!("{}{said}{now}", comes_to_mind(request).unwrap_or_default())))
    }
}

/// Something that the last message calls to mind.
fn comes_to_mind(request: &Request<'_>) -> Option<&'static str> {
    request.history.last().filter(|last| last.text.contains("sea")).map(|_| "(The sea is near.)\n")
}

/// What a conversation is played with.
pub(crate) struct House {
    pub(crate) baton: Option<Baton>,
    pub(crate) model: Arc<ScriptedModel>,
    pub(crate) deck: Arc<Deck>,
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) clock: VirtualClock,
    pub(crate) ports: Ports,
    pub(crate) scene: Scene,
    pub(crate) seen: Vec<Update>,
    updates: mpsc::Receiver<Update>,
    task: Option<JoinHandle<()>>,
}

impl House {
    /// A house with a model that follows these scripts, a voice of 50 ms a character, a deck that the test moves.
    pub(crate) fn new<S: Into<Script>>(scripts: impl IntoIterator<Item = S>) -> Self {
        Self::with(scripts, Deck::new(), Some(ToneVoice::new(50)), None)
    }

    /// Likewise without a voice.
    pub(crate) fn silent<S: Into<Script>>(scripts: impl IntoIterator<Item = S>) -> Self {
        Self::with(scripts, Deck::new(), None, None)
    }

    pub(crate) fn with<S: Into<Script>>(
        scripts: impl IntoIterator<Item = S>,
        deck: Deck,
        voice: Option<ToneVoice>,
        ears: Option<ScriptedEars>,
    ) -> Self {
        let clock = VirtualClock::default();
        let model = Arc::new(ScriptedModel::timed(scripts, clock.clone()));
        let (deck, log) = (Arc::new(deck), Arc::new(MemoryLog::default()));
        let character_id = CharacterId::from("koto");
        let conversation = log.begin(&character_id, "").expect("a conversation");
        let scene = Scene {
            conversation: conversation.id,
            leaf: None,
            character_id,
            character: testkit::character("Koto"),
            persona: testkit::persona("Ren"),
            guests: vec![],
            cast: domain::Cast::default(),
        };
        let now = clock.clone();
        let ports = Ports {
            log: log.clone(),
            prompts: Arc::new(PlainPrompts),
            playback: deck.clone() as Arc<dyn Playback>,
            model: Slot::with(model.clone() as Arc<dyn LanguageModel>),
            voice: Slot::default(),
            ears: Slot::default(),
            clock: Arc::new(move || now.now()),
        };
        ports.voice.set(voice.map(|voice| Arc::new(voice) as Arc<dyn Voice>));
        ports.ears.set(ears.map(|ears| Arc::new(ears) as Arc<dyn Transcriber>));
        let (to, updates) = mpsc::channel(1024);
        let tell = move |update| to.try_send(update).expect("room for an update");
        let (baton, conductor) = Conductor::new(ports.clone(), scene.clone(), tell);
        let speakers = baton.clone();
        deck.listen(move |event| _ = speakers.playback(event));
        let task = Some(tokio::spawn(conductor.run()));
        Self {
            baton: Some(baton),
            model,
            deck,
            log,
            clock,
            ports,
            scene,
            seen: vec![],
            updates,
            task,
        }
    }

    pub(crate) async fn send(&self, event: Event) {
        self.baton.as_ref().expect("open").send(event).await.expect("a conductor");
    }

    /// Collects updates until one of a kind has come.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Update) -> bool) -> Update {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.updates.recv()).await;
            let Ok(Some(update)) = next else {
                panic!("it did not come; until then:\n{}", self.story());
            };
            self.seen.push(update.clone());
            if wanted(&update) {
                return update;
            }
        }
    }

    /// Collects updates until this much text has been displayed since the last turn began.
    pub(crate) async fn until_text(&mut self, ending: &str) {
        let mut text = String::new();
        while !text.ends_with(ending) {
            if let Update::TextDelta { text: more, .. } =
                self.until(|update| matches!(update, Update::TextDelta { .. })).await
            {
                text.push_str(&more);
            }
        }
    }

    /// Collects what has come by now, and says whether the turn is over.
    pub(crate) async fn is_over(&mut self) -> bool {
        tokio::time::sleep(Duration::from_millis(1)).await;
        while let Ok(update) = self.updates.try_recv() {
            let over = matches!(update, Update::TurnFinished { .. } | Update::TurnFailed { .. });
            self.seen.push(update);
            if over {
                return true;
            }
        }
        false
    }

    /// How many words of the reply have been displayed.
    pub(crate) fn displayed(&mut self) -> usize {
        while let Ok(update) = self.updates.try_recv() {
            self.seen.push(update);
        }
        let texts = self.seen.iter().filter_map(|update| match update {
            Update::TextDelta { text, .. } => Some(text.as_str()),
            _ => None,
        });
        texts.collect::<String>().split_whitespace().count()
    }

    /// Waits until nothing more is displayed although nobody stops it.
    pub(crate) async fn settle(&mut self) {
        let mut before = usize::MAX;
        while before != self.displayed() {
            before = self.displayed();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits for something that no update tells.
    pub(crate) async fn wait_for(&self, ready: impl Fn(&Self) -> bool) {
        let waiting = async {
            while !ready(self) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("it came");
    }

    /// Lets time pass: on the clock and at the speakers.
    pub(crate) fn pass(&self, ms: u64) {
        self.clock.advance(ms);
        self.deck.advance(ms);
    }

    pub(crate) async fn until_over(&mut self) -> Update {
        self.until(|update| {
            matches!(update, Update::TurnFinished { .. } | Update::TurnFailed { .. })
        })
        .await
    }

    /// Lets go of the conductor and waits until it has finished.
    pub(crate) async fn close(&mut self) {
        self.deck.listen(|_| {});
        self.baton = None;
        let task = self.task.take().expect("still open");
        tokio::time::timeout(PATIENCE, task).await.expect("it ends").expect("it does not panic");
        while let Some(update) = self.updates.recv().await {
            self.seen.push(update);
        }
    }

    /// Aborts the conductor wherever it is.
    pub(crate) async fn abort(&mut self) {
        let task = self.task.take().expect("still open");
        task.abort();
        assert!(task.await.expect_err("it was aborted").is_cancelled());
    }

    /// What was told, a row an update, deltas put together.
    pub(crate) fn story(&self) -> String {
        let mut story = String::new();
        let mut delta = false;
        for update in &self.seen {
            let is_delta = matches!(update, Update::TextDelta { .. });
            if delta && !is_delta {
                story.push('\n');
            }
            if let Update::TextDelta { turn, text } = update {
                if !delta {
                    let _infallible = write!(story, "{} text ", turn.0);
                }
                story.push_str(text);
            } else {
                story.push_str(&row(update));
                story.push('\n');
            }
            delta = is_delta;
        }
        story
    }

    /// The log: who said what, in order.
    pub(crate) fn logged(&self) -> Vec<String> {
        let cut = |interrupted: bool| if interrupted { " (interrupted)" } else { "" };
        let messages = self.log.messages();
        messages.iter().map(|m| format!("{:?}: {}{}", m.role, m.text, cut(m.interrupted))).collect()
    }
}

fn row(update: &Update) -> String {
    match update {
        Update::TurnStarted { turn, message, .. } => {
            let said = message.as_ref().map_or("-", |message| &message.text);
            format!("{} started: {said}", turn.0)
        }
        Update::TextDelta { .. } => String::new(),
        Update::LineStarted { line, visemes, duration_ms } => {
            let cues: Vec<_> = line
                .cues
                .iter()
                .map(|cue| format!("{}@{}", cue.show.tag().trim_matches(['[', ']']), cue.at))
                .collect();
            format!(
                "{} line {} {:?} {cues:?} {} visemes {duration_ms:?} ms",
                line.id.turn.0,
                line.id.index,
                line.text,
                visemes.len()
            )
        }
        Update::Visemes { line, visemes } => {
            format!("{} line {} {} more visemes", line.turn.0, line.index, visemes.len())
        }
        Update::Playhead { line, at_ms } => {
            format!("{} line {} at {at_ms} ms", line.turn.0, line.index)
        }
        Update::LineEnded(line) => format!("{} line {} ended", line.turn.0, line.index),
        Update::TurnFinished { turn, message, interrupted, timings } => {
            let said = message.as_ref().map_or("-", |message| &message.text);
            let times = [
                timings.endpoint_ms,
                timings.transcript_ms,
                timings.first_token_ms,
                timings.first_audio_ms,
            ];
            let times = times.map(|ms| ms.map_or("-".into(), |ms| ms.to_string())).join("/");
            let cut = if *interrupted { " interrupted" } else { "" };
            format!(
                "{} finished{cut}: {said} [{times}/{} ms, {} of {} tokens reused]",
                turn.0, timings.total_ms, timings.reused_tokens, timings.prompt_tokens
            )
        }
        Update::TurnFailed { turn, problem } => format!("{} failed: {problem}", turn.0),
        Update::ConversationChanged { messages, .. } => {
            let texts: Vec<_> = messages.iter().map(|message| message.text.as_str()).collect();
            format!("conversation: {texts:?}")
        }
        Update::Hearing(hearing) => match hearing {
            Hearing::Off => "hearing: off".into(),
            other => format!("hearing: {other:?}").to_lowercase(),
        },
        Update::Understood(partial) => {
            format!("understood: {}|{}", partial.committed, partial.tentative)
        }
        Update::Heard(text) => format!("heard: {text}"),
        Update::EarsWanted => "ears wanted".into(),
        Update::Notice(problem) => format!("notice: {problem}"),
    }
}
