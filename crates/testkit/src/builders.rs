//! Small things that many tests need.

use domain::{
    Ask, Character, ChatMessage, Line, LineId, Message, Persona, Problem, ProblemKind, Role,
    Sampling, Segment, Transcript, TurnId, Utterance,
};

/// A character with a name, a line of description and a greeting.
pub fn character(name: &str) -> Character {
    Character {
        name: name.into(),
        description: format!("{name} keeps a small bookshop by the sea."),
        greetings: vec![format!("[joy] Hello! I am {name}.")],
        ..Character::default()
    }
}

/// A person.
pub fn persona(name: &str) -> Persona {
    Persona { name: name.into(), description: String::new() }
}

/// A stretch of quiet "speech".
pub fn speech(ms: u64) -> Utterance {
    let samples = ms as usize * Utterance::RATE as usize / 1000;
    Utterance { pcm: vec![0.01; samples].into() }
}

/// A transcript of one segment.
pub fn transcript(text: &str) -> Transcript {
    let segment = Segment { start_ms: 0, end_ms: 1000, text: text.into() };
    Transcript { text: text.into(), language: "en".into(), segments: vec![segment] }
}

/// A line without cues that is spoken as it is shown.
pub fn spoken(turn: u64, index: u32, text: &str) -> Line {
    Line {
        id: LineId { turn: TurnId(turn), index },
        text: text.into(),
        speech: text.trim().into(),
        lang: domain::Lang::En,
        cues: vec![],
    }
}

/// A problem of no importance.
pub fn problem(message: &str) -> Problem {
    Problem::new(ProblemKind::Internal, message, "look at the test")
}

/// The plainest prompt: `Name: text` a row, greedy, 64 tokens.
pub fn plain_ask(turn: TurnId, character: &str, person: &str, history: &[Message]) -> Ask {
    let mut prompt = String::new();
    let mut messages = vec![];
    for message in history {
        let (role, name) = match message.role {
            Role::User => ("user", person),
            Role::Character => ("assistant", character),
            Role::Narrator => ("system", "Narrator"),
        };
        prompt.extend([name, ": ", &message.text, "\n"]);
        messages.push(ChatMessage { role: role.into(), content: message.text.clone() });
    }
    prompt.extend([character, ":"]);
    Ask {
        turn,
        messages,
        prompt,
        sampling: Sampling::greedy(),
        max_tokens: 64,
        stop: vec![],
        from_passages: None,
    }
}
