//! Finds the flowcharts of a document and keeps everything around them.
//!
//! No line of the document is lost: it is in a chart, in the title, in the tags, or in the description; only what
//! configures the drawing is left out.

use super::comments::{Comments, first_statement};
use super::cursor::Cursor;
use super::front_matter::{self, FrontMatter};
use super::link;
use crate::source::{ImportIssue, Severity};

/// A document with its charts taken out.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// From the front matter, else the first heading.
    pub(super) title: Option<String>,
    /// From the front matter.
    pub(super) tags: Vec<String>,
    /// Everything that is not a chart.
    pub(super) description: String,
    /// In the order of the document.
    pub(super) charts: Vec<FoundChart>,
    /// The keyword of the first diagram that is not a flowchart.
    pub(super) other_kind: Option<String>,
    /// What was noticed on the way.
    pub(super) issues: Vec<ImportIssue>,
}

/// The text of a flowchart and where it stood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FoundChart {
    /// The text, beginning with its header where it has one.
    pub(super) text: String,
    /// The line of the document its first line is.
    pub(super) first_line: u32,
    /// The title in its own front matter.
    pub(super) title: Option<String>,
    /// The nearest heading above it.
    pub(super) heading: Option<String>,
}

/// Diagrams of Mermaid that are no flowcharts and whose keyword is no word of everyday language.
const OTHER_DIAGRAMS: [&str; 24] = [
    "sequenceDiagram",
    "classDiagram",
    "classDiagram-v2",
    "stateDiagram",
    "stateDiagram-v2",
    "erDiagram",
    "gantt",
    "gitGraph",
    "requirementDiagram",
    "C4Context",
    "C4Container",
    "C4Component",
    "C4Dynamic",
    "C4Deployment",
    "quadrantChart",
    "xychart-beta",
    "xychart",
    "sankey-beta",
    "block-beta",
    "packet-beta",
    "architecture-beta",
    "radar-beta",
    "mindmap",
    "zenuml",
];

/// Those whose keyword is also a word: they count only where nothing else stands on the line.
const OTHER_DIAGRAM_WORDS: [&str; 8] = ["journey", "timeline", "pie", "kanban", "sankey", "block", "packet", "treemap"];

/// What the first line of a diagram says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Flowchart,
    Other(String),
}

/// Whether the first thing in the text but headings is a diagram without a fence.
pub(super) fn is_bare_diagram(source: &str) -> bool {
    let lines: Vec<&str> = source.lines().collect();
    let start = front_matter::read(&lines).map_or(0, |front| front.lines);
    let below: Vec<&str> = lines[start..].iter().copied().filter(|line| heading(line).is_none()).collect();
    first_statement(&below).is_some_and(|(_, said)| header(said).is_some())
}

/// Whether a text is nothing but statements of a flowchart, with a way in it, and lacks the header.
pub(super) fn is_headless(source: &str) -> bool {
    let lines: Vec<&str> = source.lines().collect();
    let start = front_matter::read(&lines).map_or(0, |front| front.lines);
    let mut comments = Comments::of(&lines[start..]);
    let mut has_way = false;
    let mut below = lines[start..].iter().enumerate();
    let all = below.all(|(position, line)| {
        let said = comments.strip(position, line).trim();
        has_way |= has_link(said);
        said.is_empty() || heading(said).is_some() || begins_statement(said)
    });
    all && has_way
}

/// Takes a document apart whose chart has neither a fence nor a header: it begins where a statement does.
pub(super) fn without_header(source: &str) -> Option<Document> {
    let lines: Vec<&str> = source.lines().collect();
    let front = front_matter::read(&lines).unwrap_or_default();
    let mut reader = Reader::new(lines, front.lines);
    let mut comments = reader.comments;
    while let Some(line) = reader.lines.get(reader.at) {
        if begins_statement(comments.strip(reader.at, line).trim()) {
            let end = reader.end_of_chart(reader.at);
            let message =
                "The first line of the flowchart is missing: begin it with `flowchart TD`. It was read all the same.";
            reader.issue(reader.at + 1, message);
            reader.chart(reader.at, end);
            reader.at = end;
            break;
        }
        reader.prose_line(line);
    }
    if reader.document.charts.is_empty() {
        return None;
    }
    reader.keep(reader.lines.len());
    Some(reader.finish(front))
}

/// Whether a line holds a way.
fn has_link(line: &str) -> bool {
    ["-->", "---", "==>", "-.-", ".->", "--x", "--o"].iter().any(|link| line.contains(link))
}

/// Whether a line begins as a statement of a flowchart does and a sentence does not: a name with a bracket or a link
/// behind it, or a keyword.
fn begins_statement(line: &str) -> bool {
    let word = line.split(|c: char| c.is_whitespace() || c == ';').next().unwrap_or_default();
    if matches!(word, "subgraph" | "end" | "classDef" | "class" | "style" | "linkStyle" | "click" | "direction") {
        return true;
    }
    let mut cursor = Cursor::unnumbered(line);
    let id = cursor.identifier();
    let behind = cursor.rest();
    // `-`, `*` and `1.` begin items of lists.
    let is_id = id.chars().any(char::is_alphanumeric) && !id.ends_with('.');
    is_id && (behind.starts_with(['[', '(', '{']) || behind.starts_with("@{") || link::begins(behind.trim_start()))
}

/// Takes a document apart.
pub(super) fn extract(source: &str) -> Document {
    let lines: Vec<&str> = source.lines().collect();
    let front = front_matter::read(&lines).unwrap_or_default();
    let mut reader = Reader::new(lines, front.lines);
    while reader.at < reader.lines.len() {
        reader.next();
    }
    reader.finish(front)
}

struct Reader<'a> {
    lines: Vec<&'a str>,
    /// The line to be read next.
    at: usize,
    comments: Comments,
    /// Up to this line it is known that comments stand above no chart.
    comments_until: usize,
    prose: Vec<&'a str>,
    /// Whether the prose holds more than headings.
    has_text: bool,
    /// The nearest heading above.
    heading: Option<&'a str>,
    /// The first heading of the first level, and its line in the prose.
    first_heading: Option<(&'a str, usize)>,
    document: Document,
}

impl<'a> Reader<'a> {
    fn new(lines: Vec<&'a str>, at: usize) -> Self {
        Self {
            comments: Comments::of(&lines),
            comments_until: at,
            at,
            lines,
            prose: Vec::new(),
            has_text: false,
            heading: None,
            first_heading: None,
            document: Document::default(),
        }
    }

    fn next(&mut self) {
        let line = self.lines[self.at];
        if let Some(end) = self.end_of_commented_chart() {
            self.chart(self.at, end);
            self.at = end;
        } else if let Some(fence) = Fence::open(line) {
            self.fenced(&fence);
        } else if header(line) == Some(Kind::Flowchart) {
            let end = self.end_of_chart(self.at);
            self.chart(self.at, end);
            self.at = end;
        } else if let (Some(Kind::Other(kind)), true) = (header(line), !self.has_text) {
            self.document.other_kind.get_or_insert(kind);
            self.keep(self.at + 1);
        } else {
            self.prose_line(line);
        }
    }

    /// The end of a chart without a fence that begins here with comments or directives: they are no text of the document.
    fn end_of_commented_chart(&mut self) -> Option<usize> {
        if self.at < self.comments_until || !self.lines[self.at].trim_start().starts_with("%%") {
            return None;
        }
        let statement = self.comments.first_statement(&self.lines, self.at);
        self.comments_until = statement.map_or(self.lines.len(), |(first, _)| first);
        let (first, said) = statement?;
        (header(said) == Some(Kind::Flowchart)).then(|| self.end_of_chart(first))
    }

    /// Where a chart without a fence ends whose header stands on this line.
    fn end_of_chart(&self, header: usize) -> usize {
        self.first_from(header + 1, |line| Fence::open(line).is_some() || heading(line).is_some())
    }

    fn prose_line(&mut self, line: &'a str) {
        if let Some((level, text)) = heading(line) {
            self.heading = Some(text);
            if level == 1 && self.first_heading.is_none() {
                self.first_heading = Some((text, self.prose.len()));
            }
        }
        self.keep(self.at + 1);
    }

    /// Keeps the lines up to `end` as prose.
    fn keep(&mut self, end: usize) {
        let lines = &self.lines[self.at..end];
        self.has_text |= lines.iter().any(|line| !line.trim().is_empty() && heading(line).is_none());
        self.prose.extend(lines);
        self.at = end;
    }

    /// The first line from `start` on for which `wanted` holds, else the end.
    fn first_from(&self, start: usize, wanted: impl Fn(&str) -> bool) -> usize {
        (start..self.lines.len()).find(|&line| wanted(self.lines[line])).unwrap_or(self.lines.len())
    }

    fn fenced(&mut self, fence: &Fence) {
        let start = self.at + 1;
        let end = self.first_from(start, |line| {
            fence.closes(line) || (fence.is_mermaid && (heading(line).is_some() || Fence::open(line).is_some()))
        });
        let is_closed = self.lines.get(end).is_some_and(|line| fence.closes(line));
        let behind = end + usize::from(is_closed);
        match self.kind_of(start, end, fence.is_mermaid) {
            Some(Kind::Flowchart) => {
                if !is_closed {
                    self.issue(start, "the fence is not closed; the chart was read up to here or the next heading");
                }
                self.chart(start, end);
                self.at = behind;
            }
            Some(Kind::Other(kind)) => {
                self.issue(start, &format!("this Mermaid {kind} is no flowchart; it was kept in the description"));
                self.document.other_kind.get_or_insert(kind);
                self.keep(behind);
            }
            None => self.keep(behind),
        }
    }

    /// What kind of diagram lines in a fence are. In a fence that says so, a chart may lack its header.
    fn kind_of(&self, start: usize, end: usize, is_mermaid: bool) -> Option<Kind> {
        let body = &self.lines[start..end];
        let skipped = front_matter::read(body).map_or(0, |front| front.lines);
        let (_, first) = first_statement(&body[skipped..])?;
        match header(first) {
            Some(Kind::Other(_)) if !is_mermaid => None,
            Some(kind) => Some(kind),
            None if !is_mermaid => None,
            None if body.iter().any(|line| ["-->", "---", "==>", ".->"].iter().any(|link| line.contains(link))) => {
                Some(Kind::Flowchart)
            }
            None => Some(Kind::Other(first.split_whitespace().next().unwrap_or_default().to_owned())),
        }
    }

    fn chart(&mut self, start: usize, end: usize) {
        let front = front_matter::read(&self.lines[start..end]).unwrap_or_default();
        self.prose.extend(front.rest);
        self.document.tags.extend(front.tags);
        let first = start + front.lines;
        self.document.charts.push(FoundChart {
            text: self.lines[first..end].join("\n"),
            first_line: line_number(first),
            title: front.title,
            heading: self.heading.map(str::to_owned),
        });
    }

    /// An issue about the line at this position, or the one above it.
    fn issue(&mut self, line: usize, message: &str) {
        self.document.issues.push(ImportIssue {
            line: Some(line_number(line.saturating_sub(1))),
            severity: Severity::Warning,
            message: message.to_owned(),
        });
    }

    fn finish(mut self, front: FrontMatter<'a>) -> Document {
        let title = front.title.or_else(|| {
            let (heading, line) = self.first_heading?;
            self.prose.remove(line);
            Some(heading.to_owned())
        });
        let kept = front.rest.into_iter().chain([""]).chain(self.prose);
        self.document.description = paragraphs(kept);
        self.document.title = title;
        self.document.tags.splice(0..0, front.tags);
        self.document
    }
}

/// Joins lines, with no more than one empty line between two texts.
fn paragraphs<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    let mut was_empty = true;
    for line in lines.map(str::trim_end) {
        if !(line.is_empty() && was_empty) {
            text.push_str(line);
            text.push('\n');
        }
        was_empty = line.is_empty();
    }
    text.trim_end().trim_start_matches('\n').to_owned()
}

fn line_number(position: usize) -> u32 {
    u32::try_from(position + 1).unwrap_or(u32::MAX)
}

/// The level and the text of an ATX heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let text = text.strip_prefix([' ', '\t'])?.trim().trim_end_matches('#').trim();
    ((1..=6).contains(&level) && !text.is_empty()).then_some((level, text))
}

/// What diagram a line is the header of.
fn header(line: &str) -> Option<Kind> {
    let line = line.trim();
    let word = line.split(|c: char| c.is_whitespace() || c == ';').next()?;
    let behind = line[word.len()..].trim_start();
    if matches!(word, "graph" | "flowchart" | "flowchart-elk") {
        return begins_chart(behind).then_some(Kind::Flowchart);
    }
    let is_word = OTHER_DIAGRAM_WORDS.contains(&word) && (behind.is_empty() || behind == "showData");
    (is_word || OTHER_DIAGRAMS.contains(&word)).then(|| Kind::Other(word.to_owned()))
}

/// Whether this may follow the keyword of a flowchart: nothing, a `;`, or a direction.
fn begins_chart(behind: &str) -> bool {
    let direction = behind.split(|c: char| c.is_whitespace() || c == ';').next().unwrap_or_default();
    let is_direction = ["TB", "TD", "BT", "LR", "RL", "BR"].iter().any(|known| known.eq_ignore_ascii_case(direction));
    behind.is_empty()
        || behind.starts_with(';')
        || behind.starts_with("%%")
        || is_direction
        || matches!(direction, "<" | ">" | "^" | "v")
}

/// The beginning of a fenced block.
#[derive(Debug, PartialEq, Eq)]
struct Fence {
    /// The character it is made of: a backtick, `~` or `:`.
    mark: char,
    /// How many of it.
    length: usize,
    /// Whether it says that Mermaid is in it.
    is_mermaid: bool,
}

impl Fence {
    fn open(line: &str) -> Option<Self> {
        let line = line.trim();
        let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~' | ':'))?;
        let info = line.trim_start_matches(mark);
        let length = line.len() - info.len();
        let is_mermaid = is_mermaid(info);
        // `:::` opens a block of anything; only Mermaid ones are fences here. Backticks in the info make it inline code.
        let is_fence = length >= 3 && (mark != ':' || is_mermaid) && !info.contains('`') && !info.starts_with('>');
        is_fence.then_some(Self { mark, length, is_mermaid })
    }

    fn closes(&self, line: &str) -> bool {
        let line = line.trim();
        line.len() >= self.length && line.chars().all(|character| character == self.mark)
    }
}

/// Whether the info string of a fence (`mermaid`, `{mermaid}`, `{.mermaid width=…}`) names Mermaid.
fn is_mermaid(info: &str) -> bool {
    let word = info.trim().trim_start_matches(['{', '.', ' ']);
    let word = word.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    word.eq_ignore_ascii_case("mermaid") || word.eq_ignore_ascii_case("mmd")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(source: &str) -> Vec<u32> {
        extract(source).charts.iter().map(|chart| chart.first_line).collect()
    }

    #[test]
    fn charts_are_found_in_every_kind_of_fence() {
        for (open, close) in [
            ("```mermaid", "```"),
            ("  ``` Mermaid", "  ```"),
            ("````{mermaid}", "````"),
            ("~~~mermaid", "~~~"),
            (":::mermaid", ":::"),
            ("```", "```"),
        ] {
            let source = format!("# T\nbefore\n{open}\nflowchart TD\na --> b\n{close}\nafter\n");
            let document = extract(&source);
            assert_eq!(document.charts.len(), 1, "{open}");
            assert_eq!(document.charts[0].text, "flowchart TD\na --> b", "{open}");
            assert_eq!(document.charts[0].first_line, 4, "{open}");
            assert_eq!(document.description, "before\nafter", "{open}");
            assert_eq!(document.title.as_deref(), Some("T"), "{open}");
        }
    }

    #[test]
    fn a_fence_that_is_not_closed_ends_with_the_document_or_at_a_heading() {
        let document = extract("```mermaid\ngraph TD\na-->b\n\n## Next\ntext\n```sh\nls\n```\n");
        assert_eq!(document.charts[0].text, "graph TD\na-->b\n");
        assert_eq!(document.description, "## Next\ntext\n```sh\nls\n```");
        assert_eq!(document.issues[0].line, Some(1));
        assert_eq!(lines_of("```mermaid\ngraph TD\na-->b"), [2]);
    }

    #[test]
    fn each_chart_knows_the_heading_above_it() {
        let document = extract("# One\n```mermaid\ngraph TD\na\n```\n## Two\nx\n```mermaid\ngraph LR\nb\n```\n");
        let headings: Vec<_> = document.charts.iter().map(|chart| chart.heading.as_deref()).collect();
        assert_eq!(headings, [Some("One"), Some("Two")]);
    }

    #[test]
    fn a_chart_needs_no_fence() {
        for source in [
            "graph TD\na-->b",
            "\n%% note\nflowchart LR;\na-->b",
            "---\ntitle: T\n---\nflowchart\na-->b",
            "# Title\n\nflowchart td\na-->b",
            "%%{init: {\n 'theme': 'dark'\n}}%%\ngraph\na-->b",
            "sequenceDiagram\na->>b: x",
        ] {
            assert!(is_bare_diagram(source), "{source}");
        }
        for source in
            ["graph theory\n", "# T\n- a\n", "flowchart of things", "```mermaid\ngraph TD\n```", "timeline of it", ""]
        {
            assert!(!is_bare_diagram(source), "{source}");
        }
    }

    #[test]
    fn front_matter_gives_the_title_and_the_rest_stays() {
        let document =
            extract("---\ntitle: Outer\nowner: me\n---\n# H\n```mermaid\n---\ntitle: Inner\n---\ngraph TD\na\n```");
        assert_eq!(document.title.as_deref(), Some("Outer"));
        assert_eq!(document.description, "owner: me\n\n# H");
        assert_eq!(document.charts[0].title.as_deref(), Some("Inner"));
        assert_eq!(document.charts[0].first_line, 10);
    }

    #[test]
    fn other_diagrams_are_kept_and_named() {
        let document = extract("```mermaid\nsequenceDiagram\na->>b: x\n```\n");
        assert!(document.charts.is_empty());
        assert_eq!(document.other_kind.as_deref(), Some("sequenceDiagram"));
        assert!(document.description.contains("a->>b: x"));
    }

    #[test]
    fn comments_above_a_chart_are_no_description() {
        for head in [
            "%%{init: {\"theme\":\"dark\"}}%%\n",
            "%% key\n\n%%{init: {\n 'a': 1\n}}%%\n%%{wrap}%%\n",
            "%%{init: {}}%% ",
            "%% c\n---\ntitle: T\n---\n",
            "# T\n%% c\n",
        ] {
            let source = format!("{head}flowchart TD\n a --> b");
            assert!(is_bare_diagram(&source), "{head}");
            let document = extract(&source);
            assert_eq!((document.charts.len(), document.description.as_str()), (1, ""), "{head}");
        }
        assert_eq!(extract("%% a note\ntext\n").description, "%% a note\ntext");
    }

    #[test]
    fn a_chart_without_a_fence_may_lack_its_header() {
        for (source, description) in [
            ("A[Detect] --> B[Contain]\nB --> C", ""),
            ("# T\n\nAbout it.\n\n%% c\nA-->B", "About it.\n\n%% c"),
            ("subgraph s [One]\n a --> b\nend", ""),
        ] {
            let document = without_header(source).unwrap();
            assert_eq!((document.charts.len(), document.description.as_str()), (1, description), "{source}");
            assert!(document.issues[0].message.contains("`flowchart TD`"), "{:?}", document.issues);
        }
        assert!(without_header("Just a text.\n- an item\n1. another\n").is_none());
        assert!(is_headless("A[Detect] --> B\n%% c\nB --> C\n") && !is_headless("A --> B\nand a sentence"));
    }

    #[test]
    fn a_chart_in_a_fence_may_lack_its_header() {
        assert_eq!(lines_of("```mermaid\na --> b\n```"), [2]);
        assert_eq!(extract("```mermaid\nunheard-of\n  x\n```").other_kind.as_deref(), Some("unheard-of"));
    }
}
