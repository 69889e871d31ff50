//! One flowchart as its author wrote it, in Mermaid's terms and before any meaning is given to it.

/// A flowchart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// The accessible title (`accTitle`), if there is one.
    pub title: Option<String>,
    /// The accessible description (`accDescr`); empty when there is none.
    pub description: String,
    /// In the order of their first mention. An edge to a subgraph mentions a node of the subgraph's id.
    pub nodes: Vec<ChartNode>,
    /// In the order of the text.
    pub edges: Vec<ChartEdge>,
    /// In the order in which they are opened.
    pub subgraphs: Vec<ChartSubgraph>,
}

/// A node of a flowchart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartNode {
    /// Unique in the chart.
    pub id: String,
    /// Mermaid's name of the shape (`square`, `diamond`, `junction`, …), if one was written.
    pub shape: Option<String>,
    /// The text in the brackets, without quotes but otherwise as written; a markdown string keeps its backticks.
    pub label: Option<String>,
    /// Where it is first mentioned, counted from 1 in the document.
    pub line: u32,
}

impl ChartNode {
    /// What Mermaid draws in the node: the label, else the id.
    pub fn text(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.id)
    }
}

/// How the line of an edge is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// `-->`
    Normal,
    /// `==>`
    Thick,
    /// `-.->`
    Dotted,
    /// `~~~`: a hint for the layout, not a way.
    Invisible,
}

/// An edge of a flowchart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartEdge {
    /// The id of the node (or subgraph) it leaves.
    pub from: String,
    /// The id of the node (or subgraph) it leads to.
    pub to: String,
    /// The text on it, as written but for quotes.
    pub label: Option<String>,
    /// The id given to it (`e1@-->`).
    pub id: Option<String>,
    /// How it is drawn.
    pub stroke: Stroke,
}

/// A subgraph of a flowchart. The same id opened again continues the same subgraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartSubgraph {
    /// The id edges can use; a title of several words gives none.
    pub id: Option<String>,
    /// Its heading; empty when there is none.
    pub title: String,
    /// Ids of the nodes in it; a node is in the innermost subgraph that mentions it first.
    pub members: Vec<String>,
    /// Position in [`Chart::subgraphs`] of the subgraph it was opened in.
    pub parent: Option<usize>,
    /// Where it is opened, counted from 1 in the document.
    pub line: u32,
}
