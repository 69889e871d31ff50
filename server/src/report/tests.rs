//! What is printed, read back with the tools that readers have: poppler and qpdf.

mod written;

use std::path::Path;
use std::process::Command;

use domain::command::{ExecutionChange, StepChange};
use domain::event::{Event, ExecutionStatus, StepStatus};
use domain::ids::Actor;
use proptest::prelude::*;

use super::fixture::Story;
use super::typeset::Copy;
use super::{Document, Exhibit, Exhibits, Press, PrintError};
use crate::workshop::Workshop;

const PLAYBOOK: &str = "# Phishing

## Triage

1. Save the mail
2. Decision: Was the link opened?
   - Yes -> Reset the password
   - No -> Block the sender

## Close

1. Thank who reported it
";

/// An incident with something of everything: it lasts over midnight, was paused, and one decision was changed.
fn phishing() -> Story {
    let mut story = Story::of(PLAYBOOK, "Mail to finance", Some("INC-7"));
    let taken = StepChange {
        status: Some(StepStatus::InProgress),
        assignee: Some(Some(Actor::new("Ana").expect("a name"))),
        ..StepChange::default()
    };
    story.wait(60).step("Ana", "Save", taken);
    story.wait(300).note(
        "Ana",
        "Save",
        "Saved as **mail.eml**:\n\n- from `ceo@corp.example`\n- see https://evil.example/login",
    );
    story.attach("Ben", "Save", "mail.eml", 4_096);
    story.wait(30).status("Ana", "Save", StepStatus::Completed);
    story.turn("Ana", ExecutionStatus::Paused).wait(3_600).turn("Ana", ExecutionStatus::Active);
    story.wait(20).decide("Ben", "Was", "Yes", "Two clicks in the proxy log");
    story.wait(200).decide("Ana", "Was", "No", "Both were the scanner").status("Ana", "Was", StepStatus::Completed);
    story.wait(2_400).status("Ben", "Block", StepStatus::Blocked);
    story.wait(600).status("Ben", "Block", StepStatus::Completed);
    story.wait(90).note_late("Ben", "Block", "The provider had to be called", 400);
    story.status("Ana", "Thank", StepStatus::Skipped);
    story.whole("Ana", ExecutionChange { note: Some("The CISO knows".to_owned()), ..ExecutionChange::default() });
    let recommended = "1. **Block** look-alike domains\n2. See [the guide](https://example.org/guide)";
    story.whole("Ben", ExecutionChange { recommendations: Some(recommended.to_owned()), ..ExecutionChange::default() });
    story
}

fn over(mut story: Story) -> Document {
    let outcome = Some("Contained; nobody was paid.".to_owned());
    let status = Some(ExecutionStatus::Completed);
    story.wait(60).whole("Ana", ExecutionChange { status, outcome, ..ExecutionChange::default() });
    story.document()
}

fn printed_with(document: &Document, exhibits: &[Exhibit]) -> Vec<u8> {
    Copy::of(document).and_then(|copy| copy.typeset(exhibits)).expect("a report can be printed").bytes
}

fn printed(document: &Document) -> Vec<u8> {
    printed_with(document, &[])
}

/// Runs a tool over a PDF, and returns what it said and wrote.
fn tool(pdf: &[u8], command: &str, options: &[&str], then: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.pdf");
    std::fs::write(&path, pdf).expect("it can be written");
    run(Command::new(command).args(options).arg(&path).args(then).current_dir(folder.path()))
}

fn run(command: &mut Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().unwrap_or_else(|error| panic!("{program} (make setup installs it): {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program}: {said}{complaints}");
    assert!(program != "pdfinfo" || complaints.is_empty(), "{program}: {complaints}");
    said
}

/// The text as it stands on the pages; how wide gaps are is left out.
fn text_of(pdf: &[u8]) -> String {
    let text = tool(pdf, "pdftotext", &["-layout"], &["-"]);
    let words =
        |line: &str| line.split("  ").map(str::trim).filter(|words| !words.is_empty()).collect::<Vec<_>>().join("  ");
    text.lines().map(words).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_late_change_says_from_when_it_counts_where_that_is_not_when_it_happened() {
    let mut story = Story::of(PLAYBOOK, "Mail to finance", None);
    story.wait(300).status("Ben", "Save", StepStatus::InProgress);
    story.wait(600).status_late("Ana", "Save", StepStatus::Completed, 700);
    story.wait(60).status_late("Ana", "Thank", StepStatus::Completed, 30);
    let text = tool(&printed(&story.document()), "pdftotext", &["-layout"], &["-"]);
    assert_eq!(text.matches("Recorded later, at").count(), 2, "{text}");
    assert_eq!(text.matches("and counted from").count(), 1, "{text}");
}

#[test]
fn the_text_of_a_report_is_this() {
    insta::assert_snapshot!(text_of(&printed(&over(phishing()))));
}

#[test]
fn an_interim_report_says_so_on_every_page() {
    let story = phishing();
    let text = tool(&printed(&story.document()), "pdftotext", &[], &["-"]);
    let pages: Vec<&str> = text.split_terminator('\u{c}').collect();
    assert!(pages.len() > 2 && pages.iter().all(|page| page.contains("INTERIM")), "{text}");
}

#[test]
fn the_file_is_whole_and_says_what_it_conforms_to() {
    let pdf = printed(&over(phishing()));
    let checked = tool(&pdf, "qpdf", &["--check"], &[]);
    assert!(checked.contains("No syntax or stream encoding errors found"), "{checked}");
    let metadata = tool(&pdf, "pdfinfo", &["-meta"], &[]);
    for claim in
        ["<pdfaid:part>3</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", "<pdfuaid:part>1</pdfuaid:part>"]
    {
        assert!(metadata.contains(claim), "{metadata}");
    }
    let info = tool(&pdf, "pdfinfo", &["-isodates"], &[]);
    let says = |name: &str, value: &str| {
        info.lines().any(|line| line.starts_with(name) && line.trim_start_matches(name).trim() == value)
    };
    assert!(says("Title:", "After-action report: INC-7 · Mail to finance"), "{info}");
    assert!(says("Author:", "Ana, Ben") && says("Tagged:", "yes"), "{info}");
    assert!(says("CreationDate:", "2026-11-23T00:16:45Z"), "when it was over, not when it was printed: {info}");
}

#[test]
fn the_events_are_attached_as_they_were_recorded() {
    let document = over(phishing());
    let folder = tempfile::tempdir().expect("a folder");
    let attached = |name: &str| folder.path().join(name);
    std::fs::write(attached("report.pdf"), printed(&document)).expect("it can be written");
    run(Command::new("pdfdetach").args(["-saveall", "report.pdf"]).current_dir(folder.path()));
    let events: Vec<Event> = read(&attached("events.json"));
    assert_eq!(events, document.events);
}

fn read(path: &Path) -> Vec<Event> {
    serde_json::from_slice(&std::fs::read(path).expect("it is attached")).expect("it is JSON")
}

#[test]
fn a_printed_report_says_what_the_model_says() {
    let document = over(phishing());
    let squeezed = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let text = squeezed(&tool(&printed(&document), "pdftotext", &["-raw"], &["-"]));
    let report = &document.report;
    for (name, value) in report.summary_facts().into_iter().chain(report.metric_facts()) {
        assert!(text.contains(&squeezed(&value)), "{name}: {value} is not in {text}");
    }
    for entry in report.told() {
        let told = format!("{}{}", entry.text, entry.label.as_deref().unwrap_or_default());
        assert!(text.contains(&squeezed(&told)), "{told} is not in {text}");
    }
    assert!(text.contains(&squeezed(&report.integrity.head_hash.to_string())));
}

#[test]
fn whatever_was_written_is_there_as_text() {
    let long = "x".repeat(10_000);
    let written = [
        "#panic(\"no\") $x^2$ *bold* @label `raw` \\ // gone? /* gone? */ [a] <b> https://a.example",
        "emoji 😀 👩🏽‍🚀 🇩🇪 1️⃣ ❤️‍🔥",
        "中文 日本語 カタカナ 한국어",
        "Ελληνικά Кириллица Tiếng Việt",
        "हिन्दी ไทย",
        "e\u{301}\u{302} Z\u{351}\u{36b}a\u{343}lgo",
        &long,
    ];
    let mut story = Story::of(PLAYBOOK, "# _Incident_ $1$ #panic()", Some("<INC&7>"));
    for text in written {
        story.note("Ana #1", "Save", text);
    }
    let text = tool(&printed(&story.document()), "pdftotext", &["-raw"], &["-"]);
    let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let found = squeezed(&text);
    let odd = [
        "#panic(\"no\")$x^2$",
        "//gone?/*gone?*/",
        "#_Incident_$1$#panic()",
        "<INC&7>",
        "Ana#1",
        "中文日本語カタカナ한국어",
        "ΕλληνικάКириллицаTiếngViệt",
        "1️⃣",
        "👩🏽‍🚀",
    ];
    for expected in odd {
        assert!(found.contains(&squeezed(expected)), "{expected} is not in {found}");
    }
    let letters = text.lines().map(|line| line.matches('x').count());
    assert!(letters.clone().sum::<usize>() >= long.len(), "all letters of the long word are there");
    assert!(letters.max() < Some(150), "and none of its lines is longer than the page is wide");
}

#[test]
fn what_cannot_be_seen_or_drawn_is_shown_by_its_number() {
    let mut story = Story::of(PLAYBOOK, "Mail", None);
    story.attach("Ana", "Save", "invoice\u{202e}fdp.exe", 1);
    story.note("Ana", "Save", "bell \u{7}, joined\u{200b}up, Gothic \u{10330}, private \u{e000}, tab\there");
    let text = text_of(&printed(&story.document()));
    for shown in ["invoice⟨U+202E⟩fdp.exe", "bell ⟨U+0007⟩, joined⟨U+200B⟩up, Gothic ⟨U+10330⟩, private ⟨U+E000⟩, tab"]
    {
        assert!(text.contains(shown), "{shown} is not in {text}");
    }
}

/// No evidence is a picture.
async fn nothing() -> Result<Exhibits, PrintError> {
    Ok(Exhibits { files: Vec::new(), are_all: true })
}

#[tokio::test]
async fn a_report_that_lacks_a_picture_is_not_kept() {
    let press = Press::new(Workshop::default());
    let document = over(phishing());
    let lacking = async || Ok::<_, PrintError>(Exhibits { files: Vec::new(), are_all: false });
    let first = press.print(document.clone(), lacking).await.expect("it is printed");
    let again = press.print(document, nothing).await.expect("it is printed");
    assert_ne!(first.as_ptr(), again.as_ptr());
}

#[test]
fn evidence_that_is_a_picture_is_shown_with_its_hash_and_what_only_seems_to_be_one_is_not() {
    let document = over(phishing());
    let evidence = document.report.integrity.evidence[0].file.evidence.clone();
    let red = image::DynamicImage::from(image::RgbImage::from_pixel(300, 200, image::Rgb([200, 30, 30])));
    let mut png = std::io::Cursor::new(Vec::new());
    red.write_to(&mut png, image::ImageFormat::Png).expect("a picture");
    let shown = |bytes: Vec<u8>| {
        let pdf = printed_with(&document, &[Exhibit { evidence: evidence.clone(), bytes: bytes.into() }]);
        assert!(tool(&pdf, "qpdf", &["--check"], &[]).contains("No syntax or stream encoding errors found"));
        tool(&pdf, "pdfimages", &["-list"], &[]).lines().filter(|line| line.contains("jpeg")).count()
    };
    assert_eq!(shown(png.into_inner()), 1);
    assert_eq!(shown(b"no picture".to_vec()), 0);
}

#[tokio::test]
async fn the_same_document_gives_the_same_bytes_and_a_closed_one_is_printed_once() {
    let (one, other) = (Press::new(Workshop::default()), Press::new(Workshop::default()));
    let document = over(phishing());
    let first = one.print(document.clone(), nothing).await.expect("it is printed");
    let again = one.print(document.clone(), nothing).await.expect("it is printed");
    assert_eq!(first.as_ptr(), again.as_ptr(), "it was kept");
    let elsewhere = other.print(document.clone(), nothing).await.expect("it is printed");
    assert!(first == elsewhere, "another press prints the same");
    let mut changed = document;
    changed.report.summary.incident_title = "Another".to_owned();
    assert!(one.print(changed, nothing).await.expect("it is printed") != first);
}

/// Letters of every kind, also those that belong to others.
fn odd_text() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        4 => any::<char>(),
        4 => prop::char::range('\u{20}', '\u{7e}'),
        3 => prop::char::range('\u{300}', '\u{36f}'),
        2 => prop::char::range('\u{590}', '\u{e7f}'),
        2 => prop::char::range('\u{1100}', '\u{11ff}'),
        3 => prop::char::range('\u{2000}', '\u{2bff}'),
        2 => prop::char::range('\u{3000}', '\u{9fff}'),
        2 => prop::char::range('\u{ac00}', '\u{ac80}'),
        1 => prop::char::range('\u{fb00}', '\u{ffff}'),
        2 => prop::char::range('\u{1f000}', '\u{1faff}'),
        1 => prop::sample::select(vec!['\u{200d}', '\u{fe0f}', '\u{20e3}', '\n', '\t', '\r', '*', '`', '-', '#']),
    ];
    prop::collection::vec(letter, 1..120).prop_map(String::from_iter)
}

/// How many reports are tried; with `FORGE_LONG=1`, more.
fn cases() -> u32 {
    if std::env::var("FORGE_LONG").is_ok_and(|value| value == "1") { 300 } else { 6 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    /// PDF/A takes no glyph that is missing, so that it is printed says that every one was there.
    #[test]
    fn no_text_whatever_fails_a_report(texts in prop::collection::vec(odd_text(), 8)) {
        let mut story = Story::of(PLAYBOOK, "Mail", None);
        // A NUL is refused by now; in names below it stands as in older logs.
        let taken = texts.iter().map(|text| text.replace('\0', "")).filter(|text| !text.trim().is_empty());
        for text in taken {
            story.note("Ana", "Save", &text).decide("Ana", "Was", "Yes", &text);
        }
        let mut document = story.document();
        // Names come from elsewhere, too.
        document.report.summary.incident_title = texts.concat();
        document.report.summary.outcome = texts.first().cloned();
        for (step, text) in document.report.steps.iter_mut().zip(&texts) {
            step.label.clone_from(text);
        }
        let printed = Copy::of(&document).and_then(|copy| copy.typeset(&[]));
        prop_assert!(printed.is_ok(), "{:?}", printed.err());
    }
}
