//! Golden prompts of the common template families, and templates that mean no good.

use super::*;
use domain::ChatTemplate;

/// Counts characters; knows some control tokens as one.
struct Letters(&'static [&'static str]);

impl TokenCounter for Letters {
    fn count(&self, text: &str) -> usize {
        if self.0.contains(&text) { 1 } else { text.chars().count() }
    }
}

fn model(source: Option<&str>, bos: &str, eos: &str) -> ModelInfo {
    ModelInfo {
        template: ChatTemplate {
            source: source.map(str::to_owned),
            bos: bos.into(),
            eos: eos.into(),
        },
        ..ModelInfo::default()
    }
}

const VARIABLES: Variables<'static> = Variables { char: "Koto", user: "Ann", today: None };

fn chosen(model: &ModelInfo) -> Template<'_> {
    Template::choose(model, &Letters(&[]), VARIABLES, None)
}

fn said(turns: &[(&str, &str)]) -> Vec<ChatMessage> {
    turns
        .iter()
        .map(|(role, text)| ChatMessage { role: (*role).into(), content: (*text).into() })
        .collect()
}

const TALK: [(&str, &str); 3] = [("user", "Hi"), ("assistant", "[joy] Hello"), ("user", "Bye")];
const GREETED: [(&str, &str); 2] = [("assistant", "[joy] Hello"), ("user", "Hi")];

#[test]
fn qwen3_is_rendered_without_thinking() {
    let model = model(Some(include_str!("testdata/qwen3.jinja")), "", "<|im_end|>");
    let template = chosen(&model);
    assert_eq!((template.name, template.rejected.as_deref()), ("the model's own", None));
    assert_eq!(
        template.render("S", &said(&TALK)).unwrap(),
        "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n[joy] Hello<|im_end|>\n\
         <|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
    );
    assert_eq!(
        template.render("S", &said(&GREETED)).unwrap(),
        "<|im_start|>system\nS<|im_end|>\n<|im_start|>assistant\n[joy] Hello<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n\
         <|im_start|>assistant\n<think>\n\n</think>\n\n"
    );
    assert_eq!(template.stop, ["<|im_end|>"]);
}

#[test]
fn llama3_gets_its_date_from_us_or_from_itself() {
    let model =
        model(Some(include_str!("testdata/llama32.jinja")), "<|begin_of_text|>", "<|eot_id|>");
    let expected = |date: &str| {
        format!(
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n\
             Today Date: {date}\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>\
             <|start_header_id|>assistant<|end_header_id|>\n\n[joy] Hello<|eot_id|>\
             <|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
        )
    };
    assert_eq!(chosen(&model).render("S", &said(&TALK)).unwrap(), expected("26 Jul 2024"));
    let today = Some(jiff::civil::date(2026, 11, 22));
    let dated = Template::choose(&model, &Letters(&[]), Variables { today, ..VARIABLES }, None);
    assert_eq!(dated.render("S", &said(&TALK)).unwrap(), expected("22 Nov 2026"));
}

#[test]
fn gemma_has_no_system_role_and_wants_the_user_first() {
    let model = model(Some(include_str!("testdata/gemma.jinja")), "<bos>", "<eos>");
    let template = chosen(&model);
    assert_eq!(template.name, "the model's own");
    assert_eq!(
        template.render("S", &said(&TALK)).unwrap(),
        "<bos><start_of_turn>user\nS\n\nHi<end_of_turn>\n<start_of_turn>model\n[joy] Hello<end_of_turn>\n\
         <start_of_turn>user\nBye<end_of_turn>\n<start_of_turn>model\n"
    );
    assert_eq!(
        template.render("S", &said(&GREETED)).unwrap(),
        "<bos><start_of_turn>user\nS\n\n…<end_of_turn>\n<start_of_turn>model\n[joy] Hello<end_of_turn>\n\
         <start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n"
    );
}

#[test]
fn mistral_keeps_the_system_text_at_the_beginning_for_the_cache() {
    let model = model(Some(include_str!("testdata/mistral.jinja")), "<s>", "</s>");
    let template = chosen(&model);
    assert_eq!(
        template.render("S", &said(&TALK)).unwrap(),
        "<s>[INST] S\n\nHi[/INST] [joy] Hello</s>[INST] Bye[/INST]"
    );
    assert_eq!(
        template.render("S", &said(&GREETED)).unwrap(),
        "<s>[INST] S\n\n…[/INST] [joy] Hello</s>[INST] Hi[/INST]"
    );
}

#[test]
fn every_built_in_template_works_and_is_found_by_its_tokens_or_name() {
    for builtin in Builtin::ALL {
        let model = model(Some(builtin.source()), "<s>", "</s>");
        let template = chosen(&model);
        assert_eq!(template.name, "the model's own", "{builtin:?}: {:?}", template.rejected);
        let text = template.render("S", &said(&TALK)).unwrap();
        assert!(!text.contains("\n\n\n"), "{builtin:?}: {text:?}");
    }
    for (token, name) in [
        ("<|im_start|>", "chatml"),
        ("<|start_header_id|>", "llama3"),
        ("<start_of_turn>", "gemma"),
        ("[INST]", "mistral"),
    ] {
        let bare = model(None, "", "");
        let known: &'static [&'static str] = Box::leak(Box::new([token]));
        assert_eq!(Template::choose(&bare, &Letters(known), VARIABLES, None).name, name);
    }
    for (tokens, name) in [
        (&["<|im_start|>", "<|im_sep|>"][..], "phi4"),
        (&["[gMASK]", "sop", "<|assistant|>"], "chatglm3"),
        (&["[gMASK]", "<sop>", "<|assistant|>"], "glm4"),
    ] {
        let bare = model(None, "", "");
        assert_eq!(Template::choose(&bare, &Letters(tokens), VARIABLES, None).name, name);
    }
    let own = model(Some(Builtin::ChatMl.source()), "", "");
    let wanted = Builtin::named("Llama3");
    assert_eq!(Template::choose(&own, &Letters(&[]), VARIABLES, wanted).name, "llama3");
    for (called, name) in [
        ("Llama-2-7b-Chat", "llama2"),
        ("vicuna-7b", "vicuna"),
        ("alpaca native", "alpaca"),
        ("Mistral-7B-Instruct", "mistral"),
        ("stories260K", "transcript"),
    ] {
        let named = ModelInfo { name: called.into(), ..model(None, "", "") };
        assert_eq!(chosen(&named).name, name);
    }
}

#[test]
fn built_in_prompts_are_as_documented() {
    let render = |builtin: Builtin| {
        let model = model(Some(builtin.source()), "<s>", "</s>");
        chosen(&model).render("S", &said(&TALK)).unwrap()
    };
    assert_eq!(
        render(Builtin::ChatMl),
        "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n[joy] Hello<|im_end|>\n\
         <|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n"
    );
    assert_eq!(
        render(Builtin::Llama2),
        "<s>[INST] <<SYS>>\nS\n<</SYS>>\n\nHi [/INST] [joy] Hello </s><s>[INST] Bye [/INST]"
    );
    assert_eq!(
        render(Builtin::Llama3),
        "<s><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>\
         <|start_header_id|>assistant<|end_header_id|>\n\n[joy] Hello<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n\
         Bye<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
    );
    assert_eq!(
        render(Builtin::Vicuna),
        "<s>S USER: Hi ASSISTANT: [joy] Hello</s>USER: Bye ASSISTANT:"
    );
    assert_eq!(
        render(Builtin::Alpaca),
        "<s>S\n\n### Instruction:\nHi\n\n### Response:\n[joy] Hello</s>\n\n### Instruction:\nBye\n\n### Response:\n"
    );
    assert_eq!(render(Builtin::Transcript), "<s>S\n\nAnn: Hi\nKoto: [joy] Hello\nAnn: Bye\nKoto:");
    assert_eq!(
        render(Builtin::ChatGlm3),
        "[gMASK]sop<|system|>\nS<|user|>\nHi<|assistant|>\n[joy] Hello<|user|>\nBye<|assistant|>"
    );
    assert_eq!(
        render(Builtin::Glm4),
        "[gMASK]<sop><|system|>\nS<|user|>\nHi<|assistant|>\n[joy] Hello<|user|>\nBye<|assistant|>"
    );
    assert_eq!(
        render(Builtin::Phi4),
        "<|im_start|>system<|im_sep|>S<|im_end|><|im_start|>user<|im_sep|>Hi<|im_end|><|im_start|>assistant<|im_sep|>\
         [joy] Hello<|im_end|><|im_start|>user<|im_sep|>Bye<|im_end|><|im_start|>assistant<|im_sep|>"
    );
    assert_eq!(
        render(Builtin::Default),
        "System: S</s>\nHuman: Hi</s>\nAssistant:[joy] Hello</s>\nHuman: Bye</s>\nAssistant:"
    );
    assert_eq!(render(Builtin::Empty), "SHi[joy] HelloBye");
    assert_eq!(Builtin::Transcript.stop("Koto", "Ann"), ["\nAnn:", "\nKoto:"]);
}

#[test]
fn a_template_that_does_not_work_is_replaced_and_named() {
    let endless =
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}";
    let long =
        "{% for a in range(60000) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' }}{% endfor %}";
    let deep = "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}";
    let huge = format!("{{# {} #}}", "x".repeat(MAX_SOURCE));
    for (source, why) in [
        ("{% if %}", "line 1"),
        ("no messages at all", "leaves out"),
        ("{{ raise_exception('never') }}", "never"),
        (endless, "fuel"),
        (long, ""),
        (deep, "recursion"),
        (huge.as_str(), "bytes long"),
        ("{% include '/etc/passwd' %}", ""),
    ] {
        let model = model(Some(source), "", "");
        let template = chosen(&model);
        assert_eq!(template.name, "transcript", "{source:.40}");
        let reason = template.rejected.clone().unwrap();
        assert!(reason.contains(why) && !reason.is_empty(), "{source:.40}: {reason}");
        assert!(template.render("S", &said(&TALK)).unwrap().contains("Bye"));
    }
}

#[test]
fn generation_tags_of_training_templates_are_overlooked() {
    let source = "{% for m in messages %}{{ m.role }}:{% generation %} {{ m.content }}{%- endgeneration -%}\n;{% endfor %}";
    let model = model(Some(source), "", "");
    let template = chosen(&model);
    assert_eq!(template.name, "the model's own", "{:?}", template.rejected);
    assert_eq!(template.render("", &said(&[("user", "Hi")])).unwrap(), "user: Hi;");
}
