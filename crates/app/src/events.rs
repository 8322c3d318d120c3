//! The way out: everything that happens goes through one hub to the one shell that listens.

use std::collections::VecDeque;
use std::sync::Mutex;

use crate::api::AppEvent;

/// Takes events; answers `false` when it is gone.
pub type Listener = Box<dyn FnMut(&AppEvent) -> bool + Send>;

/// What is kept for a listener that comes later (a page that is still loading): enough for the notices of a start.
const BACKLOG: usize = 64;

/// Hands every event to the listener, in order.
#[derive(Default)]
pub(crate) struct Hub(Mutex<State>);

#[derive(Default)]
struct State {
    listener: Option<Listener>,
    waiting: VecDeque<AppEvent>,
    hidden: bool,
}

impl Hub {
    /// Sends events to `listener` from now on; the one before hears no more.
    pub(crate) fn listen(&self, mut listener: Listener) {
        let mut state = self.lock();
        let heard_all = state.waiting.drain(..).all(|event| listener(&event));
        state.listener = heard_all.then_some(listener);
    }

    /// A hidden page is not told what only moves it.
    pub(crate) fn set_visible(&self, visible: bool) {
        self.lock().hidden = !visible;
    }

    /// Sends an event, or keeps it where nobody listens.
    pub(crate) fn send(&self, event: AppEvent) {
        let mut state = self.lock();
        if state.hidden
            && matches!(
                event,
                AppEvent::Level { .. } | AppEvent::Playhead { .. } | AppEvent::Visemes { .. }
            )
        {
            return;
        }
        match &mut state.listener {
            Some(listener) => {
                if !listener(&event) {
                    state.listener = None;
                }
            }
            None => {
                // Only what a person should not miss; the rest is in the snapshot.
                if matches!(event, AppEvent::Notice { .. } | AppEvent::FilesOpened { .. }) {
                    if state.waiting.len() == BACKLOG {
                        state.waiting.pop_front();
                    }
                    state.waiting.push_back(event);
                }
            }
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
    use crate::api::Problem;

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
        hub.listen(Box::new(move |event| to.send(event.clone()).is_ok()));
        hub.send(notice("second"));
        assert_eq!(from.try_iter().collect::<Vec<_>>(), [notice("first"), notice("second")]);
    }

    #[test]
    fn a_listener_that_went_away_is_forgotten() {
        let hub = Hub::default();
        let (to, from) = sync_channel(8);
        hub.listen(Box::new(move |event| to.send(event.clone()).is_ok()));
        drop(from);
        hub.send(notice("lost"));
        hub.send(notice("kept"));
        let (to, from) = sync_channel(8);
        hub.listen(Box::new(move |event| to.send(event.clone()).is_ok()));
        assert_eq!(from.try_iter().count(), 1);
    }
}
