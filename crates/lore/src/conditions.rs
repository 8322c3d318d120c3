//! Whether an entry is a match, before chance and groups have a say: the rules of the specification and of SillyTavern in the order
//! in which they overrule each other.

use crate::because::{Because, Place};
use crate::book::{KeySyntax, Logic};
use crate::chat::{Chat, Form};
use crate::found::{Found, Sight, recursive};
use crate::index::{Index, Ready};
use crate::keys::KeyId;
use crate::timers::Memory;

/// What is known while entries are judged.
pub(crate) struct Bench<'a> {
    pub index: &'a Index,
    pub chat: &'a Chat<'a>,
    pub found: &'a Found,
    /// Messages of the character's.
    pub replies: u32,
    /// The level of recursion that is open; 0 during the first scan.
    pub level: u32,
    /// Entries call each other now.
    pub recursing: bool,
}

impl Bench<'_> {
    /// Why an entry is a match (`Ok`), or why not.
    pub(crate) fn judge(
        &self,
        ready: &Ready,
        sight: Sight,
        memory: Memory,
    ) -> Result<Because, Because> {
        let entry = self.index.entry(ready);
        let said = &ready.decorators;
        let length = self.chat.messages.len() as u32;
        // "In any case" rules, the strongest first.
        if !entry.enabled {
            return Err(Because::Disabled);
        }
        if said.activate {
            return Ok(Because::Activate);
        }
        if said.dont_activate {
            return Err(Because::DontActivate);
        }
        if said.dont_activate_after_match && memory.matched {
            return Err(Because::MatchedBefore);
        }
        if said.keep_activate_after_match && memory.matched {
            return Ok(Because::Kept);
        }
        if !entry.filter.admits(self.chat.character, self.chat.tags) {
            return Err(Because::OtherCharacter);
        }
        self.timing(ready)?;
        if memory.stays_until > length {
            return Ok(Because::Sticky { left: memory.stays_until - length });
        }
        if memory.rests_until > length {
            return Err(Because::Cooldown { left: memory.rests_until - length });
        }
        if entry.delay > length {
            return Err(Because::Delay { needs: entry.delay, has: length });
        }
        let level = entry.delay_until_recursion;
        if level > 0 && (!self.recursing || level > self.level || !recursive(self.index, ready)) {
            return Err(Because::WaitsForRecursion { level });
        }
        self.listed(ready, sight)?;
        if entry.constant && entry.syntax != KeySyntax::Regex {
            return Ok(Because::Constant);
        }
        self.called(ready, sight)
    }

    /// Decorators that count messages, and those that ask for a greeting or an icon.
    fn timing(&self, ready: &Ready) -> Result<(), Because> {
        let said = &ready.decorators;
        let has = self.replies;
        if self.chat.form == Form::Chat {
            if let Some(needs) = said.activate_only_after.filter(|&needs| has < needs) {
                return Err(Because::TooEarly { needs, has });
            }
            if let Some(every) =
                said.activate_only_every.filter(|&every| !has.is_multiple_of(every))
            {
                return Err(Because::NotThisTime { every, has });
            }
        }
        if let (Some(wants), Some(has)) = (said.is_greeting, self.chat.greeting)
            && wants != has
        {
            return Err(Because::OtherGreeting { wants, has });
        }
        if let (Some(wants), Some(has)) = (&said.is_user_icon, self.chat.user_icon)
            && wants != has
        {
            return Err(Because::OtherIcon { wants: wants.clone() });
        }
        Ok(())
    }

    /// `@@additional_keys` and `@@exclude_keys`, which hold for constant entries as well.
    fn listed(&self, ready: &Ready, sight: Sight) -> Result<(), Because> {
        let seen = |key: &Option<KeyId>| key.is_some_and(|key| self.found.seen(key, sight));
        let said = &ready.decorators;
        for (list, keys) in said.additional_keys.iter().zip(&ready.additional) {
            if !keys.iter().any(seen) {
                return Err(Because::NoAdditional { keys: list.clone() });
            }
        }
        if let Some(place) = ready.exclude.iter().position(seen) {
            return Err(Because::Excluded { key: said.exclude_keys[place].clone() });
        }
        if !ready.exclude_all.is_empty() && ready.exclude_all.iter().all(seen) {
            return Err(Because::Excluded { key: said.exclude_keys_all.join(", ") });
        }
        Ok(())
    }

    /// Keys and secondary keys.
    fn called(&self, ready: &Ready, sight: Sight) -> Result<Because, Because> {
        let entry = self.index.entry(ready);
        let called = ready.keys.iter().enumerate().find_map(|(place, key)| {
            let found = (*key)?;
            self.found.seen(found, sight).then_some((place, found))
        });
        let Some((place, key)) = called else {
            let usable = ready.keys.iter().any(Option::is_some);
            return Err(if usable { Because::NoKey } else { Because::NoUsableKey });
        };
        let secondary = self.secondary(ready, sight)?;
        Ok(Because::Key {
            key: entry.keys[place].clone(),
            place: self.found.place(key, sight, |at| self.id(at)).unwrap_or(Place::Window),
            secondary,
        })
    }

    fn secondary(
        &self,
        ready: &Ready,
        sight: Sight,
    ) -> Result<Option<(Logic, Vec<String>)>, Because> {
        if ready.secondary.is_empty() {
            return Ok(None);
        }
        let entry = self.index.entry(ready);
        let (mut there, mut missing) = (Vec::new(), Vec::new());
        for (key, found) in entry.secondary_keys.iter().zip(&ready.secondary) {
            let seen = found.is_some_and(|key| self.found.seen(key, sight));
            if seen { there.push(key.clone()) } else { missing.push(key.clone()) }
        }
        let logic = entry.logic;
        let no = |key: Option<&String>| {
            Err(Because::Secondary { logic, key: key.cloned().unwrap_or_default() })
        };
        match logic {
            Logic::AndAny if there.is_empty() => no(missing.first()),
            Logic::AndAll if !missing.is_empty() => no(missing.first()),
            Logic::NotAny if !there.is_empty() => no(there.first()),
            Logic::NotAll if missing.is_empty() => no(there.first()),
            Logic::AndAny | Logic::AndAll => Ok(Some((logic, there))),
            Logic::NotAny | Logic::NotAll => Ok(Some((logic, missing))),
        }
    }

    /// How many keys of an entry were found, for the scoring of groups: only positive logic counts.
    pub(crate) fn score(&self, ready: &Ready, sight: Sight) -> usize {
        let seen = |keys: &[Option<KeyId>]| {
            keys.iter().flatten().filter(|&&key| self.found.seen(key, sight)).count()
        };
        let primary = seen(&ready.keys);
        if ready.keys.is_empty() {
            return 0;
        }
        let secondary = seen(&ready.secondary);
        match self.index.entry(ready).logic {
            Logic::AndAny => primary + secondary,
            Logic::AndAll if secondary == ready.secondary.len() => primary + secondary,
            _ => primary,
        }
    }

    pub(crate) fn id(&self, ready: usize) -> String {
        self.index.entry(&self.index.entries[ready]).id.clone()
    }
}
