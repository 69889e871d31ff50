//! The texts of a report that analysts write in place: each is one text, which whoever writes last replaces as a whole.

use serde::{Deserialize, Serialize};

use crate::api::PatchExecution;
use crate::event::{EventBody, Topic};

/// One of these texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passage {
    /// What the incident did to whom.
    Impact,
    /// Why it could happen.
    Cause,
    /// What should be done so that the next one goes better.
    Recommendations,
}

impl Passage {
    /// All of them, in the order of the report.
    pub const ALL: [Self; 3] = [Self::Impact, Self::Cause, Self::Recommendations];

    /// Its name on the wire, in addresses and in the browser's storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Impact => Topic::Impact.as_str(),
            Self::Cause => Topic::Cause.as_str(),
            Self::Recommendations => "recommendations",
        }
    }

    /// Its heading.
    pub fn label(self) -> &'static str {
        match self {
            Self::Impact => "Impact",
            Self::Cause => "Cause",
            Self::Recommendations => "Recommendations",
        }
    }

    /// What its author is asked.
    pub fn question(self) -> &'static str {
        match self {
            Self::Impact => "Who and what was affected, and how badly",
            Self::Cause => "Why this could happen",
            Self::Recommendations => "What should be done so that this goes better next time",
        }
    }

    /// The `event_type` of the changes of this text, among others.
    pub fn event_type(self) -> &'static str {
        match self {
            Self::Impact | Self::Cause => "execution_described",
            Self::Recommendations => "recommendations_changed",
        }
    }

    /// The change that makes it this text.
    pub fn patch(self, text: String) -> PatchExecution {
        let mut patch = PatchExecution::default();
        let field = match self {
            Self::Impact => &mut patch.impact,
            Self::Cause => &mut patch.cause,
            Self::Recommendations => &mut patch.recommendations,
        };
        *field = Some(text);
        patch
    }

    /// The text that an event changed, and what it says since; empty when it was taken away.
    pub fn changed_by(body: &EventBody) -> Option<(Self, &str)> {
        match body {
            EventBody::RecommendationsChanged(change) => Some((Self::Recommendations, &change.text)),
            EventBody::ExecutionDescribed(change) => {
                let passage = match change.field {
                    Topic::Impact => Self::Impact,
                    Topic::Cause => Self::Cause,
                };
                Some((passage, change.to.as_deref().unwrap_or_default()))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventBody;

    #[test]
    fn every_text_has_a_field_of_its_own_and_a_type_of_event() {
        for passage in Passage::ALL {
            let written = serde_json::to_value(passage.patch("words".to_owned())).expect("JSON");
            assert_eq!(written[passage.as_str()], "words");
            assert!(EventBody::TYPES.contains(&passage.event_type()));
        }
    }
}
