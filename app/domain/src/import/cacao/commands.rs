//! The commands of an action (CACAO v2.0 §5): what people do becomes text, what is run becomes code.

use serde_json::Value;

use super::base64;
use super::readable::{joined, readable, references, said, words};
use super::secrets::{guarded, hidden};
use crate::graph::Code;
use crate::import::located::Part;
use crate::text::{one_line, shortened};

/// Longest payload that is shown, in bytes of its text; a notebook of more is for a program.
const MAX_PAYLOAD: usize = 16 * 1024;

/// What an action asks for.
#[derive(Debug, Default)]
pub(super) struct Commands {
    /// Whether all of it is done by people.
    pub(super) all_manual: bool,
    /// Instructions, as Markdown.
    pub(super) paragraphs: Vec<String>,
    /// What is run.
    pub(super) code: Vec<Code>,
}

/// One command.
struct Command {
    kind: String,
    /// What is to be done or run.
    text: String,
    /// What its author says about it, on one line.
    remark: String,
}

/// Reads the commands of an action. `is_said` holds for a text that needs no repeating.
pub(super) fn read(part: Part<'_>, is_said: impl Fn(&str) -> bool) -> Commands {
    let commands: Vec<Command> = part.items().unwrap_or_else(|| vec![part]).into_iter().map(command).collect();
    let mut read = Commands { all_manual: commands.iter().all(Command::is_manual), ..Commands::default() };
    let said: Vec<&Command> =
        commands.iter().filter(|command| !(command.is_manual() && is_said(&command.text))).collect();
    match said.as_slice() {
        [only] if only.is_manual() && !looks_like_code(&only.text) => {
            read.paragraphs.extend([only.text.clone(), only.remark.clone()]);
        }
        [only] => read.paragraphs.push(only.remark.clone()),
        several => read.paragraphs.push(several.iter().map(|command| command.item()).collect::<Vec<_>>().join("\n")),
    }
    read.paragraphs.retain(|paragraph| !paragraph.trim().is_empty());
    let is_code = |command: &&&Command| !command.is_manual() || looks_like_code(&command.text);
    read.code =
        said.iter().filter(is_code).filter(|command| !command.text.is_empty()).map(|command| command.code()).collect();
    read
}

/// The texts of commands that our own export wrote, one for each.
pub(super) fn texts(part: Part<'_>) -> Vec<String> {
    part.items().unwrap_or_default().into_iter().map(|part| command(part).text).collect()
}

fn command(part: Part<'_>) -> Command {
    let mut command = Command { kind: "manual".to_owned(), text: String::new(), remark: String::new() };
    let mut texts = Vec::new();
    let mut remarks = Vec::new();
    let Some(members) = part.members() else {
        return Command { text: readable(&part.value()), ..command };
    };
    for (name, part) in members {
        let value = part.value();
        match name.as_str() {
            "type" => command.kind = readable(&value),
            "command" | "content" => texts.push(match &value {
                Value::String(text) => text.trim_end().to_owned(),
                other => readable(other),
            }),
            "command_b64" | "content_b64" => texts.push(payload(&value)),
            "description" => remarks.insert(0, readable(&value)),
            "playbook_activity" => remarks.push(readable(&value)),
            "external_references" => remarks.push(joined(references(part).into_iter(), ", ")),
            name if name.ends_with("_extensions") => {}
            name => remarks.push(said(&words(name), &guarded(name, readable(&value)))),
        }
    }
    // Before anything is cut: of a secret, no part is shown.
    command.text = hidden(joined(texts.into_iter(), "\n\n"));
    command.remark = hidden(joined(remarks.into_iter(), " · "));
    command
}

/// The text in a payload, or how much it is.
fn payload(value: &Value) -> String {
    let Value::String(encoded) = value else {
        return readable(value);
    };
    match base64::text(encoded) {
        Some(text) if text.len() <= MAX_PAYLOAD => text.trim_end().to_owned(),
        None if encoded.len() <= 200 => encoded.clone(),
        _ => format!("(a payload of {} bytes, kept in the source)", encoded.len() / 4 * 3),
    }
}

impl Command {
    fn is_manual(&self) -> bool {
        self.kind == "manual"
    }

    /// As one of several things to do, in their order.
    fn item(&self) -> String {
        let first = shortened(&one_line(self.text.lines().next().unwrap_or_default()), 100);
        let text = match (self.is_manual() && !looks_like_code(&self.text), self.remark.is_empty()) {
            (true, _) => joined([self.text.clone(), self.remark.clone()].into_iter(), "\n\n"),
            (false, true) => format!("Run {}: {}", self.kind, super::readable::code(&first)),
            (false, false) => format!("Run {}: {}", self.kind, self.remark),
        };
        format!("- [ ] {}", text.replace('\n', "\n  "))
    }

    fn code(&self) -> Code {
        let language = match self.kind.as_str() {
            "manual" => None,
            "http-api" | "openc2-http" => Some("http".to_owned()),
            "ssh" => Some("bash".to_owned()),
            other => Some(other.to_lowercase()).filter(|kind| !kind.is_empty()),
        };
        Code { language, text: self.text.clone() }
    }
}

/// Whether people are given a program to run by hand: then its line breaks and signs have a meaning.
fn looks_like_code(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_code = |line: &&&str| {
        line.ends_with(['{', '}', '(', '[', ']', ';', '\\'])
            || [" = ", "==", "=>", "()", "$("].iter().any(|sign| line.contains(sign))
            || ["import ", "from ", "def ", "return ", "#!", "$ "].iter().any(|word| line.starts_with(word))
    };
    lines.len() > 2 && lines.iter().filter(is_code).count() * 3 >= lines.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::located::Document;

    fn read_text(source: &str) -> Commands {
        read(Document::read(source).unwrap().root(), |text| text == "Isolate")
    }

    #[test]
    fn what_people_do_is_text_and_what_is_run_is_code() {
        let manual = read_text("[{\"type\": \"manual\", \"command\": \"Call the SOC\\n\\n- twice\"}]");
        assert_eq!((manual.all_manual, manual.code.len()), (true, 0));
        assert_eq!(manual.paragraphs, ["Call the SOC\n\n- twice"]);
        let bash = read_text("[{\"type\": \"bash\", \"command\": \"ls -l\", \"description\": \"Look\"}]");
        assert_eq!(bash.code, [Code { language: Some("bash".into()), text: "ls -l".into() }]);
        assert_eq!((bash.all_manual, bash.paragraphs), (false, vec!["Look".to_owned()]));
        assert!(read_text("[{\"type\": \"manual\", \"command\": \"Isolate\"}]").paragraphs.is_empty());
    }

    #[test]
    fn several_commands_are_a_checklist_in_their_order() {
        let both = read_text(
            "[{\"type\": \"manual\", \"command\": \"Call\\nthe SOC\"}, {\"type\": \"http-api\", \"command\": \"GET /\", \"token\": \"secret\"}]",
        );
        let expected = "- [ ] Call\n  the SOC\n- [ ] Run http-api: **token:** ⟨secret, kept in the source⟩";
        assert_eq!(both.paragraphs, [expected]);
        assert_eq!(both.code, [Code { language: Some("http".into()), text: "GET /".into() }]);
    }

    #[test]
    fn payloads_are_decoded_when_people_can_read_them() {
        let sigma = read_text("[{\"type\": \"sigma\", \"command_b64\": \"aWQ6IDA2\"}]");
        assert_eq!(sigma.code[0].text, "id: 06");
        let notebook = format!("[{{\"type\": \"jupyter\", \"content_b64\": \"{}\"}}]", "YWFh".repeat(10_000));
        assert_eq!(read_text(&notebook).code[0].text, "(a payload of 30000 bytes, kept in the source)");
    }

    #[test]
    fn a_program_for_people_to_run_keeps_its_lines() {
        let python = read_text("[{\"type\": \"manual\", \"command\": \"# Start\\nimport sys\\nx = f()\\nprint(x)\"}]");
        assert_eq!((python.paragraphs.len(), python.code.len(), python.all_manual), (0, 1, true));
    }
}
