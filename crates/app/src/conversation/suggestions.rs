//! What the person might say next: the model is asked to speak for them, with the roles exchanged, so that whoever writes the
//! prompt of a character writes this one too. It happens beside the conversation, logs nothing, and gives way to the next turn.

use domain::{
    Ask, Cancel, Character, CharacterId, FinishReason, Flow, LanguageModel, Log, Message, Persona,
    Problem, ProblemKind, ReplyEvent, Role, TokenSink, TurnId,
};
use tokio::sync::oneshot;

use crate::app::{Answer, App, lock};
use crate::conversation::cast::name_of;
use crate::conversation::views;
use crate::models::remote_model::aside;

/// Longest suggestion, in tokens.
const TOKENS: u32 = 48;
/// Most that are made at once.
const MOST: u32 = 5;
/// Different lines are wanted, so they are drawn at least this freely.
const TEMPERATURE: f32 = 0.9;

impl App {
    /// Up to `count` things that the person might say. Fewer where the model repeats itself.
    ///
    /// # Errors
    /// Where there is no model, or a turn is running.
    pub async fn suggest(&self, count: u32) -> Answer<Vec<String>> {
        if self.is_busy() {
            let problem = Problem::new(
                ProblemKind::NotReady,
                "the character is still answering",
                "ask again when the answer is over",
            );
            return Err(problem.into());
        }
        let model = self.parts.model.get().ok_or_else(|| {
            Problem::new(
                ProblemKind::NotReady,
                "there is no language model yet",
                "wait until it is loaded, or choose another one in the settings",
            )
        })?;
        let cancel = Cancel::new();
        if let Some(before) = lock(&self.aside).replace(cancel.clone()) {
            before.cancel();
        }
        let mut lines: Vec<String> = Vec::new();
        if let Some(engine) = self.parts.engine() {
            // All of them in one go: they share their prompt.
            let ask = self.ask_for_person(&*model, 0)?;
            let count = count.min(MOST) as usize;
            let written = aside(move || Ok(engine.candidates(ask, count, cancel)?)).await?;
            for line in written.iter().map(|one| tidy(&one.text)) {
                if !line.is_empty() && !lines.contains(&line) {
                    lines.push(line);
                }
            }
            return Ok(lines);
        }
        for seed in 0..u64::from(count.min(MOST)) {
            if cancel.is_cancelled() {
                break;
            }
            let ask = self.ask_for_person(&*model, seed)?;
            let line = tidy(&written(&*model, ask, cancel.clone()).await?);
            if !line.is_empty() && !lines.contains(&line) {
                lines.push(line);
            }
        }
        Ok(lines)
    }

    /// Whatever is being written beside the conversation is not wanted any more.
    pub(crate) fn hush(&self) {
        if let Some(aside) = lock(&self.aside).take() {
            aside.cancel();
        }
    }

    /// The prompt of a suggestion.
    fn ask_for_person(&self, model: &dyn LanguageModel, seed: u64) -> Result<Ask, Problem> {
        let stage = lock(&self.stage).clone();
        let settings = lock(&self.settings).get().clone();
        let person = settings.persona();
        let conversation = self.log.conversation(stage.conversation)?;
        let path =
            conversation.leaf.map(|leaf| self.log.path(leaf)).transpose()?.unwrap_or_default();
        let guests = self.guests(&conversation.cast);
        let home = stage.character.short_name();
        let mut names: Vec<(CharacterId, String)> = guests
            .iter()
            .map(|guest| (guest.id.clone(), guest.character.short_name().to_owned()))
            .collect();
        let listeners = among(home, &names);
        let gone = left(&path, &conversation.character, &names);
        names.extend(gone.into_iter().map(|id| {
            let name = name_of(&self.shelf.library, &id);
            (id, name)
        }));
        let history: Vec<Message> =
            path.into_iter().map(|message| exchanged(message, home, &names)).collect();
        let speaker = Character {
            name: if person.name.trim().is_empty() { "You".to_owned() } else { person.name },
            description: person.description,
            scenario: stage.character.scenario.clone(),
            language: stage.character.language,
            ..Character::default()
        };
        let listener =
            Persona { name: listeners, description: stage.character.personality.clone() };
        let info = model.info();
        let mut scene = prompt::Scene::new(TurnId::default(), &speaker, &listener, &history, &info);
        scene.lang = Some(views::lang(&settings));
        let mut sampling = settings.sampling();
        sampling.temperature = sampling.temperature.max(TEMPERATURE);
        sampling.seed = Some(seed + 1);
        let limits = prompt::Limits {
            context_tokens: settings.context_for(info.context_length),
            reply_tokens: TOKENS,
            sampling,
            ..prompt::Limits::default()
        };
        let mut ask = prompt::assemble(&scene, model, &limits)?.ask;
        ask.stop.push("\n".to_owned());
        Ok(ask)
    }
}

/// Those who are spoken to, by name.
fn among(home: &str, guests: &[(CharacterId, String)]) -> String {
    std::iter::once(home)
        .chain(guests.iter().map(|(_, name)| name.as_str()))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Those who said something and are not here any more: their lines are nobody else's.
fn left(
    history: &[Message],
    own: &CharacterId,
    here: &[(CharacterId, String)],
) -> Vec<CharacterId> {
    let mut left: Vec<CharacterId> = Vec::new();
    for by in history.iter().filter_map(|message| message.said_by(own)) {
        if by != own && !left.contains(by) && here.iter().all(|(id, _)| id != by) {
            left.push(by.clone());
        }
    }
    left
}

/// A message with its speaker exchanged, as displayed. Where several talk or talked, whose line it was stands before it.
fn exchanged(mut message: Message, home: &str, guests: &[(CharacterId, String)]) -> Message {
    message.role = match message.role {
        Role::User => Role::Character,
        Role::Character => {
            message.text = delivery::shown(&message.text).text;
            if !guests.is_empty() {
                let by = message.speaker.as_ref().map(|speaker| &speaker.character);
                let name = guests
                    .iter()
                    .find(|(id, _)| by == Some(id))
                    .map_or(home, |(_, name)| name.as_str());
                message.text = format!("{name}: {}", message.text);
            }
            Role::User
        }
        Role::Narrator => Role::Narrator,
    };
    message
}

/// A suggestion as it is shown: no tags, no quotation marks around it, no half sentence behind a whole one.
fn tidy(text: &str) -> String {
    let shown = delivery::shown(text).text;
    let line = shown.trim().trim_matches(['"', '“', '”', '「', '」']).trim();
    let ends = |c: char| matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？');
    match line.char_indices().rev().find(|(_, c)| ends(*c)) {
        Some((at, c)) => line[..at + c.len_utf8()].to_owned(),
        None => line.to_owned(),
    }
}

/// Collects a reply that nobody streams.
struct Collector {
    text: String,
    to: Option<oneshot::Sender<Result<String, Problem>>>,
}

impl TokenSink for Collector {
    fn event(&mut self, event: ReplyEvent) -> Flow {
        let result = match event {
            ReplyEvent::Started { .. } => return Flow::More,
            ReplyEvent::Text(text) => {
                self.text.push_str(&text);
                return Flow::More;
            }
            ReplyEvent::Finished(FinishReason::Cancelled, _) => Ok(String::new()),
            ReplyEvent::Finished(..) => Ok(std::mem::take(&mut self.text)),
            ReplyEvent::Failed(problem) => Err(problem),
        };
        if let Some(to) = self.to.take() {
            // Whoever asked may have gone.
            let _gone = to.send(result);
        }
        Flow::Stop
    }
}

/// A whole reply; empty where it was cancelled.
pub(crate) async fn written(
    model: &dyn LanguageModel,
    ask: Ask,
    cancel: Cancel,
) -> Result<String, Problem> {
    let (to, result) = oneshot::channel();
    model.reply(ask, Box::new(Collector { text: String::new(), to: Some(to) }), cancel);
    // An engine that is closed drops its sink.
    result.await.unwrap_or_else(|_| Ok(String::new()))
}

#[cfg(test)]
mod tests {
    use domain::{Because, CharacterId, ConversationId, Message, MessageId, Role, Speaker};

    use super::{exchanged, left, tidy};

    fn said(by: Option<&str>) -> Message {
        Message {
            id: MessageId::NOT_LOGGED,
            parent: None,
            conversation: ConversationId(MessageId::NOT_LOGGED.0),
            role: Role::Character,
            text: "[joy] Hello.".to_owned(),
            interrupted: false,
            speaker: by.map(|id| Speaker {
                character: CharacterId(id.to_owned()),
                because: Because::Chosen,
            }),
            created_at: 0,
        }
    }

    #[test]
    fn where_several_talk_the_model_reads_who_said_what() {
        let guests = [(CharacterId("haru".to_owned()), "Haru".to_owned())];
        let text = |by, guests: &[_]| exchanged(said(by), "Koto", guests).text;
        assert_eq!(text(None, &[]), "Hello.");
        assert_eq!(text(None, &guests), "Koto: Hello.");
        assert_eq!(text(Some("haru"), &guests), "Haru: Hello.");
    }

    #[test]
    fn whoever_has_left_is_still_known_by_their_lines() {
        let id = |name: &str| CharacterId(name.to_owned());
        let history = [said(None), said(Some("haru")), said(Some("mira")), said(Some("haru"))];
        let mira = [(id("mira"), "Mira".to_owned())];
        assert_eq!(left(&history, &id("koto"), &mira), [id("haru")]);
        assert!(left(&history[..1], &id("koto"), &[]).is_empty());
    }

    #[test]
    fn a_suggestion_is_one_clean_line() {
        assert_eq!(tidy("[joy] \"Tell me more. And then"), "Tell me more.");
        assert_eq!(tidy("「雨ですね。」"), "雨ですね。");
        assert_eq!(tidy("Tell me about the sea"), "Tell me about the sea");
        assert_eq!(tidy("  "), "");
    }
}
