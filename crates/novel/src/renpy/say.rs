//! What is said: the statement itself, who says it, and how they look.

use super::characters::{Character, literal};
use super::lexer::{Lexer, arguments};
use super::script::Reader;
use super::text;
use crate::line::{Extends, Kind, Line};

impl<'a> Reader<'a, '_> {
    /// `"…"`, `e "…"`, `e happy @ sad "…"`, `"Name" "…"`, and what is none of them.
    pub(super) fn say(&mut self, start: Lexer<'a>, index: usize) -> usize {
        let line = &self.lines[index];
        let mut lexer = start;
        if let Some(texts) = self.what(&mut lexer)
            && Self::finished(&mut lexer)
        {
            self.speak(None, &[], None, texts, line.number);
            return line.end.max(index + 1);
        }
        let mut lexer = start;
        let who = lexer.simple_expression();
        let mut attributes = Vec::new();
        Self::attributes(&mut lexer, &mut attributes);
        let mut temporary = Vec::new();
        let passing = lexer.take("@");
        if passing {
            Self::attributes(&mut lexer, &mut temporary);
        }
        if let (Some(who), Some(texts)) = (who, self.what(&mut lexer)) {
            let temporary = passing.then_some(temporary.as_slice());
            self.speak(Some(who), &attributes, temporary, texts, line.number);
            return line.end.max(index + 1);
        }
        let mut lexer = start;
        let word = lexer.word().map_or_else(|| line.text.chars().take(1).collect(), str::to_owned);
        self.found.unknown(&word);
        line.end
    }

    fn attributes(lexer: &mut Lexer<'a>, into: &mut Vec<String>) {
        loop {
            let before = *lexer;
            let minus = lexer.take("-");
            if let Some(part) = lexer.image_component() {
                into.push(if minus { format!("-{part}") } else { part.to_owned() });
            } else {
                *lexer = before;
                return;
            }
        }
    }

    fn what(&self, lexer: &mut Lexer<'a>) -> Option<Vec<String>> {
        lexer.triple_string(self.monologue).or_else(|| lexer.string().map(|text| vec![text]))
    }

    /// What may stand behind a text: `with dissolve`, `nointeract`, `id name`, `(arguments)`.
    fn finished(lexer: &mut Lexer<'a>) -> bool {
        loop {
            if lexer.at_end() {
                return true;
            }
            let more = lexer.keyword("nointeract")
                || (lexer.keyword("with") && lexer.simple_expression().is_some())
                || (lexer.keyword("id") && lexer.word().is_some())
                || lexer.bracketed().is_some();
            if !more {
                return false;
            }
        }
    }

    fn speak(
        &mut self,
        who: Option<&str>,
        attributes: &[String],
        temporary: Option<&[String]>,
        texts: Vec<String>,
        number: u32,
    ) {
        let extend = who == Some("extend");
        let speaker = self.speaker(who);
        let sprite =
            if extend { None } else { self.sprite(who, speaker.as_ref(), attributes, temporary) };
        let mut voice = self.voice.take();
        for text in texts {
            if text == "{clear}" {
                continue;
            }
            let (plain, interpolated) = text::plain(&text);
            let mut line = Line { interpolated, ..self.row(number, text, plain) };
            line.voice = voice.take();
            line.sprite.clone_from(&sprite);
            line.speaker_id = who.map(str::to_owned);
            if extend {
                line.kind = self.last_kind;
                line.extends = Some(self.last.clone());
            } else {
                let narrated = speaker.as_ref().is_some_and(|known| known.name.is_none())
                    || (who.is_none() && speaker.is_none());
                line.kind = if narrated { Kind::Narration } else { Kind::Say };
                line.speaker = speaker.as_ref().and_then(|known| known.name.clone());
                self.last =
                    Extends { speaker: line.speaker.clone(), speaker_id: line.speaker_id.clone() };
                self.last_kind = line.kind;
            }
            self.found.push(line);
        }
    }

    /// The character who speaks; nothing if no script says who that is.
    pub(super) fn speaker(&self, who: Option<&str>) -> Option<Character> {
        let Some(who) = who else {
            return self.cast.resolve("narrator").filter(|narrator| narrator.name.is_some());
        };
        if let Some(name) = literal(who) {
            return Some(Character { name: text::name(&name), image: None });
        }
        match who {
            "narrator" | "centered" | "vcentered" | "nvl_narrator" | "adv_narrator" => {
                self.cast.resolve(who).or(Some(Character::default()))
            }
            // `Character("Eve") "…"`: made where it speaks.
            _ if who.ends_with(')')
                && who.split('(').next().is_some_and(|callee| callee.ends_with("Character")) =>
            {
                let inside = who.split_once('(').map_or("", |(_, rest)| rest.trim_end_matches(')'));
                let first = arguments(inside).first().map(|(_, value)| *value).and_then(literal);
                first.map(|name| Character { name: text::name(&name), image: None })
            }
            _ => self.cast.resolve(who),
        }
    }

    /// The picture of who speaks: what was last shown of them, changed by the attributes of this line.
    fn sprite(
        &mut self,
        who: Option<&str>,
        speaker: Option<&Character>,
        attributes: &[String],
        temporary: Option<&[String]>,
    ) -> Option<String> {
        let who = who?;
        let tag = speaker.and_then(|known| known.image.clone());
        let tag = tag.unwrap_or_else(|| who.to_owned());
        if !attributes.is_empty() {
            let kept: Vec<&str> = attributes
                .iter()
                .map(String::as_str)
                .filter(|part| !part.starts_with('-'))
                .collect();
            self.shown.insert(tag.clone(), [&[tag.as_str()], kept.as_slice()].concat().join(" "));
        }
        let shown = self.shown.get(&tag).cloned();
        match temporary {
            Some(parts) => {
                let kept: Vec<&str> = parts
                    .iter()
                    .map(String::as_str)
                    .filter(|part| !part.starts_with('-'))
                    .collect();
                Some([&[shown.as_deref().unwrap_or(&tag)], kept.as_slice()].concat().join(" "))
            }
            None => shown,
        }
    }
}
