//! Graphics cards that nothing computes on: the program asks Vulkan in a process of its own, whatever that finds.

use std::process::Command;

use journeys::program;
use serde_json::Value;

fn plan(home: &std::path::Path, icd: Option<&str>) -> Value {
    let mut hanashi = Command::new(program());
    hanashi.args(["--json", "--data-dir"]).arg(home).args(["models", "plan"]);
    if let Some(icd) = icd {
        hanashi.env("VK_DRIVER_FILES", icd).env("VK_ICD_FILENAMES", icd);
    }
    let output = hanashi.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Mesa's llvmpipe is the card of machines without one (`xtask/system-packages.sh test` installs it).
#[test]
fn a_program_that_draws_is_named_and_not_counted() {
    let home = tempfile::tempdir().unwrap();
    let asked = Command::new(program()).arg("--name-graphics-cards").output().unwrap();
    assert!(asked.status.success());
    let devices: Value = serde_json::from_slice(&asked.stdout).unwrap();
    let devices = devices.as_array().unwrap();
    println!("Vulkan names {} devices", devices.len());
    let plan = plan(home.path(), None);
    let gpus = plan["machine"]["gpus"].as_array().unwrap();
    assert!(gpus.len() >= devices.len(), "{gpus:?}");
    let said = |text: &str| {
        plan["explanation"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one.as_str().unwrap().contains(text))
    };
    for device in devices.iter().filter(|device| device["memory_is"] == "nowhere") {
        let name = device["name"].as_str().unwrap();
        let named = |gpu: &&Value| gpu["name"] == *name && gpu["fate"] == "software";
        assert_eq!(gpus.iter().filter(named).count(), 1, "{gpus:?}");
        assert!(said(&format!("{name} draws on the processor")), "{}", plan["explanation"]);
    }
}

/// A driver that is no library, one that ends whoever loads it, and one that never answers.
#[test]
fn a_broken_driver_costs_its_cards_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    let library = |name: &str, body: &str| {
        let source = at(&format!("{name}.c"));
        let text = format!(
            "#include <stdlib.h>\n#include <unistd.h>\n__attribute__((constructor)) static void start(void) {{ {body} }}\n"
        );
        std::fs::write(&source, text).unwrap();
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-o"]).arg(at(name)).arg(&source);
        assert!(compiler.status().expect("a C compiler, which the build needs as well").success());
    };
    std::fs::write(at("nonsense.so"), b"not a library").unwrap();
    library("crashing.so", "abort();");
    library("hanging.so", "for (;;) pause();");
    for name in ["nonsense.so", "crashing.so", "hanging.so"] {
        let icd = at(&format!("{name}.json"));
        let text = format!(
            r#"{{"file_format_version":"1.0.0","ICD":{{"library_path":"{}","api_version":"1.1.0"}}}}"#,
            at(name).display()
        );
        std::fs::write(&icd, text).unwrap();
        let plan = plan(home.path(), Some(icd.to_str().unwrap()));
        let gpus = plan["machine"]["gpus"].as_array().unwrap();
        assert!(gpus.iter().all(|gpu| gpu["through"] != "vulkan"), "{name}: {gpus:?}");
        assert!(!plan["plan"]["set"].as_array().unwrap().is_empty(), "{name}");
    }
}
