use crate::graph::{Graph, NodeKind};
use crate::import::{Imported, import};
use crate::source::Format;

/// Reads a playbook of these steps, which begins at `s`.
fn read(steps: &str) -> Imported {
    let source = format!(
        "{{\"type\": \"playbook\", \"spec_version\": \"cacao-2.0\", \"id\": \"playbook--1\", \"name\": \"T\", \"created_by\": \"x\",\n\
         \"created\": \"\", \"modified\": \"\", \"workflow_start\": \"s\", \"workflow\": {{\n\
         \"s\": {{\"type\": \"start\", \"on_completion\": \"a\"}},\n{steps}}}}}"
    );
    let imported = import(&source, None).unwrap_or_else(|refusal| panic!("{refusal}\n{source}"));
    assert_eq!((imported.format, imported.graph.validate()), (Format::Cacao, Ok(())));
    imported
}

/// `from -label-> to` for each edge.
fn edges(graph: &Graph) -> Vec<String> {
    let edge = |edge: &crate::graph::Edge| match &edge.label {
        Some(label) => format!("{} -{label}-> {}", edge.from, edge.to),
        None => format!("{} -> {}", edge.from, edge.to),
    };
    graph.edges.iter().map(edge).collect()
}

fn action(id: &str, next: &str) -> String {
    format!("\"{id}\": {{\"type\": \"action\", \"name\": \"{id}\", \"on_completion\": \"{next}\"}}")
}

fn end(id: &str) -> String {
    format!("\"{id}\": {{\"type\": \"end\"}}")
}

fn question(id: &str, rest: &str) -> String {
    format!("\"{id}\": {{\"type\": \"if-condition\", \"condition\": \"x\", {rest}}}")
}

#[test]
fn branches_that_end_and_branches_that_meet_give_the_same_edges() {
    let ending = [
        question("a", "\"on_true\": \"b\", \"on_false\": \"c\", \"on_completion\": \"d\""),
        action("b", "e1"),
        action("c", "e2"),
        end("e1"),
        end("e2"),
        action("d", "e"),
        end("e"),
    ];
    let meeting = [
        question("a", "\"on_true\": \"b\", \"on_false\": \"c\""),
        action("b", "d"),
        action("c", "d"),
        action("d", "e"),
        end("e"),
    ];
    let expected = ["s -> a", "a -True-> b", "a -False-> c", "b -> d", "c -> d", "d -> e"];
    for steps in [ending.join(",\n"), meeting.join(",\n")] {
        let graph = read(&steps).graph;
        assert_eq!(edges(&graph), expected);
        assert_eq!(graph.nodes.iter().map(|node| node.id.as_str()).collect::<Vec<_>>(), ["s", "a", "b", "c", "d", "e"]);
    }
}

#[test]
fn what_follows_a_question_lies_outside_of_its_branches_even_if_they_lead_there() {
    let steps = [
        question("a", "\"on_true\": \"b\", \"on_false\": \"d\", \"on_completion\": \"d\""),
        action("b", "d"),
        action("d", "e"),
        end("e"),
    ];
    assert_eq!(edges(&read(&steps.join(",\n")).graph), ["s -> a", "a -True-> b", "a -False-> d", "b -> d", "d -> e"]);
}

#[test]
fn the_branch_that_is_not_written_goes_on_where_the_other_ends() {
    let written = question("a", "\"on_true\": \"b\", \"on_completion\": \"d\"");
    let steps = [written, action("b", "e1"), end("e1"), action("d", "e"), end("e")];
    assert_eq!(edges(&read(&steps.join(",\n")).graph), ["s -> a", "a -True-> b", "a -False-> d", "b -> d", "d -> e"]);
    let alone = [question("a", "\"on_true\": \"b\""), "\"b\": {\"type\": \"action\"}".to_owned()];
    let graph = read(&alone.join(",\n")).graph;
    assert_eq!(edges(&graph), ["s -> a", "a -True-> b", "a -False-> a~join"]);
    assert_eq!(graph.node(&"a~join".into()).unwrap().kind, NodeKind::Merge);
}

#[test]
fn an_inner_question_goes_on_with_what_follows_the_outer_one() {
    let steps = [
        question("a", "\"on_true\": \"b\", \"on_false\": \"e1\", \"on_completion\": \"d\""),
        question("b", "\"on_true\": \"c\", \"on_false\": \"e2\", \"on_completion\": \"e3\""),
        action("c", "e4"),
        end("e1"),
        end("e2"),
        end("e3"),
        end("e4"),
        action("d", "e"),
        end("e"),
    ];
    let expected = ["s -> a", "a -True-> b", "a -False-> d", "b -True-> c", "b -False-> d", "c -> d", "d -> e"];
    assert_eq!(edges(&read(&steps.join(",\n")).graph), expected);
}

#[test]
fn a_loop_leads_back_to_its_question() {
    let steps = [
        "\"a\": {\"type\": \"while-condition\", \"condition\": \"x\", \"on_true\": \"b\", \"on_completion\": \"d\"}"
            .to_owned(),
        action("b", "e1"),
        end("e1"),
        action("d", "e"),
        end("e"),
    ];
    let graph = read(&steps.join(",\n")).graph;
    assert_eq!(edges(&graph), ["s -> a", "a -Repeat-> b", "a -Done-> d", "b -> a", "d -> e"]);
    assert_eq!(graph.node(&"a".into()).unwrap().kind, NodeKind::Decision);
}

#[test]
fn parallel_steps_fork_and_join() {
    let steps = [
        "\"a\": {\"type\": \"parallel\", \"next_steps\": [\"b\", \"c\"], \"on_completion\": \"d\"}".to_owned(),
        action("b", "e1"),
        action("c", "e2"),
        end("e1"),
        end("e2"),
        action("d", "e"),
        end("e"),
    ];
    let graph = read(&steps.join(",\n")).graph;
    assert_eq!(edges(&graph), ["s -> a", "a -> b", "a -> c", "b -> a~join", "c -> a~join", "d -> e", "a~join -> d"]);
    let kinds: Vec<_> = ["a", "a~join"].map(|id| graph.node(&id.into()).unwrap().kind).into();
    assert_eq!(kinds, [NodeKind::Merge, NodeKind::Merge]);
}

#[test]
fn cases_outcomes_and_handlers_of_exceptions_are_ways() {
    let steps = "\"a\": {\"type\": \"switch-condition\", \"switch\": \"$$v$$\", \"cases\": {\"zeta\": \"b\", \"alpha\": [\"c\"], \"default\": \"e\"}},\n\
                 \"b\": {\"type\": \"single\", \"on_success\": \"e\", \"on_failure\": \"c\"},\n\
                 \"c\": {\"type\": \"playbook\", \"playbook_id\": \"playbook--2\", \"on_completion\": \"e\"},\n\
                 \"h\": {\"type\": \"action\"},\n\"e\": {\"type\": \"end\"}";
    let imported = read(steps);
    assert_eq!(
        edges(&imported.graph),
        ["s -> a", "a -zeta-> b", "a -alpha-> c", "a -default-> e", "b -Success-> e", "b -Failure-> c", "c -> e"]
    );
    assert!(imported.graph.node(&"c".into()).unwrap().description.contains("playbook--2"));
    assert!(
        imported.issues.iter().any(|issue| issue.message.contains("Nothing leads to “h”")),
        "{:?}",
        imported.issues
    );
    let source = "{\"workflow_start\": \"a\", \"workflow_exception\": \"h\", \"workflow\": {\"a\": {\"type\": \"action\"}, \"h\": {\"type\": \"action\"}}}";
    let imported = import(source, None).unwrap();
    assert!(imported.graph.node(&"h".into()).unwrap().description.contains("when the playbook fails"));
    assert!(imported.issues.iter().all(|issue| !issue.message.contains("Nothing leads")), "{:?}", imported.issues);
}

#[test]
fn wrong_types_and_references_are_reported_with_their_line_and_nothing_is_refused() {
    let steps = "\"a\": {\"type\": \"action\", \"on_completion\": 7},\n\"b\": [],\n\"c\": {\"type\": \"dance\", \"on_completion\": \"gone\"},\n\
                 \"a\": {\"type\": \"action\"},\n\"d\": {\"type\": \"parallel\", \"next_steps\": {\"x\": {}}}";
    let imported = read(steps);
    let lines: Vec<_> = imported.issues.iter().map(|issue| issue.line.unwrap()).collect();
    assert_eq!(lines, [4, 5, 6, 6, 6, 7, 7, 8, 8], "{:#?}", imported.issues);
    let ids: Vec<_> = imported.graph.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["s", "a", "c", "a~2", "d"]);
}

#[test]
fn secrets_are_not_shown_and_markings_stand_first() {
    let source = "{\"type\": \"playbook\", \"description\": \"About\", \"markings\": [\"marking-tlp--e828b379-4e03-4974-9ac4-e53a884c97c1\", \"marking-statement--1\"],\n\
                  \"data_marking_definitions\": {\"marking-statement--1\": {\"statement\": \"Ask first\"}},\n\
                  \"authentication_info_definitions\": {\"http-basic--1\": {\"type\": \"http-basic\", \"user_id\": \"admin\", \"password\": \"hunter2\"}},\n\
                  \"workflow\": {\"a\": {\"type\": \"action\", \"commands\": [{\"type\": \"manual\", \"command\": \"Call\"}]}}}";
    let imported = import(source, None).unwrap();
    assert_eq!(
        imported.graph.description,
        "**Sharing:** TLP:RED, Ask first\n\nAbout\n\n**Authentication**\n\n- **http-basic**: user id: admin"
    );
    assert_eq!(imported.graph.nodes[0].label, "Call");
    assert!(imported.issues.iter().any(|issue| issue.line == Some(3) && issue.message.contains("passwords")));
}

#[test]
fn credentials_of_commands_are_nowhere_in_the_graph_and_stay_in_the_source() {
    let steps = "\"a\": {\"type\": \"action\", \"name\": \"Ask with Bearer zzsecret0123456789\", \"on_completion\": \"e\",\n\
                 \"description\": \"curl -H 'Cookie: zzsecret'\", \"commands\": [\n\
                 {\"type\": \"http-api\", \"command\": \"POST /login HTTP/1.1\\nAuthorization: Bearer zzsecret\\nHost: x\",\n\
                 \"headers\": {\"Authorization\": [\"Bearer zzsecret\"], \"X-Api-Key\": \"zzsecret\", \"Accept\": \"text/plain\"},\n\
                 \"content\": {\"password\": \"zzsecret\", \"user\": \"ana\"}},\n\
                 {\"type\": \"bash\", \"command\": \"curl -u ana:zzsecret https://ana:zzsecret@x.example/?token=zzsecret\"},\n\
                 {\"type\": \"bash\", \"command_b64\": \"cnVuIC0tcGFzc3dvcmQgenpzZWNyZXQ=\"}],\n\
                 \"step_variables\": {\"__api_key__\": {\"type\": \"string\", \"value\": \"zzsecret\"}}},\n\
                 \"e\": {\"type\": \"end\", \"api_key\": \"zzsecret\"}";
    let imported = read(steps);
    let said = format!("{imported:?}");
    assert!(!said.contains("zzsecret"), "{said}");
    let graph = &imported.graph;
    let node = graph.node(&"a".into()).unwrap();
    assert!(node.description.contains("Authorization: ⟨secret, kept in the source⟩"), "{}", node.description);
    assert!(node.description.contains("Accept: text/plain") && node.code[0].text.contains("Host: x"), "{node:?}");
    assert!(node.label.starts_with("Ask with Bearer ⟨secret"), "{}", node.label);
    assert!(
        imported.issues.iter().any(|issue| issue.line == node.line && issue.message.contains("stays in the source"))
    );
}
