//! Whatever JSON comes in: no panic, no hang, a valid graph or a clear refusal, and the same one every time.

use domain::export;
use domain::import::{ImportRefusal, import};
use domain::source::Format;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::corpus::files;
use crate::roundtrips::{cases, context};
use crate::sound;

/// Imports as whatever it may be; says whether it was a playbook.
fn check(source: &str) -> bool {
    let mut is_playbook = false;
    for format in [None, Some(Format::Json), Some(Format::Cacao)] {
        is_playbook |= sound::check(source, format);
        if let Ok(imported) = import(source, format) {
            export::cacao(&imported.graph, &context(Some(source)));
        }
    }
    is_playbook
}

/// The names and values that playbooks are made of, in places where they do not belong.
fn value() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        prop::sample::select(vec!["a", "b", "s", "end", "", "\u{0}", "playbook--1"]).prop_map(Value::from),
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    plain.prop_recursive(4, 24, 6, |inner| {
        let members = prop::sample::select(vec![
            "type",
            "name",
            "on_true",
            "on_false",
            "on_completion",
            "on_success",
            "on_failure",
            "next_steps",
            "cases",
            "commands",
            "command",
            "command_b64",
            "condition",
            "switch",
            "step_extensions",
            "agent",
            "targets",
            "in_args",
            "external_references",
            "step_variables",
            "a",
            "b",
            "s",
            "id",
            "kind",
            "label",
            "phase",
            "code",
            "from",
            "to",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((members, inner), 0..6)
                .prop_map(|members| members
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect::<Map<_, _>>())
                .prop_map(Value::from),
        ]
    })
}

/// A step of any type with members of any type, its own extension included.
fn step() -> impl Strategy<Value = Value> {
    let types = prop::sample::select(vec![
        "start",
        "end",
        "action",
        "single",
        "playbook-action",
        "parallel",
        "if-condition",
        "while-condition",
        "switch-condition",
        "dance",
    ]);
    let target = || prop::sample::select(vec!["s", "a", "b", "c", "d", "gone"]);
    let extension = prop_oneof![
        3 => Just(Value::Null),
        1 => (any::<bool>(), target(), target()).prop_map(|(helper, id, over)| json!({
            "helper": helper, "id": id, "phase": "p", "kind": "phase",
            "ways": [{"over": "on_true", "label": over}, {"over": "next_steps/0", "derived": helper}],
            "merge": {"id": over, "kind": "merge", "label": ""},
        })),
        1 => value(),
    ];
    (types, target(), target(), target(), extension, value()).prop_map(|(kind, one, two, three, extension, any)| {
        json!({
            "type": kind, "name": any, "on_completion": one, "on_true": two, "on_false": [three], "next_steps": [two, one, two],
            "cases": {"x": two, "y": [one, three]}, "commands": any,
            "step_extensions": {"extension-definition--3d0c8f7e-5b7a-5c46-9f0e-8a5b6d1c2e74": extension},
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn any_text_and_any_value_is_survived(text in "(\\PC|[\n\t\r\u{0}]){0,200}", value in value()) {
        check(&text);
        check(&format!("{{\"format\": \"playbook-forge\", {text}"));
        check(&value.to_string());
        check(&json!({"type": "playbook", "workflow": value, "workflow_start": value}).to_string());
        check(&json!({"format": "playbook-forge", "nodes": [value, value], "edges": [value], "title": value}).to_string());
    }

    #[test]
    fn steps_that_lead_anywhere_give_a_valid_graph(steps in prop::collection::vec(step(), 0..6)) {
        let steps: Map<String, Value> = ["s", "a", "b", "c", "d", "e"].into_iter().map(str::to_owned).zip(steps).collect();
        check(&json!({"type": "playbook", "workflow_start": "s", "workflow_exception": "c", "workflow": steps}).to_string());
    }

    #[test]
    fn a_playbook_with_bytes_missing_or_doubled_is_survived(
        file in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        length in 0_usize..40,
    ) {
        let files: Vec<_> = files("cacao").into_iter().filter(|(_, source)| source.len() < 5_000).collect();
        if !files.is_empty() {
            let source = &files[file.index(files.len())].1;
            let start = source.floor_char_boundary(at.index(source.len()));
            let end = source.ceil_char_boundary((start + length).min(source.len()));
            check(&format!("{}{}", &source[..start], &source[end..]));
            check(&format!("{}{}", &source[..end], &source[start..]));
        }
    }
}

/// A playbook of these steps.
fn playbook(steps: &str) -> String {
    format!("{{\"type\": \"playbook\", \"workflow_start\": \"s0\", \"workflow\": {{{steps}}}}}")
}

#[test]
fn the_worst_texts_are_read_or_refused() {
    let deep = "[".repeat(10_000);
    assert!(matches!(import(&format!("{{\"a\":{deep}"), None), Err(ImportRefusal::BrokenJson { line: 1, .. })));
    let long = "x".repeat(900_000);
    assert!(check(&playbook(&format!("\"s0\": {{\"type\": \"action\", \"name\": \"{long}\"}}"))));
    let chain = |kind: &str, count: usize| {
        let step = |at: usize| {
            format!(
                "\"s{at}\": {{\"type\": \"{kind}\", \"on_true\": \"s{}\", \"next_steps\": [\"s{}\", \"s0\"], \"on_completion\": \"s{}\"}}",
                at + 1,
                at + 1,
                (at + 2) % count
            )
        };
        playbook(&(0..count).map(step).collect::<Vec<_>>().join(",\n"))
    };
    for kind in ["action", "if-condition", "while-condition", "parallel", "end", "start"] {
        check(&chain(kind, 2_000));
    }
    let steps: Vec<String> = (0..6_000).map(|at| format!("\"s{at}\": {{\"type\": \"action\"}}")).collect();
    assert!(matches!(import(&playbook(&steps.join(",")), None), Err(ImportRefusal::TooManyNodes { .. })));
    let doubles = vec!["\"s0\": {\"type\": \"action\", \"on_completion\": \"s0\"}"; 1_000].join(",");
    assert!(check(&playbook(&doubles)));
    assert!(check(&format!("\u{feff}{}", playbook("\"s0\": {\r\n\"type\": \"action\"\r\n}"))));
}
