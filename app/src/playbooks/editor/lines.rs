//! Lines of a text and the nodes that begin in them: pure, so that it can be tested.

use domain::drawing::markup::{Attribute, Markup};
use domain::graph::Graph;
use domain::ids::NodeId;
use domain::source::{ImportIssue, Severity};

/// In which line each node begins, by line.
pub(super) fn beginnings(graph: &Graph) -> Vec<(u32, NodeId)> {
    let mut lines: Vec<(u32, NodeId)> =
        graph.nodes.iter().filter_map(|node| Some((node.line?, node.id.clone()))).collect();
    lines.sort_by_key(|(line, _)| *line);
    lines
}

/// The node that a line belongs to: the last that begins there or above.
pub(super) fn node_at(lines: &[(u32, NodeId)], line: u32) -> Option<&NodeId> {
    let after = lines.partition_point(|(own, _)| *own <= line);
    lines[..after].last().map(|(_, id)| id)
}

/// The line, counted from 1, in which a position of a text field lies; fields count in UTF-16.
pub(super) fn line_of(text: &str, position: usize) -> u32 {
    let (mut units, mut line) = (0, 1);
    for c in text.chars() {
        if units >= position {
            break;
        }
        units += c.len_utf16();
        line += u32::from(c == '\n');
    }
    line
}

/// Where a line begins in a text field, in UTF-16; the end of the text when there is no such line.
pub(super) fn position_of(text: &str, line: u32) -> usize {
    let before = usize::try_from(line.saturating_sub(1)).unwrap_or_default();
    text.split_inclusive('\n').take(before).map(|line| line.encode_utf16().count()).sum()
}

/// The text again, as it lies under the field: lines with remarks are underlined, and one is marked.
pub(super) fn mirror(text: &str, issues: &[ImportIssue], marked: Option<u32>) -> String {
    let mut markup = Markup::default();
    for (number, line) in (1..).zip(text.split('\n')) {
        let worst = issues
            .iter()
            .filter(|issue| issue.line == Some(number))
            .map(|issue| issue.severity)
            .max()
            .map(Severity::as_str);
        let severity: Option<Attribute> = worst.as_ref().map(|worst| ("data-severity", worst as _));
        let class: Option<Attribute> = (marked == Some(number)).then_some(("class", &"at"));
        // A break within the element would make the marked line as wide as its field.
        markup.element("span", &severity.into_iter().chain(class).collect::<Vec<_>>(), &line);
        markup.raw("\n");
    }
    markup.finish()
}

/// What the importer had to say, as a list whose lines lead into the text.
pub(super) fn remarks(issues: &[ImportIssue]) -> String {
    let mut markup = Markup::default();
    if issues.is_empty() {
        return String::new();
    }
    markup.open("ul", &[("class", &"issues")]);
    for issue in issues {
        markup.open("li", &[("data-severity", &issue.severity.as_str())]);
        if let Some(line) = issue.line {
            let text = format!("line {line}");
            markup.element(
                "button",
                &[("type", &"button"), ("class", &"link issue-line"), ("data-line", &line)],
                &text,
            );
            markup.raw(" ");
        }
        markup.element("span", &[("dir", &"auto")], &issue.message);
        markup.close("li");
    }
    markup.close("ul");
    markup.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::graph::{Node, NodeKind};

    #[test]
    fn a_position_and_its_line_agree_whatever_the_letters() {
        let text = "# Ü\n👩‍🚒 Save\n\nlast";
        for (line, position) in [(1, 0), (2, 4), (3, 4 + "👩‍🚒 Save\n".encode_utf16().count())] {
            assert_eq!(position_of(text, line), position);
            assert_eq!(line_of(text, position), line);
        }
        assert_eq!(line_of(text, 999), 4);
        assert_eq!(position_of(text, 99), text.encode_utf16().count());
    }

    #[test]
    fn a_line_belongs_to_the_node_that_begins_in_it_or_above() {
        let mut graph = Graph::default();
        for (id, line) in [("b", Some(5)), ("a", Some(2)), ("merge", None)] {
            graph.nodes.push(Node { line, ..Node::new(id, NodeKind::Step, id) });
        }
        let lines = beginnings(&graph);
        let at = |line| node_at(&lines, line).map(NodeId::as_str);
        assert_eq!([at(1), at(2), at(4), at(5), at(9)], [None, Some("a"), Some("a"), Some("b"), Some("b")]);
    }

    #[test]
    fn the_mirror_holds_the_same_text_and_marks_lines() {
        let issue = |line, severity| ImportIssue { line, severity, message: String::new() };
        let issues = [issue(Some(2), Severity::Info), issue(Some(2), Severity::Warning), issue(None, Severity::Error)];
        assert_eq!(
            mirror("a\n<b>\n", &issues, Some(1)),
            "<span class=\"at\">a</span>\n<span data-severity=\"warning\">&lt;b&gt;</span>\n<span></span>\n"
        );
    }

    #[test]
    fn remarks_lead_to_their_lines_and_hold_no_markup_of_their_own() {
        let issue = ImportIssue { line: Some(3), severity: Severity::Warning, message: "<script>".to_owned() };
        let list = remarks(&[issue]);
        assert!(list.contains("data-line=\"3\"") && list.contains("&lt;script&gt;"), "{list}");
        assert_eq!(remarks(&[]), "");
    }
}
