//! What a training tells while it runs: kept, told to the page, and answered with whether it goes on.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ::tuning::{Event, Point};
use api::{AppEvent, StudioRun, StudioSample};
use domain::Flow;

use super::super::project::Store;
use super::super::reading::count;
use super::super::views;
use super::{GO, Work};
use crate::app::lock;

/// How often a training looks whether the talk is over.
const POLL: Duration = Duration::from_millis(40);
/// How often passes are told of.
const TOLD: Duration = Duration::from_millis(400);

impl Work {
    /// Takes an event of the training in: tells of it, and says whether it goes on.
    pub(super) fn heard(&mut self, event: &Event, folder: &Path) -> Flow {
        let mut told = StudioRun::default();
        {
            let mut now = lock(&self.running.now);
            match event {
                Event::Placed { device, name, notice } => {
                    now.device.clone_from(if name.is_empty() { device } else { name });
                    // What was said at the beginning is still true when it begins elsewhere.
                    now.notice = notice.clone().or(now.notice.take());
                }
                Event::Started { total, done, .. } => {
                    (now.step, now.total) = (count(*done), count(*total));
                    if self.running.asked.load(Ordering::Relaxed) == GO {
                        "training".clone_into(&mut now.state);
                    }
                }
                Event::Pass { step, pass, of } => {
                    now.step = count(*step);
                    now.part = *pass as f64 / (*of).max(1) as f64;
                }
                Event::Step {
                    step,
                    loss,
                    metrics,
                    learning_rate,
                    tokens_per_s,
                    remaining_s,
                    ..
                } => {
                    now.step = count(*step);
                    now.left = Some(*remaining_s);
                    now.tokens_per_s = Some(*tokens_per_s);
                    let point = Point::of(*step, *loss, metrics, Some(*learning_rate));
                    told.train.push(views::point(&point));
                }
                Event::Evaluated { step, loss, metrics, .. } => {
                    let point = Point::of(*step, *loss, metrics, None);
                    told.watched.push(views::point(&point));
                }
                Event::Sample { step, prompt, reply } => {
                    let (said, answer) = (prompt.clone(), reply.clone());
                    let sample = StudioSample { step: count(*step), said, answer };
                    if let Err(problem) = Store::add_sample(folder, &sample) {
                        tracing::warn!(%problem, "a sample was not kept");
                    }
                    told.samples.push(sample);
                }
                Event::Saved { .. } => {}
            }
            let (train, watched, samples) = (told.train, told.watched, told.samples);
            told = StudioRun { train, watched, samples, ..now.clone() };
        }
        let quiet = matches!(event, Event::Pass { .. } | Event::Saved { .. });
        if !quiet || self.told.elapsed() >= TOLD {
            self.told = Instant::now();
            self.tell(told);
        }
        if matches!(event, Event::Pass { .. }) {
            self.give_way();
        }
        if self.running.asked.load(Ordering::Relaxed) == GO { Flow::More } else { Flow::Stop }
    }

    /// Waits while somebody talks.
    fn give_way(&self) {
        let talks = || {
            self.busy.load(Ordering::Relaxed) && self.running.asked.load(Ordering::Relaxed) == GO
        };
        if !talks() {
            return;
        }
        self.change_state("training", "waiting");
        while talks() {
            std::thread::sleep(POLL);
        }
        self.change_state("waiting", "training");
    }

    fn change_state(&self, from: &str, to: &str) {
        let now = {
            let mut now = lock(&self.running.now);
            if now.state != from {
                return;
            }
            to.clone_into(&mut now.state);
            now.clone()
        };
        self.tell(now);
    }

    pub(super) fn tell(&self, run: StudioRun) {
        self.hub.send(AppEvent::Studio { project: self.project.id.clone(), run });
    }
}
