//! A folder that LLaMA-Factory trains from as it is: data, `dataset_info.json`, one YAML file, and the base's chat template where none of
//! its own fits. What comes back from it is a PEFT adapter, which [`import`] checks against the base.
//!
//! Keys and values are those of LLaMA-Factory's documented arguments; the folder is for its distributed engine on machines that
//! are larger than this one.

mod slots;
mod templates;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use llm::Anatomy;
use serde::Serialize;
use serde_json::{Value, json};
use weights::{Checkpoint, Container};

use crate::lora::Lora;
use crate::rows::{Preference, Rows, Talk};
use crate::schedule::Schedule;
use crate::trainer::{Settings, Warmup};
use crate::{Error, adapter, files};

pub use slots::{ANSWER, QUESTION, SYSTEM, Slots};

/// What is trained there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Answers.
    Sft,
    /// A reward.
    Rm,
    /// Preferences.
    Dpo,
    /// Judgements.
    Kto,
}

/// How LLaMA-Factory writes conversations.
#[derive(Debug, Clone, Copy)]
pub enum Template<'a> {
    /// As one of its own templates does (`qwen`, `llama3`, …).
    Named(&'a str),
    /// As the base does.
    Own(&'a Slots),
}

/// What is exported.
pub struct Export<'a> {
    /// What LLaMA-Factory shall load: a name of a hub, or a path on that machine.
    pub model: &'a str,
    /// How conversations are written there.
    pub template: Template<'a>,
    /// Stage.
    pub stage: Stage,
    /// Adapters.
    pub lora: &'a Lora,
    /// How training goes.
    pub settings: &'a Settings,
    /// Tokens of an example at most.
    pub cutoff: usize,
    /// To learn.
    pub train: &'a Rows,
    /// To watch.
    pub validation: &'a Rows,
    /// Instructions above conversations that bring none.
    pub system: &'a str,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Rows to learn.
    pub train: usize,
    /// Rows to watch.
    pub validation: usize,
    /// Names of the files.
    pub files: Vec<String>,
    /// What looks wrong about it: a template that LLaMA-Factory did not have when this was written.
    pub notice: Option<String>,
}

/// Writes the folder.
pub fn export(export: &Export<'_>, out: &Path) -> Result<Exported, Error> {
    let (train, validation) = (export.rows(export.train), export.rows(export.validation));
    if train.is_empty() {
        return Err(Error::settings("there is nothing in the dataset for this stage of training"));
    }
    let mut info = serde_json::Map::new();
    let mut names = Vec::new();
    for (name, rows) in [("hanashi_train", &train), ("hanashi_validation", &validation)] {
        if rows.is_empty() {
            continue;
        }
        let file = format!("{name}.json");
        files::json(&out.join("data").join(&file), rows)?;
        info.insert(name.to_owned(), export.entry(&file));
        names.push(format!("data/{file}"));
    }
    files::json(&out.join("data/dataset_info.json"), &info)?;
    files::bytes(&out.join("train.yaml"), export.yaml(!validation.is_empty()).as_bytes())?;
    files::bytes(&out.join("README.md"), export.readme().as_bytes())?;
    names.extend(["data/dataset_info.json", "train.yaml", "README.md"].map(str::to_owned));
    if let Template::Own(slots) = export.template {
        files::bytes(&out.join(SCRIPT), slots.script().as_bytes())?;
        names.push(SCRIPT.to_owned());
    }
    let notice = match export.template {
        Template::Named(name) if !templates::is_known(name) => Some(unknown(name)),
        _ => None,
    };
    Ok(Exported { train: train.len(), validation: validation.len(), files: names, notice })
}

/// What is said of a template's name that is in no list.
fn unknown(name: &str) -> String {
    let alike = templates::like(name);
    let alike =
        if alike.is_empty() { String::new() } else { format!(" (it has {})", alike.join(", ")) };
    format!(
        "LLaMA-Factory of August 2026 has no template `{name}`{alike}: training there stops at once unless a newer one has it"
    )
}

/// The script of a template that LLaMA-Factory does not have.
const SCRIPT: &str = "train.py";

impl Export<'_> {
    /// How to train there, and how to come back.
    fn readme(&self) -> String {
        let (one, several) = match self.template {
            Template::Named(_) => (
                "llamafactory-cli train train.yaml",
                "FORCE_TORCHRUN=1 llamafactory-cli train train.yaml",
            ),
            Template::Own(_) => {
                ("python train.py train.yaml", "torchrun --nproc-per-node gpu train.py train.yaml")
            }
        };
        format!(
            "# For LLaMA-Factory\n\nIn this folder:\n\n    pip install llamafactory\n    {one}\n\nOn several cards: `{several}`.\n\
             `model_name_or_path` in train.yaml is what is loaded there; it must be the model that the adapter is for.\n\
             Afterwards, here: `hanashi tune import output --base MODEL -o ADAPTER`, and `hanashi tune merge`.\n"
        )
    }

    /// Without a greeting: conversations that the assistant begins are thrown away there.
    fn talk(&self, talk: &Talk) -> Vec<Value> {
        let system = if talk.system.is_empty() { self.system } else { &talk.system };
        let system = (!system.is_empty()).then(|| json!({ "role": "system", "content": system }));
        let turns = talk.turns.iter().flat_map(|(question, answer)| {
            [
                json!({ "role": "user", "content": question }),
                json!({ "role": "assistant", "content": answer }),
            ]
        });
        system.into_iter().chain(turns).collect()
    }

    fn pair(&self, preference: &Preference) -> Value {
        let mut messages = self.talk(&preference.talk);
        let chosen = messages.pop().unwrap_or_default();
        json!({
            "messages": messages,
            "chosen": chosen,
            "rejected": { "role": "assistant", "content": preference.rejected },
        })
    }

    fn rows(&self, rows: &Rows) -> Vec<Value> {
        match self.stage {
            Stage::Sft => rows.talks.iter().map(|t| json!({ "messages": self.talk(t) })).collect(),
            Stage::Rm | Stage::Dpo => rows.preferences.iter().map(|p| self.pair(p)).collect(),
            Stage::Kto => {
                let judged =
                    |(t, good): &(Talk, bool)| json!({ "messages": self.talk(t), "kto_tag": good });
                rows.judged.iter().map(judged).collect()
            }
        }
    }

    fn entry(&self, file: &str) -> Value {
        let mut columns = BTreeMap::from([("messages", "messages")]);
        match self.stage {
            Stage::Sft => {}
            Stage::Rm | Stage::Dpo => {
                columns.extend([("chosen", "chosen"), ("rejected", "rejected")]);
            }
            Stage::Kto => columns.extend([("kto_tag", "kto_tag")]),
        }
        json!({
            "file_name": file,
            "formatting": "sharegpt",
            "ranking": matches!(self.stage, Stage::Rm | Stage::Dpo),
            "columns": columns,
            "tags": {
                "role_tag": "role",
                "content_tag": "content",
                "user_tag": "user",
                "assistant_tag": "assistant",
                "system_tag": "system",
            },
        })
    }

    fn yaml(&self, validation: bool) -> String {
        let s = self.settings;
        let stage = serde_json::to_value(self.stage).unwrap_or_default();
        let targets = if self.lora.targets.is_empty() {
            "all".to_owned()
        } else {
            self.lora.targets.join(",")
        };
        let schedule = match s.schedule {
            Schedule::Constant => "constant_with_warmup",
            Schedule::Linear => "linear",
            Schedule::Cosine => "cosine",
        };
        let warmup = match s.warmup {
            Warmup::Ratio(ratio) => format!("warmup_ratio: {ratio}"),
            Warmup::Steps(steps) => format!("warmup_steps: {steps}"),
        };
        // Names may hold anything: JSON strings are YAML strings.
        let mut yaml = format!(
            "model_name_or_path: {}\ntrust_remote_code: false\n\nstage: {}\ndo_train: true\nfinetuning_type: lora\n\
             lora_rank: {}\nlora_alpha: {}\nlora_dropout: {}\nlora_target: {targets}\nuse_rslora: {}\n\n\
             dataset_dir: data\ndataset: hanashi_train\ntemplate: {}\ncutoff_len: {}\noverwrite_cache: true\n\n\
             output_dir: output\nlogging_steps: {}\nsave_strategy: epoch\nplot_loss: true\noverwrite_output_dir: true\n\n\
             per_device_train_batch_size: {}\ngradient_accumulation_steps: {}\nlearning_rate: {:e}\nnum_train_epochs: {:?}\n\
             lr_scheduler_type: {schedule}\n{warmup}\nmax_grad_norm: {:?}\nweight_decay: {:?}\nseed: {}\nbf16: true\n",
            json!(self.model),
            stage.as_str().unwrap_or("sft"),
            self.lora.rank,
            self.lora.alpha,
            self.lora.dropout,
            self.lora.rslora,
            json!(match self.template {
                Template::Named(name) => name,
                Template::Own(_) => slots::NAME,
            }),
            self.cutoff,
            s.log_every.max(1),
            s.batch_size,
            s.accumulation,
            s.learning_rate,
            s.epochs,
            s.max_grad_norm,
            s.optimiser.weight_decay,
            s.seed,
        );
        // Writing into a string cannot fail.
        if let Some(most) = s.max_steps {
            let _never = writeln!(yaml, "max_steps: {most}");
        }
        if validation {
            yaml += "\neval_dataset: hanashi_validation\nper_device_eval_batch_size: 1\neval_strategy: epoch\n";
        }
        yaml
    }
}

/// Takes an adapter that was made elsewhere: checks every part against the base, and copies it. Answers with how many matrices
/// it changes.
pub fn import(from: &Path, base: &Path, base_name: &str, out: &Path) -> Result<usize, Error> {
    let read = adapter::read(from)?;
    let file = Checkpoint::open(base)?;
    Anatomy::read(&file)?;
    for (module, part) in &read.parts {
        let name = format!("{module}.weight");
        let name = if file.container == Container::Gguf {
            crate::decoder::load::gguf_name(&name)
        } else {
            let bare = name.split_once('.').map(|(_, rest)| rest.to_owned());
            [Some(name), bare].into_iter().flatten().find(|name| file.get(name).is_some())
        };
        let mut shape = name
            .and_then(|name| file.get(&name))
            .map(|entry| entry.shape.clone())
            .ok_or_else(|| {
                Error::unusable(
                    from,
                    format!("the base has no matrix `{module}`; it was made for another base"),
                )
            })?;
        if module.contains(".c_") && file.container != Container::Gguf {
            shape.reverse();
        }
        let (rows, columns) = (part.b.dim(0)? as u64, part.a.dim(1)? as u64);
        if shape != [rows, columns] {
            return Err(Error::unusable(
                from,
                format!(
                    "its part for `{module}` is {rows}×{columns}, and the base's matrix is {shape:?}; it was made for another base"
                ),
            ));
        }
    }
    let mut config: Value =
        serde_json::from_slice(&fs::read(from.join(adapter::CONFIG)).map_err(Error::read(from))?)
            .map_err(|e| Error::unusable(from, e.to_string()))?;
    config["base_model_name_or_path"] = json!(base_name);
    config["inference_mode"] = json!(true);
    let mut list = Vec::with_capacity(2 * read.parts.len());
    for (module, part) in &read.parts {
        let path = format!("base_model.model.{module}");
        list.push((format!("{path}.lora_A.weight"), part.a.clone()));
        list.push((format!("{path}.lora_B.weight"), part.b.clone()));
    }
    files::json(&out.join(adapter::CONFIG), &config)?;
    files::tensors(&out.join(adapter::FILE), &list)?;
    Ok(read.parts.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows;

    #[test]
    fn what_is_exported_is_read_again_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let talk = |answer: &str| Talk {
            turns: vec![("q".into(), "a".into()), ("r: \"s\"".into(), answer.to_owned())],
            ..Talk::default()
        };
        let train = Rows {
            talks: vec![talk("b")],
            preferences: vec![Preference { talk: talk("c"), rejected: "d".into() }],
            judged: vec![(talk("e"), false)],
            ..Rows::default()
        };
        let settings = Settings::default();
        for stage in [Stage::Sft, Stage::Dpo, Stage::Kto] {
            let order = Export {
                model: "Qwen/Qwen3-0.6B: \"base\"",
                template: Template::Named("qwen"),
                stage,
                lora: &Lora::default(),
                settings: &settings,
                cutoff: 512,
                train: &train,
                validation: &Rows::default(),
                system: "You are Koto.",
            };
            let out = folder.path().join(format!("{stage:?}"));
            let written = export(&order, &out).unwrap();
            assert_eq!((written.train, written.validation, written.notice), (1, 0, None));
            let mistyped = Export { template: Template::Named("qwenn"), ..order };
            let notice = export(&mistyped, &folder.path().join("mistyped")).unwrap().notice;
            assert!(notice.is_some_and(|notice| notice.contains("`qwenn` (it has qwen, ")));
            let back = rows::read(&out.join("data"), &[]).unwrap();
            assert_eq!(back.skipped, 0);
            let talks: Vec<&Talk> = back
                .talks
                .iter()
                .chain(back.preferences.iter().map(|p| &p.talk))
                .chain(back.judged.iter().map(|(t, _)| t))
                .collect();
            assert_eq!(talks.len(), 1);
            assert_eq!(talks[0].system, "You are Koto.");
            assert_eq!(talks[0].turns.len(), 2);
            let yaml = std::fs::read_to_string(out.join("train.yaml")).unwrap();
            assert!(yaml.contains(r#"model_name_or_path: "Qwen/Qwen3-0.6B: \"base\"""#), "{yaml}");
            assert!(yaml.contains("learning_rate: 1e-4\n"), "{yaml}");
            assert!(yaml.contains("template: \"qwen\"\n") && !out.join("train.py").exists());
            let first = format!("{SYSTEM}|{QUESTION}|");
            let own = Slots::of(&first, &format!("{QUESTION}|"), ANSWER, false).unwrap();
            let order = Export { template: Template::Own(&own), ..mistyped };
            assert!(export(&order, &out).unwrap().files.contains(&"train.py".to_owned()));
            let yaml = std::fs::read_to_string(out.join("train.yaml")).unwrap();
            assert!(yaml.contains("template: \"hanashi\"\n"), "{yaml}");
            let told = std::fs::read_to_string(out.join("README.md")).unwrap();
            assert!(told.contains("python train.py train.yaml"), "{told}");
        }
    }
}
