//! Where the language model computes: what the settings say, what there is, and what came of it.

use api::{ComputeDevice, ComputesOnView, DevicesView};
use domain::{Problem, ProblemKind};
use llm::DeviceChoice;
use store::{Settings, SettingsFile};

use crate::app::paths::Paths;
use crate::app::{Answer, App};

/// What the settings say; a word that is none leaves the choice to the engine.
pub(crate) fn of_settings(settings: &Settings) -> DeviceChoice {
    settings.device.parse().unwrap_or_else(|reason| {
        tracing::warn!(reason, "the setting `device` is not followed");
        DeviceChoice::Auto
    })
}

/// The same for a command that starts nothing else.
pub(crate) fn of_paths(paths: &Paths) -> DeviceChoice {
    of_settings(SettingsFile::open(paths.dirs.settings()).get())
}

/// What a person is told where a model does not compute where it was asked to.
pub(crate) fn notice(on: &llm::ComputesOn) -> Option<Problem> {
    let notice = on.notice.clone()?;
    let remedy = "another device can be chosen in the settings, under Model";
    Some(Problem::new(ProblemKind::Device, notice, remedy))
}

/// What a graphics card that the machine's description names is good for: the build must be able to use it, and the person's choice
/// must allow it. `index` counts the cards of its driver.
pub(crate) fn fate(gpu: &models::Gpu, index: usize, choice: DeviceChoice) -> models::Fate {
    if gpu.fate != models::Fate::OtherBuild {
        return gpu.fate;
    }
    let (backend, allowed) = match gpu.through {
        models::Through::Nvml => (
            "cuda",
            match choice {
                DeviceChoice::Auto => true,
                DeviceChoice::Processor | DeviceChoice::Metal => false,
                DeviceChoice::Cuda(chosen) => chosen == index,
            },
        ),
        // The engine takes the system's default device.
        models::Through::Metal => {
            ("metal", index == 0 && matches!(choice, DeviceChoice::Auto | DeviceChoice::Metal))
        }
        models::Through::Drm | models::Through::Vulkan => return gpu.fate,
    };
    match (llm::BUILT_FOR.contains(&backend), allowed) {
        (false, _) => models::Fate::OtherBuild,
        (true, false) => models::Fate::Setting,
        (true, true) => models::Fate::Used,
    }
}

impl App {
    /// As this run was started, else as the settings say.
    pub(crate) fn device_choice(&self, settings: &Settings) -> DeviceChoice {
        self.options.device.unwrap_or_else(|| of_settings(settings))
    }

    /// Where the loaded model computes; `None` where none is loaded here.
    pub fn computes_on(&self) -> Option<ComputesOnView> {
        let engine = self.parts.engine()?;
        let on = engine.computes_on();
        Some(ComputesOnView {
            id: on.id.clone(),
            name: on.name.clone(),
            planned: on.planned as f64,
            notice: on.notice.clone(),
        })
    }

    /// Where the model computes, and where it could. Looks for devices anew, which takes a second where there are any.
    pub fn compute_devices(&self) -> Answer<DevicesView> {
        let found = llm::devices();
        let device = |found: llm::DeviceAbout| ComputeDevice {
            id: found.id,
            name: found.name,
            free: found.free as f64,
        };
        Ok(DevicesView {
            built_for: llm::BUILT_FOR.iter().map(|kind| (*kind).to_owned()).collect(),
            found: found.into_iter().map(device).collect(),
            on: self.computes_on(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_setting_is_followed_and_nonsense_is_not() {
        let of =
            |device: &str| of_settings(&Settings { device: device.into(), ..Settings::default() });
        assert_eq!(of(&Settings::default().device), DeviceChoice::Auto);
        assert_eq!(of("cpu"), DeviceChoice::Processor);
        assert_eq!(of("cuda:1"), DeviceChoice::Cuda(1));
        assert_eq!(of("metal"), DeviceChoice::Metal);
        assert_eq!(of("a toaster"), DeviceChoice::Auto);
    }

    #[test]
    fn the_plan_counts_on_no_card_that_the_person_does_not_want() {
        use models::{Fate, Through};
        let gpu = |through, fate| models::Gpu {
            name: "a card".into(),
            maker: models::Maker::Other,
            memory_is: models::MemoryIs::Own,
            memory: 1 << 34,
            free: None,
            through,
            fate,
        };
        let (nvidia, apple) =
            (gpu(Through::Nvml, Fate::OtherBuild), gpu(Through::Metal, Fate::OtherBuild));
        let of =
            |kind: &str, fate| if llm::BUILT_FOR.contains(&kind) { fate } else { Fate::OtherBuild };
        for choice in [DeviceChoice::Processor, DeviceChoice::Metal, DeviceChoice::Cuda(1)] {
            assert_eq!(fate(&nvidia, 0, choice), of("cuda", Fate::Setting), "{choice}");
        }
        assert_eq!(fate(&nvidia, 0, DeviceChoice::Auto), of("cuda", Fate::Used));
        assert_eq!(fate(&nvidia, 1, DeviceChoice::Cuda(1)), of("cuda", Fate::Used));
        assert_eq!(fate(&apple, 0, DeviceChoice::Auto), of("metal", Fate::Used));
        assert_eq!(fate(&apple, 0, DeviceChoice::Processor), of("metal", Fate::Setting));
        // Nothing computes through these, whatever the build.
        for (through, stays) in [(Through::Vulkan, Fate::Server), (Through::Drm, Fate::Shared)] {
            assert_eq!(fate(&gpu(through, stays), 0, DeviceChoice::Auto), stays);
        }
    }

    #[test]
    fn a_person_hears_why_a_card_is_not_used() {
        let mut on = llm::ComputesOn {
            id: "cpu".into(),
            name: String::new(),
            planned: 0,
            notice: Some("no driver".into()),
        };
        assert!(notice(&on).is_some_and(|problem| problem.to_string().contains("no driver")));
        on.notice = None;
        assert_eq!(notice(&on), None);
    }
}
