use serde_json::Value;
use uuid::Uuid;

use super::{CacaoContext, cacao};
use crate::graph::{Code, Edge, Graph, Node, NodeKind};
use crate::ids::PlaybookId;
use crate::time::Timestamp;

fn exported(graph: &Graph) -> Value {
    let at = Timestamp::from_micros(1_790_000_000_000_000).unwrap();
    let context = CacaoContext { playbook: PlaybookId(Uuid::from_u128(7)), created: at, modified: at, source: None };
    serde_json::from_str(&cacao(graph, &context).text).unwrap()
}

fn step<'a>(playbook: &'a Value, name: &str) -> &'a Value {
    let steps = playbook["workflow"].as_object().unwrap();
    steps.values().find(|step| step["name"] == name).unwrap_or_else(|| panic!("no step {name} in {playbook:#}"))
}

fn id<'a>(playbook: &'a Value, name: &str) -> &'a str {
    let steps = playbook["workflow"].as_object().unwrap();
    steps.iter().find(|(_, step)| step["name"] == name).unwrap().0
}

/// The type of the step that a member names.
fn leads_to<'a>(playbook: &'a Value, from: &Value) -> &'a str {
    playbook["workflow"][from.as_str().unwrap()]["type"].as_str().unwrap()
}

fn graph(nodes: &[(&str, NodeKind)], edges: &[(&str, &str, &str)]) -> Graph {
    let edge = |&(from, to, label): &(&str, &str, &str)| Edge {
        from: from.into(),
        to: to.into(),
        label: Some(label.to_owned()).filter(|label| !label.is_empty()),
    };
    Graph {
        title: "T".into(),
        nodes: nodes.iter().map(|(id, kind)| Node::new(*id, *kind, *id)).collect(),
        edges: edges.iter().map(edge).collect(),
        ..Graph::default()
    }
}

const STEP: NodeKind = NodeKind::Step;
const DECISION: NodeKind = NodeKind::Decision;
const MERGE: NodeKind = NodeKind::Merge;

#[test]
fn branches_that_meet_end_by_themselves_and_go_on_behind_their_question() {
    let nodes = [("ask", DECISION), ("do", STEP), ("meet", MERGE), ("after", STEP)];
    let edges = [("ask", "do", "No"), ("ask", "meet", "Yes"), ("do", "meet", ""), ("meet", "after", "")];
    let playbook = exported(&graph(&nodes, &edges));
    let ask = step(&playbook, "ask");
    assert_eq!(ask["type"], "if-condition");
    assert_eq!(ask["condition"], "__decision_1__:value = 'Yes'");
    assert_eq!(playbook["playbook_variables"]["__decision_1__"]["type"], "string");
    assert_eq!((ask["on_false"].as_str(), leads_to(&playbook, &ask["on_true"])), (Some(id(&playbook, "do")), "end"));
    assert_eq!(ask["on_completion"], id(&playbook, "after"));
    assert_eq!(leads_to(&playbook, &step(&playbook, "do")["on_completion"]), "end");
    assert!(playbook["workflow"].as_object().unwrap().values().all(|step| step["name"] != "meet"));
}

#[test]
fn loops_forks_and_several_answers_have_their_words() {
    let nodes = [
        ("again", DECISION),
        ("try", STEP),
        ("fork", MERGE),
        ("one", STEP),
        ("two", STEP),
        ("join", MERGE),
        ("which", DECISION),
        ("out", STEP),
    ];
    let edges = [
        ("again", "try", "Not yet"),
        ("try", "again", ""),
        ("again", "fork", "It works"),
        ("fork", "one", ""),
        ("fork", "two", ""),
        ("one", "join", ""),
        ("two", "join", ""),
        ("join", "which", ""),
        ("which", "out", "red"),
        ("which", "out", "green"),
        ("which", "again", "amber"),
    ];
    let playbook = exported(&graph(&nodes, &edges));
    let again = step(&playbook, "again");
    assert_eq!(
        (&again["type"], &again["on_true"]),
        (&Value::from("while-condition"), &Value::from(id(&playbook, "try")))
    );
    assert_eq!(again["on_completion"], id(&playbook, "fork"));
    let fork = step(&playbook, "fork");
    assert_eq!((&fork["type"], fork["next_steps"].as_array().unwrap().len()), (&Value::from("parallel"), 2));
    assert_eq!(fork["on_completion"], id(&playbook, "which"));
    let which = step(&playbook, "which");
    assert_eq!(which["type"], "switch-condition");
    assert_eq!(which["cases"]["amber"], id(&playbook, "again"));
    assert_eq!(which["cases"]["red"], id(&playbook, "out"));
}

#[test]
fn terminals_are_the_start_and_the_end() {
    let nodes = [("Begin", MERGE), ("do", STEP), ("Over", MERGE)];
    let playbook = exported(&graph(&nodes, &[("Begin", "do", ""), ("do", "Over", "")]));
    assert_eq!((&step(&playbook, "Begin")["type"], &step(&playbook, "Over")["type"]), (&"start".into(), &"end".into()));
    assert_eq!(playbook["workflow_start"], id(&playbook, "Begin"));
}

#[test]
fn code_is_a_command_of_its_type_and_anything_else_is_done_by_people() {
    let mut graph = graph(&[("run", NodeKind::Execute), ("call", STEP)], &[]);
    let code = |language: &str, text: &str| Code { language: Some(language.into()), text: text.into() };
    graph.nodes[0].code = vec![code("sh", "ls"), code("cobol", "STOP RUN.")];
    let playbook = exported(&graph);
    let commands = &step(&playbook, "run")["commands"];
    assert_eq!((&commands[0]["type"], &commands[0]["command"]), (&"bash".into(), &"ls".into()));
    assert_eq!((&commands[1]["type"], &commands[1]["command"]), (&"manual".into(), &"STOP RUN.".into()));
    assert_eq!(step(&playbook, "call")["commands"][0]["command"], "call");
}

#[test]
fn ids_depend_on_the_playbook_and_the_node_alone() {
    let (one, two) = (graph(&[("a", STEP)], &[]), graph(&[("b", STEP), ("a", STEP)], &[("b", "a", "")]));
    assert_eq!(id(&exported(&one), "a"), id(&exported(&two), "a"));
    assert_ne!(id(&exported(&two), "b"), id(&exported(&two), "a"));
}
