//! The golden strings of the seed systems.

use super::*;

fn utterances<'a>(texts: &[&'a str]) -> Vec<Utterance<'a>> {
    let count = texts.len();
    texts
        .iter()
        .enumerate()
        .map(|(at, text)| Utterance { user: (count - 1 - at).is_multiple_of(2), text })
        .collect()
}

const TALK: [&str; 3] = ["你好", "你好，我是小达，很高兴认识你！", "李白是谁"];
const CONTEXT: &str = "假设我和你正在进行对话，请你给我得体、准确、友好的回复。以下是我们的对话内容。\
                       我：你好。你：你好，我是小达，很高兴认识你！我：李白是谁。";

#[test]
fn chatplug_s_passages_are_those_of_the_released_code() {
    let history = utterances(&TALK);
    let alone = Session { history: &history, ..Session::default() };
    let plug = ChatPlug::default();
    assert_eq!(plug.passages(&alone), [CONTEXT]);
    assert_eq!(
        ChatPlug { empty_knowledge: true, ..plug }.passages(&alone),
        [format!("{CONTEXT}#以下是和对话相关的知识，请你参考该知识进行回复。")],
        "the released code's empty passage"
    );
    let five = utterances(&["在吗", "在的", TALK[0], TALK[1], TALK[2]]);
    let knowledge = ["李白是唐代诗人", "李白字太白"];
    let full = Session {
        history: &five,
        knowledge: &knowledge,
        user_info: "你喜欢诗",
        bot_info: "我是小达",
        ..Session::default()
    };
    assert_eq!(
        plug.passages(&full),
        [
            format!(
                "{CONTEXT}#以下是在此之前我们的对话内容，可作为回复时的参考。我：在吗。你：在的。"
            ),
            format!("{CONTEXT}#以下是和对话相关的知识，请你参考该知识进行回复。李白是唐代诗人"),
            format!("{CONTEXT}#以下是和对话相关的知识，请你参考该知识进行回复。李白字太白"),
            format!(
                "{CONTEXT}#假设以下是你对我所了解的信息，请你参考该信息并避免你的回复和该信息矛盾，信息如下：你喜欢诗"
            ),
            format!(
                "{CONTEXT}#假设以下是你的人物设定，请你参考该信息并避免你的回复和该信息矛盾，信息如下：我是小达"
            ),
        ]
    );
    let bot = Session { bot_info: "我是小达", ..alone };
    assert_eq!(plug.passages(&bot).len(), 1);
    assert!(plug.passages(&bot)[0].ends_with("信息如下：我是小达"));
    // Six utterances, three of them context.
    let six = utterances(&["一", "在吗", "在的", TALK[0], TALK[1], TALK[2]]);
    let passages = plug.passages(&Session { history: &six, ..Session::default() });
    assert_eq!(
        passages,
        [format!(
            "{CONTEXT}#以下是在此之前我们的对话内容，可作为回复时的参考。你：一。我：在吗。你：在的。"
        )]
    );
}

#[test]
fn chatplug_s_pipeline_cuts_profiles_and_history() {
    let texts: Vec<String> = (0..13).map(|n| format!("第{n}句")).collect();
    let history = utterances(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let profile = "甲".repeat(650);
    let session = Session { history: &history, bot_info: &profile, ..Session::default() };
    let passages = ChatPlug::pipeline().passages(&session);
    assert_eq!(passages.len(), 4, "history and three pieces");
    assert!(
        passages[0].contains("我：第2句。")
            && !passages[0].contains("第1句")
            && passages[0].ends_with("你：第9句。")
    );
    assert!(
        passages[1].ends_with(&"甲".repeat(300))
            && passages[3].ends_with(&format!("：{}", "甲".repeat(50)))
    );
    assert_eq!(ChatPlug::default().passages(&session).len(), 2, "one passage in the released code");
    let known = ChatPlug::knowledge_pieces(&"字".repeat(610));
    assert_eq!(known.iter().map(|piece| piece.chars().count()).collect::<Vec<_>>(), [300, 310, 20]);
}

#[test]
fn chatplug_s_codes_go_there_and_back() {
    for (weights, coded) in [(Weights::T5, "▁<extra_id_22>"), (Weights::Plug, "[unused22]")] {
        let plug = ChatPlug { weights, ..ChatPlug::default() };
        let history = utterances(&["a\nb\tc  d!"]);
        let passage = &plug.passages(&Session { history: &history, ..Session::default() })[0];
        assert!(passage.contains(coded) && !passage.contains('\n'), "{passage}");
        let own = passage.split_once("我：").unwrap().1;
        assert_eq!(plug.finish(own), "a\nb\tc  d!");
    }
    let plug = ChatPlug { weights: Weights::Plug, ..ChatPlug::default() };
    assert_eq!(plug.finish("[CLS]你 好 ， my friend [SEP]"), "你好， my friend");
    let training = ChatPlug { wording: Wording::Training, ..ChatPlug::default() };
    let history = utterances(&["好"]);
    let session = Session { history: &history, bot_info: "乙", ..Session::default() };
    assert_eq!(
        training.passages(&session),
        [
            "假设我和你正在进行对话，请你给我得体、有信息量且生动的回复。以下是我们的对话内容。我：好。\
          #请注意，你同时也有一个人物设定，以下是你的人物设定。乙"
        ]
    );
}

#[test]
fn characterglm_s_prompt_is_that_of_its_remote_code() {
    let history = [
        Utterance { user: true, text: "" },
        Utterance { user: false, text: " 哥哥，\n我会死吗？" },
        Utterance { user: true, text: "不会的" },
    ];
    let session = Session {
        bot_name: "小白",
        user_name: "用户",
        bot_info: "…",
        history: &history,
        ..Session::default()
    };
    assert_eq!(
        CharacterGlm::prompt(&session),
        "以下是一段小白和用户之间的对话。\n关于小白的信息：…\n[小白]哥哥， 我会死吗？\n[用户]不会的\n[小白]"
    );
    let known = Session { user_info: "医生", ..session };
    assert!(CharacterGlm::prompt(&known).contains("\n关于用户的信息：医生\n"));
    let later = [history[1], Utterance { user: true, text: "" }];
    let later = Session { history: &later, ..session };
    assert!(
        CharacterGlm::prompt(&later).ends_with("[用户]\n[小白]"),
        "only the first may be left out"
    );
    let Input::Text(text) = CharacterGlm.input(&session) else { panic!("a text") };
    assert!(text.starts_with("[gMASK]sop以下是"));
    assert_eq!(CharacterGlm.finish("不会。\n[用户]好"), "不会。");
}

#[test]
fn gpt2_chitchat_sees_three_utterances() {
    let history = utterances(&["一", "二", "三", "四"]);
    let session = Session { history: &history, ..Session::default() };
    let profile = Gpt2Chitchat::default();
    assert_eq!(profile.input(&session), Input::Text("[CLS]二[SEP]三[SEP]四[SEP]".into()));
    assert_eq!(profile.finish("我 爱 hello ##world you 你[SEP]"), "我爱helloworld you你");
    assert!(profile.decoding().plain_penalty);
    assert_eq!(profile.decoding().sampling.top_k, 8);
}

#[test]
fn chatplug_leaves_room_in_its_passages_for_what_is_known() {
    let said = utterances(&["在吗", "在的", "你好", "你好，我是小达", "李白是谁"]);
    let session = Session { history: &said, bot_info: "我是小达", ..Session::default() };
    let plug = ChatPlug::pipeline();
    let within = |most| match plug.input_within(&session, most, &|text| text.chars().count()) {
        Input::Passages(passages) => passages,
        Input::Text(text) => panic!("{text}"),
    };
    assert_eq!(within(380), plug.passages(&session));
    // The question is in every one of them, however short they must be; what no longer fits beside it is history.
    for (most, first, context) in [
        (120, "我：在吗。你：在的。我：你好。", "你：你好，我是小达。我：李白是谁。"),
        (40, "我：在吗。你：在的。我：你好。你：你好，我是小达。", "我：李白是谁。"),
    ] {
        let passages = within(most);
        assert_eq!(passages.len(), 2, "{passages:?}");
        assert!(passages.iter().all(|one| one.contains(&format!("对话内容。{context}#"))));
        assert!(passages[0].contains("回复时的参考。"), "{first}: {passages:?}");
    }
}

#[test]
fn chatnvl_asks_in_numbered_rounds_and_draws_as_it_was_tuned() {
    let history = utterances(&["你好", "早上好。", "今天做什么？", "去看海吧。", "好"]);
    let session = Session {
        bot_name: "宁宁",
        bot_info: "你是宁宁，说话直率。",
        history: &history,
        ..Session::default()
    };
    assert_eq!(
        ChatNvl.input(&session),
        Input::Text(
            "[gMASK]sop[Round 1]\n\n问：你好\n\n答：早上好。\n\n[Round 2]\n\n问：今天做什么？\n\n答：去看海吧。\n\n\
             [Round 3]\n\n问：你是宁宁，说话直率。\n好\n\n答："
                .into()
        )
    );
    // A greeting answers nothing; what is said twice in a row is one question.
    let history = [(false, "欢迎。"), (true, "嗯。"), (true, "你是谁？")]
        .map(|(user, text)| Utterance { user, text });
    let greeted = Session { history: &history, ..Session::default() };
    assert_eq!(
        ChatNvl::prompt(&greeted),
        "[Round 1]\n\n问：\n\n答：欢迎。\n\n[Round 2]\n\n问：嗯。\n你是谁？\n\n答："
    );
    assert_eq!(ChatNvl::prompt(&Session::default()), "[Round 1]\n\n问：\n\n答：");
    let Decoding { sampling, beams, max_tokens, .. } = ChatNvl.decoding();
    let wanted =
        domain::Sampling { temperature: 0.95, top_p: 0.7, top_k: 50, ..domain::Sampling::greedy() };
    assert_eq!((sampling, beams, max_tokens), (wanted, 1, 2048));
    assert_eq!(ChatNvl.finish(" 我是宁宁。\n\n[Round 4]\n\n问："), "我是宁宁。");
}

#[test]
fn a_model_finds_its_profile_by_name() {
    let model = |name: &str, architecture: &str| ModelInfo {
        name: name.into(),
        path: "models/x.gguf".into(),
        architecture: architecture.into(),
        ..ModelInfo::default()
    };
    let name = |model: &ModelInfo| profile_for(model).map(|profile| profile.name());
    assert_eq!(name(&model("CharacterGLM-6B", "chatglm")), Some("characterglm"));
    assert_eq!(name(&model("GPT2-chitchat", "gpt2")), Some("gpt2-chitchat"));
    assert_eq!(name(&model("Qwen3", "qwen3")), None);
    assert_eq!(name(&model("ChatNVL-nene", "chatglm")), Some("chatnvl"));
    assert_eq!(name(&model("ChatNVL Ziya", "llama")), None, "its rounds are ChatGLM's");
    assert_eq!(name(&model("chatglm2-6b", "chatglm")), Some("chatnvl"));
    assert_eq!(name(&model("chatglm3-6b", "chatglm")), None);
    for architecture in ["plug", "t5", "mt5"] {
        assert_eq!(name(&model("anything", architecture)), Some("chatplug"), "{architecture}");
    }
    let mut own = model("CharacterGLM-6B", "chatglm");
    own.template.source = Some("{{ messages }}".into());
    assert_eq!(name(&own), None, "a template of its own comes first");
}
