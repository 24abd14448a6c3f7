//! Scripts: which calls go wrong, and how.

use serde::{Deserialize, Serialize};

/// What happens to a call.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Effect {
    /// There is no capacity; nothing happens.
    NoCapacity,
    /// The account may not have more; nothing happens.
    Quota,
    /// 429; nothing happens.
    RateLimited,
    /// This status with an error of the server; nothing happens.
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// It happens, late.
    Delay {
        /// How late.
        delay_ms: u64,
    },
    /// It does not happen, and no answer comes.
    TimeOutBefore,
    /// It happens, and no answer comes.
    TimeOutAfter,
    /// It happens, and the answer is no JSON.
    Malformed,
    /// The launched machine boots for ever.
    NeverBoots,
    /// The launched machine costs this much more than listed.
    Dearer {
        /// How much.
        cents_per_hour: u32,
    },
}

/// Which calls; what is absent does not matter.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct When {
    /// `launch`, `terminate`, `instance`, `instances`, `instance_types`, `keys`, `add_key`,
    /// `remove_key`.
    operation: Option<String>,
    /// The type of the machine it is about.
    instance_type: Option<String>,
    /// A part of the name of the machine or key it is about.
    name_contains: Option<String>,
}

/// A call as scripts see it.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub(super) struct Subject {
    /// What is asked for.
    pub(super) operation: &'static str,
    /// Names of the machines or keys it is about.
    pub(super) names: Vec<String>,
    /// Types of the machines it is about.
    pub(super) instance_types: Vec<String>,
}

/// One effect on some calls.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Script {
    /// Number, given by the world.
    #[serde(default)]
    pub(super) id: u64,
    /// Which calls.
    #[serde(default)]
    pub(super) when: When,
    /// How many of them are left; `None` for all.
    pub(super) times: Option<u32>,
    /// What happens.
    pub(super) effect: Effect,
}

impl When {
    fn fits(&self, subject: &Subject) -> bool {
        let about = |wanted: &Option<String>, told: &[String]| {
            wanted.as_ref().is_none_or(|wanted| told.contains(wanted))
        };
        let named = |part: &String| subject.names.iter().any(|name| name.contains(part.as_str()));
        self.operation.as_ref().is_none_or(|operation| operation == subject.operation)
            && about(&self.instance_type, &subject.instance_types)
            && self.name_contains.as_ref().is_none_or(named)
    }
}

/// The effect on this call; the script that has it is used up by one.
pub(super) fn take(scripts: &mut Vec<Script>, subject: &Subject) -> Option<Effect> {
    let place = scripts.iter().position(|script| script.when.fits(subject))?;
    let script = scripts.get_mut(place)?;
    let effect = script.effect;
    if let Some(times) = &mut script.times {
        *times = times.saturating_sub(1);
        if *times == 0 {
            scripts.remove(place);
        }
    }
    Some(effect)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(operation: &'static str, name: &str) -> Subject {
        Subject {
            operation,
            names: vec![name.to_owned()],
            instance_types: vec!["gpu_1x_a10".into()],
        }
    }

    #[test]
    fn a_script_meets_only_what_it_names_and_only_so_often() -> Result<(), serde_json::Error> {
        let mut scripts: Vec<Script> = serde_json::from_str(
            r#"[{"when":{"operation":"launch","name_contains":"pod1"},"times":2,
                 "effect":{"kind":"no_capacity"}},
                {"when":{"instance_type":"gpu_8x_a10"},"times":null,"effect":{"kind":"quota"}}]"#,
        )?;
        let mut met = |operation, name| take(&mut scripts, &subject(operation, name));
        assert_eq!(met("launch", "gpb-pod2-1"), None);
        assert_eq!(met("terminate", "gpb-pod1-1"), None);
        assert_eq!(met("launch", "gpb-pod1-1"), Some(Effect::NoCapacity));
        assert_eq!(met("launch", "gpb-pod1-2"), Some(Effect::NoCapacity));
        assert_eq!(met("launch", "gpb-pod1-3"), None);
        let mut big = subject("launch", "x");
        big.instance_types = vec!["gpu_8x_a10".into()];
        assert_eq!(take(&mut scripts, &big), Some(Effect::Quota));
        assert_eq!(take(&mut scripts, &big), Some(Effect::Quota));
        Ok(())
    }
}
