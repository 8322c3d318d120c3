//! Replies written by a server instead of this machine: only where the person has switched it on and named the server.
//!
//! The chat model `remote:NAME` is the model NAME there (`remote:` alone, the one of the settings).

use std::sync::Arc;
use std::time::Duration;

use api::AppEvent;
use domain::{Network, Problem, ProblemKind};
use remote::{Address, Keychain, RemoteModel};
use store::Settings;
use tokio::sync::oneshot;

use crate::app::{Answer, App, lock};

/// What the names of such models begin with.
pub(crate) const PREFIX: &str = "remote:";
/// How long a server may be silent: a large model on a slow machine reads a long prompt first.
const PATIENCE: Duration = Duration::from_mins(5);
/// How long the list of its models may take.
const LIST_PATIENCE: Duration = Duration::from_secs(15);
/// Tokens that a server is trusted with where the settings leave it open.
const CONTEXT: u32 = 8192;

fn switched_off() -> Problem {
    Problem::new(
        ProblemKind::Network,
        "replies from a server are switched off",
        "switch them on in the settings (`allow_remote_model`): everything you say is sent there",
    )
}

/// Makes ready to ask the server of the settings for a model, and asks it what that reads at once.
pub(crate) fn connect(
    name: &str,
    settings: &Settings,
    keys: &Keychain,
    network: Arc<dyn Network>,
    told: Option<remote::Told>,
) -> Result<RemoteModel, Problem> {
    if !settings.allow_remote_model {
        return Err(switched_off());
    }
    let model = name.strip_prefix(PREFIX).unwrap_or(name);
    let model = if model.is_empty() { &settings.remote_model } else { model };
    let options = options(settings, model, keys, network, PATIENCE)?;
    Ok(RemoteModel::meet(remote::Options { told, ..options })?)
}

/// Names of the models on the server of the settings.
pub(crate) fn list(
    settings: &Settings,
    keys: &Keychain,
    network: Arc<dyn Network>,
) -> Result<Vec<String>, Problem> {
    if !settings.allow_remote_model {
        return Err(switched_off());
    }
    Ok(remote::models(&options(settings, "", keys, network, LIST_PATIENCE)?)?)
}

fn options(
    settings: &Settings,
    model: &str,
    keys: &Keychain,
    network: Arc<dyn Network>,
    patience: Duration,
) -> Result<remote::Options, Problem> {
    if settings.remote_url.trim().is_empty() {
        return Err(Problem::new(
            ProblemKind::NotReady,
            "no server is named",
            "enter its address in the settings (`remote_url`), such as `http://localhost:8080/v1`",
        ));
    }
    let address = Address::parse(&settings.remote_url)?;
    let context_length =
        if settings.context_length == 0 { CONTEXT } else { settings.context_length };
    let key = keys.get(&address);
    let (model, told) = (model.to_owned(), None);
    Ok(remote::Options { address, model, key, context_length, patience, network, told })
}

impl App {
    /// Loads a language model: a local one, or the server's.
    pub(crate) fn load_model(&self, name: String, settings: &Settings, asked: bool) {
        if !name.starts_with(PREFIX) {
            let options = self.engine_options(settings);
            return self.parts.load_model(name, options, self.beside(settings), asked);
        }
        if !settings.allow_remote_model && !asked {
            // It was switched off: what is said stays here from now on.
            let options = self.engine_options(settings);
            return self.parts.load_model(String::new(), options, self.beside(settings), false);
        }
        let (settings, keys) = (settings.clone(), Arc::clone(&self.keys));
        let (network, hub) = (Arc::clone(&self.network), Arc::clone(&self.hub));
        let told: remote::Told =
            Arc::new(move |problem| hub.send(AppEvent::Notice { problem: problem.into() }));
        self.parts.load_remote(name.clone(), move || {
            connect(&name, &settings, &keys, network, Some(told))
        });
    }

    /// Names of the models on the server of the settings.
    pub async fn remote_models(&self) -> Answer<Vec<String>> {
        let settings = lock(&self.settings).get().clone();
        let (keys, network) = (Arc::clone(&self.keys), Arc::clone(&self.network));
        Ok(aside(move || list(&settings, &keys, network)).await?)
    }

    /// Keeps the key to the server of the settings in the system's keychain; an empty one is forgotten. Where there is no
    /// keychain, the key is in force for this run, and the answer says so.
    pub async fn set_remote_key(&self, key: String) -> Answer<()> {
        let settings = lock(&self.settings).get().clone();
        let (keys, url) = (Arc::clone(&self.keys), settings.remote_url.clone());
        let kept = aside(move || Ok(keys.set(&Address::parse(&url)?, &key)?)).await;
        if settings.chat_model.starts_with(PREFIX) {
            self.load_model(settings.chat_model.clone(), &settings, false);
        }
        Ok(kept?)
    }
}

/// Runs what waits for a server, a keychain or the language model on a thread of its own: it may take as long as a person takes.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let ended = |why: String| {
        Problem::new(ProblemKind::Internal, format!("nothing came back ({why})"), "try again")
    };
    let (answer, done) = oneshot::channel();
    let thread = std::thread::Builder::new().name("remote-aside".to_owned()).spawn(move || {
        let _nobody_waits = answer.send(work());
    });
    thread.map_err(|error| ended(error.to_string()))?;
    done.await.unwrap_or_else(|error| Err(ended(error.to_string())))
}
