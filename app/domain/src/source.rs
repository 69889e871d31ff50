//! The text that a playbook was imported from: its format, and what the importer has to say about it.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A format that playbooks are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// CommonMark with the GFM extensions.
    Markdown,
    /// A Mermaid flowchart, bare or in a fence of a Markdown document.
    Mermaid,
    /// A CACAO playbook (OASIS Security Playbooks), version 2.0 or 1.x.
    Cacao,
    /// A graph in JSON of our own, as the export writes it.
    Json,
}

impl Format {
    /// Its name, as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "Markdown",
            Self::Mermaid => "Mermaid",
            Self::Cacao => "CACAO",
            Self::Json => "JSON",
        }
    }

    /// The word used on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Mermaid => "mermaid",
            Self::Cacao => "cacao",
            Self::Json => "json",
        }
    }
}

/// How much a remark matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A choice the importer made that the author may want to know of.
    Info,
    /// Something was repaired or guessed; worth a look.
    Warning,
    /// Something could not be understood; its text was kept as a description.
    Error,
}

impl Severity {
    /// The word used on the wire and on the screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something the author of a source should know about how it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportIssue {
    /// Line of the source, counted from 1; absent when it concerns the whole.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub line: Option<u32>,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence that says what was found and what was made of it.
    pub message: String,
}

/// What is read of a document that holds lists and flowcharts. On the wire a word: `lists`, `flowchart` (all of them),
/// `flowchart:2` (the second), `both`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Its lists and tables.
    Lists,
    /// All of its flowcharts.
    Flowcharts,
    /// One of its flowcharts, counted from 1.
    Flowchart(NonZeroU32),
    /// Its lists and, as a phase of their own, its flowcharts.
    Both,
}

/// What is wrong with the name of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part is lists, flowchart (all of them), flowchart:2 (the second) or both")]
pub struct NoPart;

impl Part {
    /// What was read of these contents; `None` when nothing was.
    pub fn chosen(contents: &[Content]) -> Option<Self> {
        let of = |kind| contents.iter().filter(move |content| content.kind == kind);
        let has_lists = of(ContentKind::List).any(|content| content.chosen);
        let mut charts = of(ContentKind::Flowchart).filter(|content| content.chosen);
        let (first, more) = (charts.next(), charts.next());
        let is_one_of_several = more.is_none() && of(ContentKind::Flowchart).nth(1).is_some();
        match (has_lists, first) {
            (true, Some(_)) => Some(Self::Both),
            (true, None) => Some(Self::Lists),
            (false, Some(one)) if is_one_of_several => one.from,
            (false, Some(_)) => Some(Self::Flowcharts),
            (false, None) => None,
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lists => f.write_str("lists"),
            Self::Flowcharts => f.write_str("flowchart"),
            Self::Flowchart(number) => write!(f, "flowchart:{number}"),
            Self::Both => f.write_str("both"),
        }
    }
}

impl FromStr for Part {
    type Err = NoPart;

    fn from_str(text: &str) -> Result<Self, NoPart> {
        match text {
            "lists" => Ok(Self::Lists),
            "flowchart" => Ok(Self::Flowcharts),
            "both" => Ok(Self::Both),
            text => {
                let number = text.strip_prefix("flowchart:").and_then(|number| number.parse().ok());
                let part = number.map(Self::Flowchart).filter(|part| part.to_string() == text);
                part.ok_or(NoPart)
            }
        }
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A part of a source that can be read as a playbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Content {
    /// What it is.
    pub kind: ContentKind,
    /// How many steps, decisions and commands it has.
    pub nodes: usize,
    /// Whether it is what was read, or a part of that.
    pub chosen: bool,
    /// How it is asked for; `null` where there is nothing to choose.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<crate::openapi::PartName>))]
    pub from: Option<Part>,
    /// What the flowchart is called, by its own title or by the heading above it.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub title: Option<String>,
}

/// How a part of a source says what is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContentKind {
    /// A flowchart, of Mermaid or of a workflow.
    Flowchart,
    /// Lists and tables.
    List,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_can_be_told_from_what_was_chosen() {
        let content = |from: &str, chosen| {
            let kind = if from == "lists" { ContentKind::List } else { ContentKind::Flowchart };
            Content { kind, nodes: 1, chosen, from: from.parse().ok(), title: None }
        };
        let read = |chosen: [bool; 3]| {
            let all = ["lists", "flowchart:1", "flowchart:2"].into_iter().zip(chosen);
            let contents: Vec<Content> = all.map(|(from, chosen)| content(from, chosen)).collect();
            Part::chosen(&contents).map(|part| part.to_string()).unwrap_or_default()
        };
        assert_eq!(read([true, false, false]), "lists");
        assert_eq!(read([false, true, true]), "flowchart");
        assert_eq!(read([false, false, true]), "flowchart:2");
        assert_eq!(read([true, true, true]), "both");
        assert_eq!(read([false, false, false]), "");
        assert_eq!(Part::chosen(&[content("flowchart:1", true)]), Some(Part::Flowcharts), "the only one is all");
    }

    #[test]
    fn a_part_is_written_in_one_way() {
        for text in ["lists", "flowchart", "flowchart:1", "flowchart:12", "both"] {
            assert_eq!(text.parse::<Part>().map(|part| part.to_string()), Ok(text.to_owned()));
        }
        for text in
            ["", "list", "flowchart:", "flowchart:0", "flowchart:01", "flowchart:+1", "flowchart:99999999999", "Both"]
        {
            assert_eq!(text.parse::<Part>(), Err(NoPart), "{text}");
        }
    }
}
