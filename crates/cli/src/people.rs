//! Who is in a conversation, as a terminal shows and changes it.

use app::api::CastView;
use domain::{Problem, ProblemKind};

use crate::session::{Session, from_api};

/// Who is there.
pub(crate) struct People(CastView);

impl People {
    /// Who is in the conversation of a session.
    pub(crate) fn of(session: &Session) -> Result<Self, Problem> {
        session.app.cast().map(Self).map_err(from_api)
    }

    /// Somebody of this name is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.id(name).is_some()
    }

    /// The name of a line's speaker; `None` is whoever is at home.
    pub(crate) fn name(&self, speaker: Option<&str>) -> String {
        let members = &self.0.members;
        match speaker {
            Some(id) => members
                .iter()
                .find(|member| member.id == id)
                .map_or_else(|| id.to_owned(), |member| member.name.clone()),
            None => members.first().map(|member| member.name.clone()).unwrap_or_default(),
        }
    }

    /// Everybody, for people.
    pub(crate) fn listed(&self) -> String {
        let names = self.0.members.iter().map(|member| match member.muted {
            true => format!("{} (muted)", member.name),
            false => member.name.clone(),
        });
        names.collect::<Vec<_>>().join(", ")
    }

    /// Others may speak after one of them without being asked.
    pub(crate) fn may_follow(&self) -> bool {
        self.0.members.len() > 1 && self.0.lines > 1
    }

    /// Who is there, and how they take turns, for people.
    pub(crate) fn told(&self) -> String {
        match self.0.lines {
            1 => format!("{}; one answer a turn", self.listed()),
            lines => format!("{}; up to {lines} lines a turn", self.listed()),
        }
    }

    /// A character of the library joins.
    pub(crate) fn invite(&mut self, session: &Session, name: &str) -> Result<(), Problem> {
        self.0 = session.app.invite(name).map_err(from_api)?;
        Ok(())
    }

    /// A guest leaves.
    pub(crate) fn send_away(&mut self, session: &Session, name: &str) -> Result<(), Problem> {
        self.0 = session.app.send_away(&self.there(name)?).map_err(from_api)?;
        Ok(())
    }

    /// One of them speaks only when made to, or again as the others do.
    pub(crate) fn mute(&mut self, session: &Session, name: &str) -> Result<(), Problem> {
        let id = self.there(name)?;
        let muted = self.0.members.iter().any(|one| one.id == id && one.muted);
        self.0 = session.app.set_muted(&id, !muted).map_err(from_api)?;
        Ok(())
    }

    /// So many lines follow one of the person's.
    pub(crate) fn lines(&mut self, session: &Session, number: &str) -> Result<(), Problem> {
        // What is no number is refused by the same words as one that is too large.
        let lines = number.parse().unwrap_or(0);
        self.0 = session.app.set_lines_a_turn(lines).map_err(from_api)?;
        Ok(())
    }

    /// One of them speaks.
    pub(crate) fn speak(&self, session: &Session, name: &str) -> Result<(), Problem> {
        session.app.speak(&self.there(name)?).map_err(from_api)
    }

    fn id(&self, name: &str) -> Option<&str> {
        let same = |text: &str| text.eq_ignore_ascii_case(name);
        let found = self.0.members.iter().find(|one| same(&one.id) || same(&one.name));
        found.map(|member| member.id.as_str())
    }

    fn there(&self, name: &str) -> Result<String, Problem> {
        self.id(name).map(str::to_owned).ok_or_else(|| {
            let message = format!("`{name}` is not there");
            Problem::new(ProblemKind::Invalid, message, format!("name one of {}", self.listed()))
        })
    }
}
