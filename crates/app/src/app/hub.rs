//! The way out: everything that happens goes through one hub to whoever listens: the window, and the small one beside it.

use std::collections::VecDeque;
use std::sync::Mutex;

use api::AppEvent;

/// Takes events; answers `false` when it is gone.
pub type Listener = Box<dyn FnMut(&AppEvent) -> bool + Send>;

/// What is kept for a listener that comes later (a page that is still loading): enough for the notices of a start.
const BACKLOG: usize = 64;

/// Who listens where nobody else is named.
pub(crate) const MAIN: &str = "main";

/// Hands every event to the listeners, in order.
#[derive(Default)]
pub(crate) struct Hub(Mutex<State>);

#[derive(Default)]
struct State {
    listeners: Vec<Seat>,
    waiting: VecDeque<AppEvent>,
}

struct Seat {
    name: String,
    listener: Listener,
    hidden: bool,
}

impl Hub {
    /// Sends events to `listener` from now on; the one of that name before hears no more.
    pub(crate) fn listen(&self, name: &str, mut listener: Listener) {
        let mut state = self.lock();
        if state.waiting.drain(..).all(|event| listener(&event)) {
            state.listeners.retain(|seat| seat.name != name);
            state.listeners.push(Seat { name: name.to_owned(), listener, hidden: false });
        }
    }

    /// A hidden page is not told what only moves it.
    pub(crate) fn set_visible(&self, name: &str, visible: bool) {
        for seat in self.lock().listeners.iter_mut().filter(|seat| seat.name == name) {
            seat.hidden = !visible;
        }
    }

    /// Sends an event, or keeps it where nobody listens.
    pub(crate) fn send(&self, event: AppEvent) {
        let mut state = self.lock();
        let moves = matches!(
            event,
            AppEvent::Level { .. } | AppEvent::Playhead { .. } | AppEvent::Visemes { .. }
        );
        state.listeners.retain_mut(|seat| (seat.hidden && moves) || (seat.listener)(&event));
        // Only what a person should not miss; the rest is in the snapshot.
        if state.listeners.is_empty()
            && matches!(event, AppEvent::Notice { .. } | AppEvent::FilesOpened { .. })
        {
            if state.waiting.len() == BACKLOG {
                state.waiting.pop_front();
            }
            state.waiting.push_back(event);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;
    use api::Problem;

    fn notice(text: &str) -> AppEvent {
        AppEvent::Notice {
            problem: Problem { kind: "info".into(), message: text.into(), remedy: String::new() },
        }
    }

    #[test]
    fn a_late_listener_still_hears_the_notices_of_the_start() {
        let hub = Hub::default();
        hub.send(notice("first"));
        hub.send(AppEvent::Level { level: 0.5 });
        let (to, from) = sync_channel(8);
        hub.listen(MAIN, Box::new(move |event| to.send(event.clone()).is_ok()));
        hub.send(notice("second"));
        assert_eq!(from.try_iter().collect::<Vec<_>>(), [notice("first"), notice("second")]);
    }

    #[test]
    fn what_a_listener_that_went_away_did_not_hear_waits_for_the_next() {
        let hub = Hub::default();
        let (to, from) = sync_channel(8);
        hub.listen(MAIN, Box::new(move |event| to.send(event.clone()).is_ok()));
        drop(from);
        hub.send(notice("to nobody"));
        hub.send(notice("kept"));
        let (to, from) = sync_channel(8);
        hub.listen(MAIN, Box::new(move |event| to.send(event.clone()).is_ok()));
        assert_eq!(from.try_iter().collect::<Vec<_>>(), [notice("to nobody"), notice("kept")]);
    }

    #[test]
    fn two_windows_hear_the_same_and_a_hidden_one_less() {
        let hub = Hub::default();
        let (to_main, main) = sync_channel(8);
        let (to_pet, pet) = sync_channel(8);
        hub.listen(MAIN, Box::new(move |event| to_main.send(event.clone()).is_ok()));
        hub.listen("pet", Box::new(move |event| to_pet.send(event.clone()).is_ok()));
        hub.set_visible(MAIN, false);
        hub.send(AppEvent::Level { level: 0.5 });
        hub.send(notice("both"));
        assert_eq!(main.try_iter().count(), 1);
        assert_eq!(pet.try_iter().count(), 2);
        drop(pet);
        hub.send(notice("one"));
        assert_eq!(main.try_iter().count(), 1);
    }
}
