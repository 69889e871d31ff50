//! The text of one chart to a [`Chart`], statement by statement.
//!
//! A statement that is not understood costs only itself: it is reported, its text is kept, and parsing goes on with the
//! next line.

use std::collections::{HashMap, HashSet};

use super::annotation::Annotation;
use super::chart::{Chart, ChartEdge, ChartNode, ChartSubgraph};
use super::comments;
use super::cursor::Cursor;
use super::known::Known;
use super::label;
use super::link::{self, Link};
use crate::source::{ImportIssue, Severity};

/// Most issues that are reported of one chart.
const MAX_ISSUES: usize = 200;

/// A chart as it was read.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// The chart.
    pub(super) chart: Chart,
    /// What its author should know, in the order of the text.
    pub(super) issues: Vec<ImportIssue>,
    /// The text that was not understood, line by line.
    pub(super) leftovers: Vec<String>,
    /// What its comments say.
    pub(super) annotations: Vec<Annotation>,
    /// How many edges it has beyond those taken.
    pub(super) left_out: usize,
}

/// Reads a chart that starts at line `first_line` of its document, taking no more than `edges_left` edges.
pub(super) fn parse(text: &str, first_line: u32, edges_left: usize) -> Parsed {
    let annotations = text.lines().filter_map(Annotation::read).collect();
    let text = comments::without(text);
    let known = Known::of(&text);
    let mut parser = Parser {
        cursor: Cursor::new(&text, first_line),
        known,
        parsed: Parsed { annotations, ..Parsed::default() },
        positions: HashMap::new(),
        placed: HashSet::new(),
        subgraph_positions: HashMap::new(),
        edge_ids: HashSet::new(),
        open: Vec::new(),
        mentions: Vec::new(),
        edges_left,
    };
    parser.header();
    while parser.next_statement() {
        parser.statement();
    }
    parser.finish()
}

/// A node as one statement mentions it.
#[derive(Debug)]
struct Mention {
    id: String,
    shape: Option<String>,
    label: Option<String>,
    /// Whether it has `@{ … }`, which may also belong to an edge.
    has_properties: bool,
    line: u32,
}

impl Mention {
    fn says_something(&self) -> bool {
        self.shape.is_some() || self.label.is_some() || self.has_properties
    }
}

/// `a & b --> c`: nodes side by side, and the link that leads to them.
#[derive(Debug)]
struct Group {
    link: Option<Link>,
    nodes: Vec<Mention>,
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    known: Known<'a>,
    parsed: Parsed,
    /// Where each node stands in the chart.
    positions: HashMap<String, usize>,
    /// Nodes that belong to a subgraph already.
    placed: HashSet<String>,
    /// Where each subgraph that has an id stands in the chart.
    subgraph_positions: HashMap<String, usize>,
    edge_ids: HashSet<String>,
    /// Positions of the subgraphs that are open, the innermost last.
    open: Vec<usize>,
    /// Nodes mentioned directly in each open subgraph.
    mentions: Vec<Vec<String>>,
    edges_left: usize,
}

impl Parser<'_> {
    /// Reports something; of more than anyone would read, only that there is more.
    fn issue(&mut self, line: u32, severity: Severity, message: impl Into<String>) {
        let count = self.parsed.issues.len();
        if count > MAX_ISSUES {
            return;
        }
        let message = if count == MAX_ISSUES {
            "from here on there are more faults of this kind than are listed".to_owned()
        } else {
            message.into()
        };
        self.parsed.issues.push(ImportIssue { line: Some(line), severity, message });
    }

    /// Goes over `flowchart LR`; a text without it is read all the same.
    fn header(&mut self) {
        self.cursor.skip_blank();
        let start = self.cursor.at;
        let word = self.cursor.identifier();
        if !matches!(word, "graph" | "flowchart" | "flowchart-elk") || link::begins(self.cursor.rest().trim_start()) {
            self.cursor.at = start;
            return;
        }
        self.cursor.skip_spaces();
        let before_direction = self.cursor.at;
        let direction = self.cursor.skip_while(|c| c.is_ascii_alphabetic() || matches!(c, '<' | '>' | '^'));
        if !is_direction(direction) {
            self.cursor.at = before_direction;
        }
    }

    /// Goes to the beginning of the next statement; false at the end of the text.
    fn next_statement(&mut self) -> bool {
        loop {
            self.cursor.skip_while(|c| c.is_whitespace() || c == ';');
            if !self.cursor.skip_comment() {
                return self.cursor.peek().is_some();
            }
        }
    }

    fn statement(&mut self) {
        let start = self.cursor.at;
        if self.keyword_statement() {
            return;
        }
        self.cursor.at = start;
        if !self.flow_statement() {
            self.cursor.at = start;
            self.leave_line();
        }
    }

    /// Keeps what is left of the line as text that was not understood.
    fn leave_line(&mut self) {
        let line = self.cursor.line();
        let text = self.cursor.rest_of_line();
        self.cursor.at += text.len();
        self.issue(line, Severity::Error, "this is no statement of a flowchart; its text was kept in the description");
        self.parsed.leftovers.push(text.trim().to_owned());
    }

    /// Reads a statement that begins with a keyword; false when it does not, or when the keyword is a node's id.
    fn keyword_statement(&mut self) -> bool {
        let word = self.cursor.skip_while(|c| c.is_ascii_alphabetic());
        let behind = self.cursor.rest_of_line();
        let next = behind.trim_start();
        let apart = behind.is_empty() || behind.starts_with(|c: char| c.is_whitespace() || c == ';');
        let is_node = !apart || link::begins(next) || next.starts_with('&');
        match word {
            "subgraph" if apart => self.open_subgraph(),
            "end" if !is_node => self.close_subgraph(),
            "direction" if is_direction(next.split([' ', ';', '\r', '%']).next().unwrap_or_default()) => {
                self.skip_statement();
            }
            "style" | "linkStyle" | "classDef" | "class" | "click" if !is_node && !next.is_empty() => {
                self.skip_statement();
            }
            "graph" | "flowchart"
                if !is_node && is_direction(next.split([' ', ';', '\r']).next().unwrap_or_default()) =>
            {
                self.skip_statement();
            }
            "accTitle" if next.starts_with(':') => {
                self.parsed.chart.title = Some(next[1..].trim().to_owned()).filter(|title| !title.is_empty());
                self.cursor.at += behind.len();
            }
            "accDescr" if next.starts_with([':', '{']) => self.accessible_description(),
            _ => return false,
        }
        true
    }

    /// Goes to the end of the statement: a `;` outside quotes, or the end of the line.
    fn skip_statement(&mut self) {
        self.cursor.at += statement_length(self.cursor.rest_of_line(), false);
    }

    fn accessible_description(&mut self) {
        self.cursor.skip_spaces();
        let text = if self.cursor.eat("{") {
            let rest = self.cursor.rest();
            let text = &rest[..rest.find('}').unwrap_or(rest.len())];
            self.cursor.at += text.len();
            self.cursor.eat("}");
            text
        } else {
            self.cursor.eat(":");
            let text = self.cursor.rest_of_line();
            self.cursor.at += text.len();
            text
        };
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        self.parsed.chart.description = lines.join("\n");
    }

    fn open_subgraph(&mut self) {
        let line = self.cursor.line();
        let head = self.cursor.rest_of_line();
        let head = &head[..statement_length(head, true)];
        self.cursor.at += head.len();
        let (id, title) = subgraph_head(without_comment(head).trim());
        let subgraphs = &mut self.parsed.chart.subgraphs;
        let position = match &id {
            Some(id) => *self.subgraph_positions.entry(id.clone()).or_insert(subgraphs.len()),
            None => subgraphs.len(),
        };
        match subgraphs.get_mut(position) {
            Some(subgraph) if subgraph.title.is_empty() || subgraph.id.as_ref() == Some(&subgraph.title) => {
                subgraph.title = title;
            }
            Some(_) => {}
            None => subgraphs.push(ChartSubgraph {
                id,
                title,
                members: Vec::new(),
                parent: self.open.last().copied(),
                line,
            }),
        }
        self.open.push(position);
        self.mentions.push(Vec::new());
    }

    fn close_subgraph(&mut self) {
        if self.open.is_empty() {
            let line = self.cursor.line();
            self.issue(line, Severity::Warning, "`end` without an open subgraph; it was left out");
        } else {
            self.place_members();
        }
    }

    /// Closes the innermost subgraph: what was mentioned in it and is in no other yet belongs to it.
    fn place_members(&mut self) {
        let (Some(position), Some(mentions)) = (self.open.pop(), self.mentions.pop()) else {
            return;
        };
        for id in mentions {
            if self.placed.insert(id.clone()) {
                self.parsed.chart.subgraphs[position].members.push(id);
            }
        }
    }

    /// Reads nodes and the links between them. False when there are none, or when it is a single word in a line of
    /// others: then it is prose.
    fn flow_statement(&mut self) -> bool {
        let mut is_continued = false;
        loop {
            let start = self.cursor.at;
            let Some(groups) = self.groups() else {
                return self.leave_rest(start, is_continued);
            };
            let says_something = groups.len() > 1 || groups[0].nodes.iter().any(Mention::says_something);
            let complete = self.at_statement_end();
            if !says_something && (is_continued || !complete) {
                return self.leave_rest(start, is_continued);
            }
            if is_continued {
                let line = self.cursor.line();
                self.issue(
                    line,
                    Severity::Warning,
                    "two statements on a line without a `;` between them; both were read",
                );
            }
            self.commit(groups);
            if complete {
                return true;
            }
            is_continued = true;
        }
    }

    /// Leaves the line from `start` on when something before it was understood.
    fn leave_rest(&mut self, start: usize, is_continued: bool) -> bool {
        self.cursor.at = start;
        if is_continued {
            self.leave_line();
        }
        is_continued
    }

    /// Whether the statement ends here; goes over a comment at its end.
    fn at_statement_end(&mut self) -> bool {
        self.cursor.skip_spaces();
        self.cursor.skip_comment();
        matches!(self.cursor.peek(), None | Some('\n' | ';'))
    }

    /// Reads `a & b --> c --> d`; a link that leads nowhere is left standing.
    fn groups(&mut self) -> Option<Vec<Group>> {
        let mut groups = vec![Group { link: None, nodes: self.nodes()? }];
        loop {
            let before_link = self.cursor.at;
            let Some(link) = self.link() else {
                return Some(groups);
            };
            self.cursor.skip_blank_and_comments();
            let Some(nodes) = self.nodes() else {
                self.cursor.at = before_link;
                return Some(groups);
            };
            groups.push(Group { link: Some(link), nodes });
        }
    }

    fn link(&mut self) -> Option<Link> {
        let start = self.cursor.at;
        let link = link::read(&mut self.cursor, &self.known)?;
        let alone = self.cursor.since(start).trim_start_matches([' ', '\t', '\r']).starts_with('\n')
            && self.cursor.rest_of_line().trim().is_empty();
        // A line that is nothing but `---` is a rule between two texts.
        if alone {
            self.cursor.at = start;
            return None;
        }
        Some(link)
    }

    fn nodes(&mut self) -> Option<Vec<Mention>> {
        let mut nodes = vec![self.node()?];
        loop {
            let before = self.cursor.at;
            self.cursor.skip_spaces();
            if self.cursor.eat("&") {
                self.cursor.skip_blank_and_comments();
                if let Some(node) = self.node() {
                    nodes.push(node);
                    continue;
                }
            }
            self.cursor.at = before;
            return Some(nodes);
        }
    }

    /// Reads an id and what is attached to it: `:::class`, a label in brackets, `@{ … }`.
    fn node(&mut self) -> Option<Mention> {
        let line = self.cursor.line();
        let mut node = Mention { id: self.node_id()?, shape: None, label: None, has_properties: false, line };
        loop {
            if self.cursor.eat(":::") {
                self.cursor.identifier();
            } else if let Some(properties) = label::properties(&mut self.cursor) {
                node.take(properties);
            } else if node.label.is_some() || !self.label(&mut node) {
                return Some(node);
            }
        }
    }

    fn node_id(&mut self) -> Option<String> {
        let id = self.cursor.identifier();
        if !id.is_empty() {
            return Some(id.to_owned());
        }
        let line = self.cursor.line();
        let quoted = self.cursor.quoted().map(str::trim).filter(|text| !text.is_empty())?;
        self.issue(line, Severity::Warning, "a node needs an id before its text; the text was taken as the id");
        Some(quoted.to_owned())
    }

    fn label(&mut self, node: &mut Mention) -> bool {
        let before = self.cursor.at;
        self.cursor.skip_spaces();
        // `a > b` is no label, and neither is a bracket that stands apart in a line of prose.
        let apart = self.cursor.at > before;
        let Some(label) = (!apart || self.cursor.looking_at("[")).then(|| label::read(&mut self.cursor)).flatten()
        else {
            self.cursor.at = before;
            return false;
        };
        if let Some(repair) = label.repair {
            self.issue(node.line, Severity::Warning, format!("“{}”: {repair}", node.id));
        }
        node.shape = Some(label.shape.to_owned());
        node.label = Some(label.text);
        true
    }

    fn commit(&mut self, groups: Vec<Group>) {
        let mut before: Vec<String> = Vec::new();
        for group in groups {
            let nodes: Vec<Mention> = group.nodes.into_iter().filter(|node| !self.is_edge(node)).collect();
            let ids: Vec<String> = nodes.iter().map(|node| node.id.clone()).collect();
            if let Some(link) = group.link {
                let line = nodes.first().map_or(1, |node| node.line);
                self.connect(&before, &ids, &link, line);
            }
            for node in nodes {
                self.mention(node);
            }
            before = ids;
        }
    }

    /// `e1@{ animate: true }` is about the edge e1.
    fn is_edge(&self, node: &Mention) -> bool {
        node.has_properties && self.edge_ids.contains(&node.id)
    }

    fn mention(&mut self, mention: Mention) {
        if let Some(mentions) = self.mentions.last_mut() {
            mentions.push(mention.id.clone());
        }
        let nodes = &mut self.parsed.chart.nodes;
        if let Some(node) = self.positions.get(&mention.id).and_then(|&position| nodes.get_mut(position)) {
            node.shape = mention.shape.or(node.shape.take());
            node.label = mention.label.or(node.label.take());
            return;
        }
        self.positions.insert(mention.id.clone(), nodes.len());
        nodes.push(ChartNode { id: mention.id, shape: mention.shape, label: mention.label, line: mention.line });
    }

    fn connect(&mut self, from: &[String], to: &[String], link: &Link, line: u32) {
        if let Some(repair) = link.repair {
            self.issue(line, Severity::Warning, repair);
        }
        self.edge_ids.extend(link.id.clone());
        let (from, to) = if link.reversed { (to, from) } else { (from, to) };
        let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (from, to)));
        let edges = pairs.take(self.edges_left).map(|(from, to)| ChartEdge {
            from: from.clone(),
            to: to.clone(),
            label: link.label.clone().filter(|label| !label.is_empty()),
            id: link.id.clone(),
            stroke: link.stroke,
        });
        let before = self.parsed.chart.edges.len();
        self.parsed.chart.edges.extend(edges);
        self.edges_left -= self.parsed.chart.edges.len() - before;
        self.parsed.left_out += from.len() * to.len() - (self.parsed.chart.edges.len() - before);
    }

    fn finish(mut self) -> Parsed {
        if let Some(&position) = self.open.last() {
            let line = self.parsed.chart.subgraphs[position].line;
            self.issue(line, Severity::Warning, "the subgraph has no `end`; it was closed at the end of the chart");
        }
        while !self.open.is_empty() {
            self.place_members();
        }
        self.parsed
    }
}

impl Mention {
    fn take(&mut self, properties: Vec<(String, String)>) {
        self.has_properties = true;
        for (key, value) in properties {
            match key.as_str() {
                "shape" => self.shape = Some(value),
                "label" => self.label = Some(value),
                _ => {}
            }
        }
    }
}

fn is_direction(word: &str) -> bool {
    let upper = word.to_ascii_uppercase();
    matches!(upper.as_str(), "TB" | "TD" | "BT" | "LR" | "RL" | "BR" | "<" | ">" | "^" | "V")
}

/// How far a statement goes on a line: up to a `;` outside quotes. With entities, the `;` of `#amp;` belongs to the text.
fn statement_length(line: &str, with_entities: bool) -> usize {
    let mut inside = false;
    let mut entity = false;
    for (position, character) in line.char_indices() {
        match character {
            '"' => inside = !inside,
            ';' if !(inside || entity && with_entities) => return position,
            _ => {}
        }
        entity = character == '#' || (entity && character.is_ascii_alphanumeric());
    }
    line.len()
}

/// A head without the comment behind it; in quotes and brackets `%%` is text.
fn without_comment(head: &str) -> &str {
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut before = ' ';
    for (position, character) in head.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth = depth.saturating_sub(1),
            '%' if depth == 0 && !quoted && before.is_whitespace() && head[position..].starts_with("%%") => {
                return &head[..position];
            }
            _ => {}
        }
        before = character;
    }
    head
}

/// The id and the title behind `subgraph`: `id [title]`, `id`, `several words`.
fn subgraph_head(head: &str) -> (Option<String>, String) {
    let mut cursor = Cursor::unnumbered(head);
    let id = cursor.identifier();
    cursor.skip_spaces();
    let label = (!id.is_empty() && cursor.looking_at("[")).then(|| label::read(&mut cursor)).flatten();
    if let Some(label) = label.filter(|_| cursor.rest().trim().is_empty()) {
        return (Some(id.to_owned()), label.text);
    }
    let title = head.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(head).trim();
    let id = Some(title).filter(|title| !title.is_empty() && !title.contains(char::is_whitespace));
    (id.map(str::to_owned), title.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::MAX_EDGES;

    fn read(text: &str) -> Parsed {
        parse(text, 1, MAX_EDGES)
    }

    /// `from -label-> to` for each edge.
    fn edges(text: &str) -> Vec<String> {
        let chart = read(text).chart;
        let edges = chart.edges.iter();
        edges
            .map(|edge| match &edge.label {
                Some(label) => format!("{} -{label}-> {}", edge.from, edge.to),
                None => format!("{} -> {}", edge.from, edge.to),
            })
            .collect()
    }

    fn node(text: &str, id: &str) -> ChartNode {
        read(text).chart.nodes.into_iter().find(|node| node.id == id).unwrap()
    }

    #[test]
    fn chains_and_ampersands_make_every_pair() {
        assert_eq!(edges("graph TD\na --> b & c -->|x| d"), ["a -> b", "a -> c", "b -x-> d", "c -x-> d"]);
        assert_eq!(edges("graph TD\na-->b-->c;d-->e;"), ["a -> b", "b -> c", "d -> e"]);
        assert_eq!(edges("graph TD\na\n  --> b -->\n  c"), ["a -> b", "b -> c"]);
    }

    #[test]
    fn every_direction_and_header_is_accepted() {
        for header in [
            "graph TD",
            "graph TB;",
            "flowchart BT",
            "flowchart LR",
            "flowchart RL",
            "flowchart",
            "graph >",
            "flowchart-elk td",
        ] {
            let parsed = read(&format!("{header}\na --> b"));
            assert_eq!((parsed.chart.nodes.len(), parsed.issues.len()), (2, 0), "{header}");
        }
        assert_eq!(edges("flowchart LR; a-->b"), ["a -> b"]);
    }

    #[test]
    fn a_label_may_come_later_and_the_last_one_counts() {
        let found = node("graph TD\na --> b\nb{Is it?}", "b");
        assert_eq!((found.label.as_deref(), found.shape.as_deref(), found.line), (Some("Is it?"), Some("diamond"), 2));
        let found = node("graph TD\na[x]\na@{ shape: diam }", "a");
        assert_eq!((found.label.as_deref(), found.shape.as_deref()), (Some("x"), Some("diam")));
    }

    #[test]
    fn styling_and_comments_are_skipped() {
        let parsed = read(
            "%%{init: {\n'a': 1\n}}%%\ngraph TD\n%% note --> x\na:::red --> b:::blue %% why\nstyle a fill:#f9f;\n\
             classDef red fill:#f00\nclass a,b red\nlinkStyle 0 stroke:red;\nclick a \"https://example.org;x\" \"tip\"",
        );
        let ids: Vec<_> = parsed.chart.nodes.iter().map(|node| node.id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
        assert_eq!((parsed.issues, parsed.leftovers), (Vec::new(), Vec::<String>::new()));
    }

    #[test]
    fn nodes_called_o_and_x_and_links_without_spaces_are_read_as_they_are_meant() {
        for (text, expected) in [
            ("o{Is it?}\no--yes-->p[P]\no--no-->x[X]\nx-->k[K]", vec!["o -yes-> p", "o -no-> x", "x -> k"]),
            ("x{Spam?}\nx-->|yes| a\nx-->|no| b", vec!["x -yes-> a", "x -no-> b"]),
            ("a\n  x==>b\n  o-.->c", vec!["x -> b", "o -> c"]),
            ("k --o ops[O]\nk---Board[B]", vec!["k -> ops", "k -> Board"]),
            ("k---ops\nk-->oven\nk===xray[X]\nk-.-order", vec!["k -> ops", "k -> oven", "k -> xray", "k -> order"]),
            ("A---oB\nA--xB\nA---xB[Two]", vec!["A -> B", "A -> B", "A -> B"]),
            ("oB[Two]\nA---oB", vec!["A -> oB"]),
            ("s[Two]\nA---os", vec!["A -> s"]),
            ("A x--x B\nA o--o B", vec!["A -> B", "A -> B"]),
            ("A--ok-->B\nA--only if sure-->C\nA==ok==>D", vec!["A -ok-> B", "A -only if sure-> C", "A -ok-> D"]),
            ("A--yes---ops\nA -- pre--order --> B", vec!["A -yes-> ops", "A -pre--order-> B"]),
            ("A--oB-->C\nA--x B", vec!["A -> B", "B -> C", "A -> B"]),
            ("A---o\no[One]", vec!["A -> o"]),
            ("A---o[One]-->x", vec!["A -> o", "o -> x"]),
        ] {
            assert_eq!(edges(&format!("graph TD\n{text}")), expected, "{text}");
        }
    }

    #[test]
    fn comments_stand_anywhere_and_are_text_in_quotes() {
        let parsed = read(
            "%% key\n%%{init: {}}%%\ngraph TD %% down\nA[Detect] --> B[\"Keep\n%% of logs\"]; %% tell {now}\n%% B --> Z\n\
             B --> %% torn\n%% C was here\nD[100%% sure]\nsubgraph s [Part%%] %% one\ndirection LR %% x\nA & %% y\nE\nend %% z\n\
             F@{ shape: diam %% why\n label: \"50 %% q\" }",
        );
        assert_eq!((parsed.issues, parsed.leftovers), (Vec::new(), Vec::<String>::new()));
        let chart = parsed.chart;
        let nodes: Vec<_> = chart.nodes.iter().map(|node| (node.id.as_str(), node.text())).collect();
        let expected = [("A", "Detect"), ("B", "Keep\n%% of logs"), ("D", "100%% sure"), ("E", "E"), ("F", "50 %% q")];
        assert_eq!(nodes, expected);
        assert_eq!((chart.edges.len(), chart.subgraphs[0].title.as_str()), (2, "Part%%"));
        assert_eq!(chart.nodes[4].shape.as_deref(), Some("diam"));
    }

    #[test]
    fn keywords_can_be_ids_where_they_must_be() {
        assert_eq!(
            edges("graph TD\na --> end\nend --> class\nclass --> style"),
            ["a -> end", "end -> class", "class -> style"]
        );
    }

    #[test]
    fn subgraphs_nest_and_hold_what_they_mention_first() {
        let chart = read(
            "graph TD\nsubgraph one [First phase]\n direction LR\n a --> b\n subgraph two\n b --> c\n end\nend\n\
             subgraph Host: X (10.1.0.4)\n c --> d\nend\none --> d",
        )
        .chart;
        let found: Vec<_> = chart
            .subgraphs
            .iter()
            .map(|sub| (sub.id.as_deref(), sub.title.as_str(), sub.members.join(" "), sub.parent))
            .collect();
        assert_eq!(
            found,
            [
                (Some("one"), "First phase", "a".to_owned(), None),
                (Some("two"), "two", "b c".to_owned(), Some(0)),
                (None, "Host: X (10.1.0.4)", "d".to_owned(), None),
            ]
        );
    }

    #[test]
    fn a_missing_or_additional_end_is_reported() {
        assert_eq!(read("graph TD\nsubgraph s\na").chart.subgraphs[0].members, ["a"]);
        assert_eq!(read("graph TD\nsubgraph s\na").issues[0].line, Some(2));
        assert_eq!(read("graph TD\na\nend\nb").issues[0].line, Some(3));
    }

    #[test]
    fn what_is_not_understood_is_kept_and_parsing_goes_on() {
        let parsed = read("graph TD\na --> b\nThis is prose, not a chart.\nc --> d\ne --> f ) rest\n<<<>>>");
        assert_eq!(parsed.leftovers, ["This is prose, not a chart.", ") rest", "<<<>>>"]);
        assert_eq!(parsed.issues.iter().map(|issue| issue.line).collect::<Vec<_>>(), [Some(3), Some(5), Some(6)]);
        assert_eq!(parsed.chart.edges.len(), 3);
    }

    #[test]
    fn a_forgotten_semicolon_costs_nothing() {
        let parsed = read("graph TD\na[x] --> b[y] c[z] --> d");
        assert_eq!(parsed.chart.edges.len(), 2);
        assert!(parsed.leftovers.is_empty());
    }

    #[test]
    fn properties_of_an_edge_make_no_node() {
        let chart = read("graph TD\na e1@--> b\ne1@{ animate: true }\nc@{ shape: circ }").chart;
        assert_eq!(chart.edges[0].id.as_deref(), Some("e1"));
        assert_eq!(chart.nodes.iter().map(|node| node.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn the_product_of_nodes_side_by_side_is_bounded() {
        let side = (0..50).map(|node| format!("n{node}")).collect::<Vec<_>>().join(" & ");
        let parsed = parse(&format!("graph TD\n{side} --> {side}"), 1, 100);
        assert_eq!((parsed.chart.edges.len(), parsed.left_out), (100, 2_400));
    }

    #[test]
    fn accessible_texts_are_taken() {
        let chart = read("graph TD\naccTitle: The title\naccDescr {\n two\n lines\n}\na-->b").chart;
        assert_eq!((chart.title.as_deref(), chart.description.as_str()), (Some("The title"), "two\nlines"));
        assert_eq!(chart.nodes.len(), 2);
    }
}
