//! Addresses, and where keys may go.

use super::*;

#[test]
fn addresses_are_read_as_people_write_them() {
    for (typed, meant) in [
        ("http://localhost:8080", "http://localhost:8080/v1"),
        (" http://localhost:8080/ ", "http://localhost:8080/v1"),
        ("http://localhost:11434/v1/", "http://localhost:11434/v1"),
        ("https://api.example/v1/chat/completions", "https://api.example/v1"),
        ("https://api.example/v1/models?x=1#y", "https://api.example/v1"),
        ("https://api.example/compatible-mode/v1", "https://api.example/compatible-mode/v1"),
        ("http://[::1]:8000", "http://[::1]:8000/v1"),
        ("localhost:8080", "http://localhost:8080/v1"),
        ("[::1]:8080", "http://[::1]:8080/v1"),
        ("192.168.1.9:8000/v1", "http://192.168.1.9:8000/v1"),
        ("tower:11434", "http://tower:11434/v1"),
        ("api.example/v1", "https://api.example/v1"),
    ] {
        assert_eq!(Address::parse(typed).unwrap().as_str(), meant, "{typed}");
    }
    for typed in
        ["", "ftp://host/", "file:///etc/passwd", "http://", "C:\\models", "mailto:x", "a b"]
    {
        assert!(Address::parse(typed).is_err(), "{typed}");
    }
    let secret = Address::parse("https://me:hunter2@api.example/v1").unwrap_err().to_string();
    assert!(!secret.contains("hunter2"), "{secret}");
}

#[test]
fn what_is_not_openais_is_asked_beside_it() {
    for (typed, asked) in [
        ("http://localhost:8080", "http://localhost:8080/tokenize"),
        ("https://a.example/llm/v1/", "https://a.example/llm/tokenize"),
        ("https://a.example/api", "https://a.example/api/tokenize"),
    ] {
        assert_eq!(Address::parse(typed).unwrap().beside("tokenize").as_str(), asked);
    }
}

#[test]
fn a_key_never_travels_readable_beyond_the_neighbourhood() {
    let door: Arc<dyn Network> = Arc::new(Door::default());
    let with_key = |url: &str| {
        RemoteModel::new(Options {
            address: Address::parse(url).unwrap(),
            model: String::new(),
            key: Some("k".into()),
            context_length: 1,
            patience: Duration::from_secs(1),
            network: Arc::clone(&door),
            told: None,
        })
    };
    for near in [
        "http://localhost:1",
        "http://127.0.0.1:1",
        "http://192.168.1.9",
        "http://tower",
        "http://tower.local",
        "https://api.example",
    ] {
        assert!(with_key(near).is_ok(), "{near}");
    }
    for far in ["http://api.example", "http://8.8.8.8", "http://127.0.0.1.example"] {
        let error = with_key(far).unwrap_err().to_string();
        assert!(error.contains("https"), "{far}: {error}");
    }
}

#[test]
fn a_key_is_kept_for_the_run_whatever_the_system_has() {
    let keys = crate::Keychain::default();
    let address = Address::parse("http://keys.hanashi.invalid").unwrap();
    // With a keychain it is stored and taken out again, without one it stays in memory: `get` gives it either way.
    let kept = keys.set(&address, " k-1 ");
    assert_eq!(keys.get(&address).as_deref(), Some("k-1"));
    if let Err(error) = kept {
        assert!(Problem::from(error).remedy.contains("HANASHI_REMOTE_KEY"));
    }
    keys.set(&address, "").unwrap();
    assert_eq!(keys.get(&address), None);
    assert!(!format!("{keys:?}").contains("k-1"));
}

#[test]
fn the_key_of_the_environment_is_for_the_server_of_a_model_alone() {
    let name = "tests::address::the_key_of_the_environment_is_for_the_server_of_a_model_alone";
    if std::env::var(crate::KEY_VARIABLE).as_deref() != Ok("k-of-a-model") {
        // The environment of this process is not ours to change.
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name])
            .env(crate::KEY_VARIABLE, "k-of-a-model")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout).into_owned();
        assert!(child.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let keys = crate::Keychain::default();
    let address = Address::parse("http://no-keys.hanashi.invalid").unwrap();
    assert_eq!(keys.get(&address).as_deref(), Some("k-of-a-model"));
    assert_eq!(keys.stored(&address), None);
}
