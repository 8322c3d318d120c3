//! The model in the box, appraised through the product itself.

use super::*;

fn paths(home: &Path) -> Paths {
    Paths::find(Some(home), Path::new("")).unwrap()
}

fn appraised(home: &Path, change: impl FnOnce(&mut Appraising)) -> Appraised {
    let mut options = Appraising {
        character: "koto".into(),
        extent: Extent { seed: 7, paraphrases: 2, long_talks: 0, long_turns: 20 },
        guard: Some(false),
        out: Some(home.join("out")),
        ..Appraising::default()
    };
    change(&mut options);
    appraise(&paths(home), &options, &mut |_| true).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_figures_and_the_same_words() {
    let home = tempfile::tempdir().unwrap();
    let (one, other) = (appraised(home.path(), |_| {}), appraised(home.path(), |_| {}));
    assert_eq!(one.transcript.to_lines().unwrap(), other.transcript.to_lines().unwrap());
    assert_eq!(one.report.metrics, other.report.metrics);
    let different = appraised(home.path(), |options| options.extent.seed = 8);
    assert_ne!(one.transcript.rows, different.transcript.rows);
    assert!(one.transcript.rows.len() > 50 && !one.transcript.choices.is_empty());

    let kept = read_report(&other.folder.clone()).unwrap();
    assert_eq!(kept.of.character, "Koto");
    let lines = std::fs::read_to_string(different.folder.join(TRANSCRIPT)).unwrap();
    assert_eq!(Transcript::from_lines(&lines).unwrap().rows, different.transcript.rows);
}

#[test]
fn the_model_of_another_character_is_seen_in_what_she_says_of_herself() {
    let home = tempfile::tempdir().unwrap();
    let real = appraised(home.path(), |_| {});
    // Koto's questions, put to the model as it was tuned for Haru: her card under his name.
    let card =
        std::fs::read_to_string(paths(home.path()).shipped_characters().join("koto/card.json"))
            .unwrap();
    let file = home.path().join("card.json");
    std::fs::write(
        &file,
        card.replace("\"name\": \"Koto\"", "\"name\": \"Haru\"")
            .replace("\"nickname\": \"Koto\"", "\"nickname\": \"Haru\""),
    )
    .unwrap();
    std::fs::copy(
        paths(home.path()).shipped_characters().join("koto").join(crate::models::guard::PROFILE),
        home.path().join(crate::models::guard::PROFILE),
    )
    .unwrap();
    let other = appraised(home.path(), |options| options.character = file.display().to_string());
    let value = |one: &Appraised, name: &str| one.report.metrics[name].value;
    assert!(
        value(&real, "fact_accuracy") > value(&other, "fact_accuracy") + 0.2,
        "{:?}\n{:?}",
        real.report.metrics,
        other.report.metrics
    );
    assert!((value(&real, "tag_legal") - value(&other, "tag_legal")).abs() < 0.1);
}

#[test]
fn files_that_are_no_reports_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("report.json");
    assert!(read_report(&file).is_err());
    for text in ["", "{}", "[1]"] {
        std::fs::write(&file, text).unwrap();
        assert!(read_report(&file).is_err(), "{text}");
    }
    assert!(
        appraise(
            &paths(home.path()),
            &Appraising { character: "nobody".into(), ..Appraising::default() },
            &mut |_| true
        )
        .is_err()
    );
}

#[test]
fn a_benchmark_that_was_stopped_goes_on_where_it_was() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("emotional_perception.json");
    let item = r#"{"dialogue":[{"from":"Ann","value":"Hello?"}],"instruction":"Which?","choices":{"A":"joy","B":"anger"},"label":["B"],"meta":{"category":"EP"}}"#;
    std::fs::write(&file, format!("[{item},{item},{item},{{}}]")).unwrap();
    let options = Benchmarking {
        file: file.clone(),
        out: Some(home.path().join("answers.jsonl")),
        ..Benchmarking::default()
    };
    let first = benchmark(&paths(home.path()), &options, &mut |done, _| done < 2).unwrap();
    assert_eq!((first.scores.answered, first.items, first.bad, first.resumed), (2, 3, 1, 0));
    // The last line was being written when the power went.
    let answers = std::fs::read_to_string(&first.answers).unwrap();
    std::fs::write(&first.answers, &answers[..answers.len() - 5]).unwrap();
    let mut asked = 0;
    let then = benchmark(&paths(home.path()), &options, &mut |_, _| {
        asked += 1;
        true
    });
    let then = then.unwrap();
    assert_eq!((then.scores.answered, then.resumed, asked), (3, 1, 2));
    let again = benchmark(&paths(home.path()), &options, &mut |_, _| true).unwrap();
    assert_eq!((again.resumed, again.scores), (3, then.scores));
}

#[test]
fn a_set_of_a_hundred_thousand_items_is_stopped_and_gone_on_with() {
    const ALL: usize = 100_000;
    let home = tempfile::tempdir().unwrap();
    let (file, out) = (home.path().join("x.json"), home.path().join("answers.jsonl"));
    let item = r#"{"dialogue":[{"from":"Ann","value":"Hello?"}],"instruction":"Which?","choices":{"A":"joy","B":"anger"},"label":["B"],"meta":{"category":"EP"}}"#;
    std::fs::write(&file, format!("[{}]", vec![item; ALL].join(","))).unwrap();
    let options = Benchmarking { file, out: Some(out.clone()), ..Benchmarking::default() };
    let mut told = Vec::new();
    let first = benchmark(&paths(home.path()), &options, &mut |done, all| {
        told.push((done, all));
        done < 3
    });
    assert_eq!(first.unwrap().scores.answered, 3);
    assert_eq!(told, [(1, ALL), (2, ALL), (3, ALL)]);
    // Everything but the last four, as a run of days would have left it.
    let lines = std::fs::read_to_string(&out).unwrap();
    let mut answer: serde_json::Value =
        serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    let mut many = lines.clone();
    for id in 3..ALL - 4 {
        answer["id"] = id.to_string().into();
        many.push_str(&answer.to_string());
        many.push('\n');
    }
    std::fs::write(&out, many).unwrap();
    let start = std::time::Instant::now();
    let mut asked = 0;
    let then = benchmark(&paths(home.path()), &options, &mut |_, _| {
        asked += 1;
        true
    });
    let then = then.unwrap();
    assert_eq!((then.items, then.resumed, then.scores.answered, asked), (ALL, ALL - 4, ALL, 4));
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn a_benchmark_says_what_it_needs() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("x.json");
    let run = |text: &str, judge: Option<&str>| {
        std::fs::write(&file, text).unwrap();
        let options = Benchmarking {
            file: file.clone(),
            judge: judge.map(str::to_owned),
            out: Some(home.path().join(format!("{}.jsonl", text.len()))),
            ..Benchmarking::default()
        };
        benchmark(&paths(home.path()), &options, &mut |_, _| true)
    };
    let ping_pong = r#"{"en":{"characters":[{"char_name":"K","system_prompt":"P"}],"situations":[{"text":"S"}]}}"#;
    let unjudged = run(ping_pong, None).unwrap();
    assert_eq!((unjudged.scores.answered, unjudged.scores.not_judged.len()), (1, 1));
    // The model in the box is no judge: what it says is counted as nonsense. The reply that is there is judged, not written anew.
    let judged = run(ping_pong, Some("hanashi-mini")).unwrap();
    assert_eq!((judged.resumed, judged.scores.answered, judged.scores.unreadable), (1, 1, 1));
    assert!(judged.judge.contains("Hanashi") && judged.scores.not_judged.is_empty());
    let again = run(ping_pong, Some("hanashi-mini")).unwrap();
    assert_eq!(again.scores, judged.scores);
    // A server is asked where the person has switched it on, and not before.
    assert!(run(ping_pong, Some("remote:any")).unwrap_err().remedy.contains("allow_remote_model"));
    let questions = r#"{"range":[1,5],"categories":[],"questions":{"1":{"origin_en":"I talk.","dimension":"D","category":"positive"}}}"#;
    assert!(run(questions, None).unwrap_err().remedy.contains("--character"));
}

#[test]
fn charactereval_and_characterbench_are_answered_without_a_judge_and_say_what_nobody_judged() {
    let home = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
    put(
        "test_data.jsonl",
        r#"[{"id":1,"role":"Koto","novel_name":"N","context":"Ann：下雨了。"},{"id":2,"role":"Koto","novel_name":"N","context":"Ann：早。"}]"#,
    );
    put("character_profiles.json", r#"{"Koto":{"职业":"书店"}}"#);
    put("id2metric.jsonl", r#"{"1":[["Fluency","f"],["Empathy","e"]],"2":[["Fluency","f"]]}"#);
    put(
        "memory_consistency_test.json",
        r#"[{"character_name":"Koto","character_profile":"p","dialogue":[{"speaker":"user","utterance":"Hello?"}],
            "translation_en":{"character_name":"Koto","character_profile":"p","dialogue":[{"speaker":"user","utterance":"Hello?"}],"messages":{}}}]"#,
    );
    let run = |file: &str| {
        let file = home.path().join(file);
        benchmark(
            &paths(home.path()),
            &Benchmarking { file, ..Benchmarking::default() },
            &mut |_, _| true,
        )
        .unwrap()
    };
    let eval = run("test_data.jsonl");
    assert_eq!((eval.scores.answered, eval.scores.not_judged["Fluency"]), (2, 2));
    assert_eq!(eval.scores.not_judged["Empathy"], 1);
    assert!(eval.judge.is_empty() && eval.scores.categories.is_empty());
    assert!(eval.scores.counted.contains_key("other_language"));
    let bench = run("memory_consistency_test.json");
    assert_eq!(bench.scores.not_judged["memory_consistency"], 1);
    // Answers of one model are not taken for another's.
    let text = std::fs::read_to_string(&bench.answers).unwrap();
    std::fs::write(&bench.answers, text.replace("\"model\":\"", "\"model\":\"other ")).unwrap();
    let file = home.path().join("memory_consistency_test.json");
    let again = benchmark(
        &paths(home.path()),
        &Benchmarking { file, out: Some(bench.answers), ..Benchmarking::default() },
        &mut |_, _| true,
    );
    assert!(again.unwrap_err().message.contains("other"));
}

#[test]
fn with_her_memory_what_was_told_long_ago_is_in_her_prompts() {
    let home = tempfile::tempdir().unwrap();
    // The model in the box has a prompt of its own, and so reads no memories. Without it, it is a model like any other.
    let shipped = paths(home.path()).chat_model("").unwrap();
    let mut bytes = std::fs::read(shipped).unwrap();
    let key = b"hanashi.system_prompt";
    let at = bytes.windows(key.len()).position(|part| part == key).unwrap();
    bytes[at + key.len() - 1] = b'X';
    // Room for a card and for memories beside the talk: the value stands behind the key and its type.
    let key = b".context_length";
    let at = bytes.windows(key.len()).position(|part| part == key).unwrap() + key.len() + 4;
    bytes[at..at + 4].copy_from_slice(&2048_u32.to_le_bytes());
    let model = home.path().join("plain.gguf");
    std::fs::write(&model, bytes).unwrap();
    let card = home.path().join("card.json");
    let text = r#"{"spec":"chara_card_v2","data":{"name":"Koto","description":"Keeps a bookshop.","first_mes":"Hello."}}"#;
    std::fs::write(&card, text).unwrap();
    let with = |memory: bool, model: &Path| {
        appraised(home.path(), |options| {
            options.character = card.display().to_string();
            options.model = Some(model.display().to_string());
            options.memory = memory;
            options.extent = Extent { seed: 7, paraphrases: 1, long_talks: 1, long_turns: 60 };
        })
    };
    let recalled = |one: &Appraised| {
        let asked = |row: &&appraisal::Row| {
            matches!(&row.expect, Some(appraisal::Expect::Recall { distance: 50, .. }))
        };
        let rows: Vec<_> = one.transcript.rows.iter().filter(asked).collect();
        assert!(rows.len() >= 2, "{}", rows.len());
        let holds = |part: &appraisal::PromptPart| part.name == "memory" && part.holds_answer;
        rows.iter().filter(|row| row.prompt.iter().any(holds)).count()
    };
    let remembers = with(true, &model);
    assert!(recalled(&remembers) > 0, "nothing that was told came to mind");
    assert!(remembers.report.of.variant.contains("memory"));
    assert_eq!(recalled(&with(false, &model)), 0);
    let own = appraised(home.path(), |options| options.memory = true);
    assert!(own.report.of.variant.contains("which this model does not read"));
}

#[test]
fn what_an_adapter_does_to_lines_of_her_own_is_measured_with_it_and_without() {
    use appraisal::Subject;
    let home = tempfile::tempdir().unwrap();
    // Every byte is a token of this model: it needs room for a prompt.
    let shape = llm::synthetic::Shape { context: 8192, ..llm::synthetic::Shape::tiny("llama") };
    let (model, adapter) = (home.path().join("noise.gguf"), home.path().join("adapter"));
    llm::synthetic::write(&model, &shape, 1).unwrap();
    llm::synthetic::write_adapter(&adapter, &shape, 4, 2).unwrap();
    let card = home.path().join("card.json");
    let text = r#"{"spec":"chara_card_v2","data":{"name":"Koto","description":"Keeps a bookshop.","first_mes":"Hello.",
        "mes_example":"<START>\n{{user}}: Tea?\n{{char}}: [joy] Always, {{user}}!\n{{user}}: Rain?\n{{char}}: [shy] Only on paper."}}"#;
    std::fs::write(&card, text).unwrap();
    let options = |scale: Option<f32>| Appraising {
        character: card.display().to_string(),
        model: Some(model.display().to_string()),
        adapters: scale.map(|scale| (adapter.display().to_string(), scale)).into_iter().collect(),
        guard: Some(false),
        ..Appraising::default()
    };
    let actor = |scale| actor::Actor::new(&paths(home.path()), &options(scale)).unwrap();
    assert!(actor(None).own_lines(&mut || true).unwrap().is_empty());
    let mut subject = actor(Some(1.0));
    let lines = subject.own_lines(&mut || true).unwrap();
    assert_eq!(subject.own_lines(&mut || true).unwrap(), lines, "the adapter is on again");
    let mut asked = 0;
    let stopped = subject.own_lines(&mut || {
        asked += 1;
        asked != 4
    });
    assert_eq!(stopped.unwrap(), lines[..1], "stopped before the second line without the adapter");
    assert_eq!(lines.len(), 2);
    assert_eq!((lines[0].said.as_str(), lines[0].line.as_str()), ("Tea?", "[joy] Always, You!"));

    // By hand: each line behind its prompt, in an engine of its own that has the adapter, and in one that never had it.
    let engine = |adapters: &[llm::AdapterChoice]| {
        let options = llm::Options { context_length: 4096, ..llm::Options::default() };
        let engine = llm::Engine::load(&model, &options, |_| {}).unwrap();
        engine.use_adapters(adapters).unwrap();
        engine
    };
    let with = engine(&[llm::AdapterChoice { path: adapter.clone(), scale: 1.0 }]);
    let without = engine(&[]);
    let sum = |engine: &llm::Engine, before: &str, line: &str| -> f64 {
        let all = engine.log_probabilities(&format!("{before}{line}")).unwrap();
        all[all.len() - line.len()..].iter().copied().map(f64::from).sum()
    };
    for (own, (said, line, before)) in lines.iter().zip(subject.prompts_of_examples().unwrap()) {
        assert_eq!((&own.said, &own.line, own.tokens), (&said, &line, line.len()));
        assert!(!before.contains("Only on paper"), "the examples stand in no prompt: {before}");
        assert!((own.with - sum(&with, &before, &line)).abs() < 1e-3, "{own:?}");
        assert!((own.without - sum(&without, &before, &line)).abs() < 1e-3, "{own:?}");
        assert!(own.gain().unwrap().abs() > 1e-6, "an adapter of noise changes something: {own:?}");
    }
    let silent = actor(Some(0.0)).own_lines(&mut || true).unwrap();
    assert!(silent.iter().all(|line| line.gain().unwrap().abs() < 1e-6), "{silent:?}");

    // An adapter that says that it is another model's works, and the report says so.
    let file = adapter.join("adapter_config.json");
    let mut config: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    config["base_model_name_or_path"] = "somebody/own-model".into();
    std::fs::write(&file, config.to_string()).unwrap();
    let variant = actor(Some(1.0)).variant(&options(Some(1.0)));
    assert!(variant.contains("doubtful: "), "{variant}");
}

#[test]
fn a_run_with_an_adapter_stands_against_one_without() {
    let home = tempfile::tempdir().unwrap();
    // What noise says is no longer than it must be.
    std::fs::write(home.path().join("settings.toml"), "max_reply_tokens = 16\n").unwrap();
    let shape = llm::synthetic::Shape { context: 8192, ..llm::synthetic::Shape::tiny("llama") };
    let (model, adapter) = (home.path().join("noise.gguf"), home.path().join("adapter"));
    llm::synthetic::write(&model, &shape, 1).unwrap();
    llm::synthetic::write_adapter(&adapter, &shape, 4, 2).unwrap();
    let run = |adapters: Vec<(String, f32)>, out: &str| {
        appraised(home.path(), |options| {
            options.model = Some(model.display().to_string());
            options.adapters = adapters;
            options.extent = Extent { seed: 7, paraphrases: 1, long_talks: 0, long_turns: 20 };
            options.out = Some(home.path().join(out));
        })
    };
    let plain = run(vec![], "plain");
    let tuned = run(vec![(adapter.display().to_string(), 1.0)], "tuned");
    assert!(!plain.report.metrics.contains_key("adapter_style"));
    // Koto's card has five exchanges of examples, each of which a model of bytes has room for.
    assert_eq!(tuned.report.metrics["adapter_style"].n, 5);
    let lines = std::fs::read_to_string(tuned.folder.join(TRANSCRIPT)).unwrap();
    let kept = Transcript::from_lines(&lines).unwrap().lines;
    assert_eq!(kept.len(), 5);
    for (kept, line) in kept.iter().zip(&tuned.transcript.lines) {
        assert_eq!((&kept.said, &kept.line, kept.tokens), (&line.said, &line.line, line.tokens));
        assert!((kept.gain().unwrap() - line.gain().unwrap()).abs() < 1e-9);
    }
    let page = home.path().join("page.html");
    let compared = write_comparison(&plain.folder, &tuned.folder, &page).unwrap();
    let change = compared.changes.iter().find(|one| one.metric == "adapter_style").unwrap();
    assert!(change.before.abs() < 1e-9 && change.pairs == 5 && change.low.is_some());
    // Noise knows nothing of her: why it failed is on the page, with what stood in the prompt.
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("adapter style") && page.contains("Why did it fail?"));
    assert!(page.contains("It was in the prompt (description"), "her card was in the prompt");
    let failure = tuned.report.failures.iter().find(|one| one.metric == "fact_accuracy").unwrap();
    assert!(
        failure.blocks.iter().any(|block| block.name == "description" && !block.begins.is_empty())
    );
}
