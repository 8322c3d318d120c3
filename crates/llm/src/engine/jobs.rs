//! What the engine's thread is asked, and the thread itself: one job after the other, each of which may break down without the rest.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use domain::{Ask, Cancel, FinishReason, Flow, ReplyEvent, ReplyStats, Sampling, TokenSink};

use super::{Completed, Completion, Written};
use crate::Error;
use crate::adapting::{AdapterChoice, Loaded, doubts};
use crate::decoder::Active;
use crate::session::{Generate, Generated, Prefill, Session};

/// How long the room in which was read aside is kept for the next of such requests, which begin alike: where there is more to read, they
/// come one behind the other.
const ASIDE_FOR: Duration = Duration::from_secs(30);

/// What the thread is asked.
pub(super) enum Job {
    Reply {
        ask: Box<Ask>,
        sink: Box<dyn TokenSink>,
        cancel: Cancel,
        /// Beside the conversation, whose cache stays as it is. Ends, as cancelled, where anything else is asked for.
        aside: bool,
    },
    Prefill {
        prompt: String,
        cancel: Cancel,
    },
    Evaluate {
        text: String,
        answer: SyncSender<Result<Vec<f32>, Error>>,
    },
    Forget,
    Adapt(Vec<Active>),
    /// Reads the files in its turn, so that nobody waits for them but what comes behind.
    AdaptTo {
        choices: Vec<AdapterChoice>,
        told: Box<dyn FnOnce(Result<Vec<String>, Error>) + Send>,
    },
    Candidates {
        ask: Box<Ask>,
        count: usize,
        answer: SyncSender<Result<Vec<Written>, Error>>,
        cancel: Cancel,
    },
    Complete {
        completion: Box<Completion>,
        answer: SyncSender<Result<Completed, Error>>,
        cancel: Cancel,
    },
}

/// The thread: one job after the other until the inbox is dropped.
pub(super) fn run(
    mut session: Session,
    loaded: &Loaded,
    jobs: &Receiver<Job>,
    closing: &AtomicBool,
) {
    // What came while something was asked aside.
    let waiting = RefCell::new(None);
    loop {
        let job = waiting.take().or_else(|| next(&mut session, jobs));
        let Some(job) = job else { break };
        match job {
            Job::Reply { ask, mut sink, cancel, aside } => {
                let span = tracing::info_span!("reply", turn = ?ask.turn);
                let _entered = span.enter();
                let stopped = || cancel.is_cancelled() || closing.load(Ordering::Acquire);
                let result = guard(&mut session, |session| {
                    if aside {
                        let queue = (jobs, &waiting);
                        return reply_aside(session, &ask, &mut *sink, &stopped, queue);
                    }
                    session.end_aside();
                    reply(session, &ask, &mut *sink, &stopped)
                });
                if let Err(error) = result {
                    tracing::warn!(%error, "the reply failed");
                    sink.event(ReplyEvent::Failed(error.into()));
                }
            }
            Job::Prefill { prompt, cancel } => {
                let stopped = || cancel.is_cancelled() || closing.load(Ordering::Acquire);
                let result = guard(&mut session, |session| {
                    // What nobody wants any more moves nothing.
                    if stopped() {
                        return Ok(None);
                    }
                    let ids = session.model.tokenizer.encode_prompt(&prompt);
                    session.prefill(&ids, &stopped)
                });
                if let Err(error) = result {
                    tracing::debug!(%error, "nothing was read ahead");
                }
            }
            Job::Forget => session.forget(),
            Job::Adapt(active) => {
                let result = guard(&mut session, |session| {
                    session.use_adapters(active);
                    Ok(())
                });
                if let Err(error) = result {
                    tracing::error!(%error, "adapters were not changed");
                }
            }
            Job::AdaptTo { choices, told } => {
                let result = guard(&mut session, |session| {
                    let chosen = loaded.choose(&session.model.decoder, &choices);
                    session.use_adapters(chosen.as_ref().map_or_else(|_| Vec::new(), Vec::clone));
                    chosen.map(|_| doubts(&session.model.info, &choices))
                });
                told(result);
            }
            Job::Evaluate { text, answer } => {
                let result = guard(&mut session, |session| {
                    let ids = session.model.tokenizer.encode_prompt(&text);
                    session.log_probabilities(&ids)
                });
                let _ = answer.send(result);
            }
            Job::Candidates { ask, count, answer, cancel } => {
                let stopped = || cancel.is_cancelled() || closing.load(Ordering::Acquire);
                let result =
                    guard(&mut session, |session| candidates(session, &ask, count, &stopped));
                // Nobody waits for it any more where this fails.
                let _ = answer.send(result);
            }
            Job::Complete { completion, answer, cancel } => {
                let stopped = || cancel.is_cancelled() || closing.load(Ordering::Acquire);
                let result =
                    guard(&mut session, |session| complete(session, &completion, &stopped));
                // Nobody waits for it any more where this fails.
                let _ = answer.send(result);
            }
        }
    }
    session.keep();
}

/// Waits for a job; `None` where nobody can ask any more.
fn next(session: &mut Session, jobs: &Receiver<Job>) -> Option<Job> {
    if session.reads_aside() {
        match jobs.recv_timeout(ASIDE_FOR) {
            Err(RecvTimeoutError::Timeout) => session.end_aside(),
            job => return job.ok(),
        }
    }
    jobs.recv().ok()
}

/// Runs a job; a panic ends the job, not the thread.
fn guard<T>(
    session: &mut Session,
    job: impl FnOnce(&mut Session) -> Result<T, Error>,
) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(|| job(session))).unwrap_or_else(|panic| {
        session.reset();
        let reason = panic
            .downcast_ref::<&str>()
            .map(|s| (*s).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "unknown reason".into());
        Err(Error::Stopped { reason: format!("it broke down ({reason})") })
    })
}

/// The same beside the conversation. Whatever is asked for meanwhile goes first, and waits in the second place of the queue.
fn reply_aside(
    session: &mut Session,
    ask: &Ask,
    sink: &mut dyn TokenSink,
    stopped: &dyn Fn() -> bool,
    (jobs, waiting): (&Receiver<Job>, &RefCell<Option<Job>>),
) -> Result<(), Error> {
    let prompt = session.model.tokenizer.encode_prompt(&ask.prompt).len();
    let stopped = || {
        let mut waiting = waiting.borrow_mut();
        if waiting.is_none() {
            *waiting = jobs.try_recv().ok();
        }
        stopped() || waiting.is_some()
    };
    session.aside(prompt + ask.max_tokens as usize, |session| reply(session, ask, sink, &stopped))
}

fn reply(
    session: &mut Session,
    ask: &Ask,
    sink: &mut dyn TokenSink,
    stopped: &dyn Fn() -> bool,
) -> Result<(), Error> {
    if stopped() {
        sink.event(ReplyEvent::Finished(FinishReason::Cancelled, ReplyStats::default()));
        return Ok(());
    }
    let tokenizer = &session.model.tokenizer;
    let ids = tokenizer.encode_prompt(&ask.prompt);
    let trim = tokenizer.reply_begins_with_space(&ids);
    let Some(prefill) = session.prefill(&ids, stopped)? else {
        let stats = ReplyStats { prompt_tokens: ids.len() as u32, ..ReplyStats::default() };
        sink.event(ReplyEvent::Finished(FinishReason::Cancelled, stats));
        return Ok(());
    };
    let started = ReplyEvent::Started {
        prompt_tokens: prefill.tokens as u32,
        reused_tokens: prefill.reused as u32,
        prefill_ms: prefill.ms.round() as domain::Millis,
    };
    if sink.event(started) == Flow::Stop {
        return Ok(());
    }
    let mut listening = true;
    let sampling = drawn(session, ask);
    let generate = Generate {
        sampling: &sampling,
        max_tokens: ask.max_tokens as usize,
        stop: &ask.stop,
        trim,
    };
    let generated = session.generate(&generate, stopped, &mut |text| {
        listening = sink.event(ReplyEvent::Text(text)) == Flow::More;
        listening
    })?;
    if listening {
        sink.event(ReplyEvent::Finished(generated.reason, stats(&prefill, &generated)));
    }
    Ok(())
}

/// How a reply is drawn: as asked for, and never the token that stands for what the vocabulary lacks.
fn drawn(session: &Session, ask: &Ask) -> Sampling {
    let mut sampling = ask.sampling.clone();
    sampling.banned.extend(session.model.tokenizer.unwritable());
    sampling
}

fn complete(
    session: &mut Session,
    ask: &Completion,
    stopped: &dyn Fn() -> bool,
) -> Result<Completed, Error> {
    let prompt_ids = session.model.tokenizer.encode_prompt(&ask.prompt);
    let Some(prefill) = session.prefill(&prompt_ids, stopped)? else {
        return Ok(Completed {
            prompt_ids,
            ids: Vec::new(),
            text: String::new(),
            reason: FinishReason::Cancelled,
            stats: ReplyStats::default(),
        });
    };
    let mut text = String::new();
    let generate = Generate {
        sampling: &ask.sampling,
        max_tokens: ask.max_tokens as usize,
        stop: &ask.stop,
        trim: false,
    };
    let generated = session.generate(&generate, stopped, &mut |piece| {
        text.push_str(&piece);
        true
    })?;
    let stats = stats(&prefill, &generated);
    Ok(Completed { prompt_ids, ids: generated.ids, text, reason: generated.reason, stats })
}

fn candidates(
    session: &mut Session,
    ask: &Ask,
    count: usize,
    stopped: &dyn Fn() -> bool,
) -> Result<Vec<Written>, Error> {
    let tokenizer = &session.model.tokenizer;
    let ids = tokenizer.encode_prompt(&ask.prompt);
    let trim = tokenizer.reply_begins_with_space(&ids);
    let Some(prefill) = session.prefill(&ids, stopped)? else { return Ok(Vec::new()) };
    let sampling = drawn(session, ask);
    let generate = Generate {
        sampling: &sampling,
        max_tokens: ask.max_tokens as usize,
        stop: &ask.stop,
        trim,
    };
    let all = session.candidates(&generate, count, stopped)?;
    let written = all.into_iter().map(|(generated, text)| Written {
        text,
        stats: stats(&prefill, &generated),
        ids: generated.ids,
        reason: generated.reason,
    });
    Ok(written.collect())
}

fn stats(prefill: &Prefill, generated: &Generated) -> ReplyStats {
    ReplyStats {
        prompt_tokens: prefill.tokens as u32,
        reused_tokens: prefill.reused as u32,
        reply_tokens: generated.ids.len() as u32,
        prefill_ms: prefill.ms,
        decode_ms: generated.ms,
    }
}
