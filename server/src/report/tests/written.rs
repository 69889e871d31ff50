//! What people wrote, in the PDF: every letter of it, in its line.

use domain::prose::{Kind, parse, words};
use proptest::prelude::*;

use super::super::prose::{Block, Inline, prose};
use super::{PLAYBOOK, Story, printed, tool};
use crate::report::legible::Line;

#[path = "../../../../app/domain/tests/prose/texts.rs"]
mod texts;

/// The words of a text as the template gets them.
fn said(blocks: &[Block]) -> String {
    let line = |line: &Line| line.text();
    let one = |block: &Block| match block {
        Block::Paragraph { body } | Block::Heading { body } => said_in(body),
        Block::List { markers, items } => {
            let item = |(at, item): (usize, &Vec<Block>)| markers.get(at).map(line).unwrap_or_default() + &said(item);
            items.iter().enumerate().map(item).collect()
        }
        Block::Quote { body } => said(body),
        Block::Code { caption, lines } => caption.iter().chain(lines).map(line).collect(),
        Block::Table { head, rows, .. } => rows.iter().chain([head]).flatten().map(|cell| said_in(cell)).collect(),
    };
    blocks.iter().map(one).collect()
}

fn said_in(body: &[Inline]) -> String {
    let one = |part: &Inline| match part {
        Inline::Text { text } | Inline::Code { text } => text.text(),
        Inline::Strong { body } => said_in(body),
        Inline::Break => String::new(),
    };
    body.iter().map(one).collect()
}

/// The letters of ASCII, sorted: rows of tables come in another order, and what is shown by its number depends on what
/// stands beside it.
fn letters(text: &str) -> Vec<char> {
    let mut is_number = false;
    let mut letters: Vec<char> = text
        .chars()
        .filter(|c| {
            is_number = (is_number || *c == '⟨') && *c != '⟩';
            !is_number && c.is_ascii_graphic()
        })
        .collect();
    letters.sort_unstable();
    letters
}

proptest! {
    #[test]
    fn no_letter_is_lost_on_the_way_to_paper(text in texts::text()) {
        let tree = parse(&text, Kind::Note);
        // Pipes of a table that is too wide are text again, and bullets are drawn.
        let plain = |letters: Vec<char>| letters.into_iter().filter(|c| !"|-*".contains(*c)).collect::<Vec<_>>();
        prop_assert_eq!(plain(letters(&said(&prose(&text)))), plain(letters(&words(&tree))));
    }
}

#[test]
fn notes_are_printed_to_the_letter_with_their_indentation_and_tables_with_all_their_cells() {
    let shown = [
        r"Key HKLM\SOFTWARE\Microsoft\.NETFramework was set by \\fs01\admin$\run.bat; mask C:\Windows\Temp\*.tmp, C:\Windows\Temp\_x, __init__.py, &lt;script&gt;",
        r"Path C:\__test_group\__\x and \\srv\c$\a_b_c",
        "# not a heading of the report",
        "<script>alert(1)</script> &amp; &lt; [x](javascript:alert(1)) $HOME ~~no~~",
        "Beacon to http://203.0.113.10/stage1.sh and www.evil.example, mail from bad@evil.example",
    ];
    let rest = "| a | b |\n|---|---|\n| `x | y` | <b>bold</b> | more |\n\n007. one\n12) two\n   - three\n\n> quoted\n\n```sh\nif x:\n    y\n\n\tz\n";
    let mut story = Story::of(PLAYBOOK, "Mail", None);
    story.note("Ana", "Save", &(shown.join("\n") + "\n" + rest));
    let pdf = printed(&story.document());
    let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let text = tool(&pdf, "pdftotext", &["-raw"], &["-"]);
    let found = squeezed(&text);
    for line in
        shown.iter().chain(&["x | y", "<b>bold</b>", "more", "007.one", "12)two", "three", "quoted", "sh", "if x:"])
    {
        assert!(found.contains(&squeezed(line)), "{line} is not in {text}");
    }
    let lines = tool(&pdf, "pdftotext", &["-layout"], &["-"]);
    let column = |word: &str| {
        let line = lines.lines().find(|line| line.trim_matches(|c: char| c.is_whitespace()) == word);
        line.and_then(|line| line.find(word)).unwrap_or_else(|| panic!("{word} has no line in {lines}"))
    };
    assert!(column("y") > column("if x:") && column("z") > column("if x:"), "{lines}");
    assert!(!lines.contains("**"), "{lines}");
}
