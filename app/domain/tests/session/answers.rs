//! What answers do: the server's, those of proxies, and none.

use domain::api::PatchStep;
use domain::event::StepStatus;
use domain::outbox::Change;
use domain::protocol::Incoming;
use domain::session::{Answer, Connection, End, Timer, Trouble, Way};

use crate::common::at;
use crate::tab::{execution, json};
use crate::{Storage, Tab, html, note, refusal};

/// What a proxy answers when a sign-in has ended.
fn logins() -> [Answer; 6] {
    let redirect = Answer { is_redirect: true, ..Answer::default() };
    let foreign = Answer { content_type: "application/json".into(), body: r#"{"login":"/"}"#.into(), ..html(200) };
    [html(401), html(403), html(200), redirect, Answer { is_redirect: true, ..html(303) }, foreign]
}

fn status(status: StepStatus) -> Change {
    Change::Step { node_id: "triage".into(), patch: PatchStep { status: Some(status), ..PatchStep::default() } }
}

#[test]
fn an_ended_sign_in_keeps_what_waits_and_it_goes_on_by_itself() {
    for login in logins() {
        let mut storage = Storage::new();
        let mut tab = Tab::open(1, &mut storage);
        let mut server = execution();
        tab.ask(1, note("one"), &mut storage);
        tab.ask(2, note("two"), &mut storage);
        tab.answer(Some(&login), &mut storage);
        assert_eq!(tab.session.way(), &Way::SignedOut { only_this: false }, "{login:?}");
        assert_eq!((tab.waiting(), tab.shown().0.len(), tab.told.len()), (vec![1, 2], 2, 0));
        // While nobody has signed in, only probes are sent.
        for _ in 0..5 {
            tab.ring(Timer::Retry, &mut storage);
            let probe = *tab.probes.last().expect("a probe");
            tab.tell(&mut storage, |session, at| session.probed(probe, Some(&login), at));
        }
        assert_eq!((tab.sent.len(), tab.probes.len()), (1, 5));
        // The window has the focus again.
        tab.tell(&mut storage, domain::session::Session::hurry);
        let probe = *tab.probes.last().expect("a probe");
        tab.tell(&mut storage, |session, at| session.probed(probe, Some(&json(&serde_json::json!([]))), at));
        tab.do_it(&mut server, &mut storage);
        tab.do_it(&mut server, &mut storage);
        assert_eq!((tab.waiting(), tab.session.way()), (vec![], &Way::Open));
        assert_eq!(server.state.steps[0].notes.len(), 2);
    }
}

#[test]
fn trouble_is_waited_out_however_often_it_comes_back() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    for number in 1..=5 {
        tab.ask(number, note("a note"), &mut storage);
    }
    for round in 0..40 {
        // Without a connection, and then one answer of trouble: the one never counts for the other.
        let trouble = [None, Some(html(500)), Some(html(502)), Some(html(408)), Some(html(507))];
        tab.answer(trouble[round % 5].as_ref(), &mut storage);
        assert_eq!(tab.waiting(), [1, 2, 3, 4, 5]);
        assert!(tab.ring(Timer::Retry, &mut storage) <= 10_000);
    }
    assert_eq!((tab.sent.len(), tab.told.len()), (41, 0), "always the same one");
}

#[test]
fn trouble_is_named() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    tab.ask(1, note("a note"), &mut storage);
    tab.answer(Some(&html(500)), &mut storage);
    assert_eq!(tab.session.way(), &Way::Trouble(Trouble::Status(500, None)));
    tab.ring(Timer::Retry, &mut storage);
    tab.ring(Timer::Answer, &mut storage);
    assert_eq!(tab.session.way(), &Way::Trouble(Trouble::Silent));
}

#[test]
fn a_server_that_says_how_long_to_wait_is_not_hurried() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    tab.ask(1, note("a note"), &mut storage);
    tab.answer(Some(&Answer { retry_after: Some(30), ..html(429) }), &mut storage);
    tab.tell(&mut storage, domain::session::Session::hurry);
    assert_eq!((tab.sent.len(), tab.ring(Timer::Retry, &mut storage)), (1, 30_000));
    assert_eq!(tab.sent.len(), 2);
}

#[test]
fn the_limit_of_a_proxy_gives_the_text_back_and_lets_the_next_one_go() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    tab.ask(1, note("far too long"), &mut storage);
    tab.ask(2, note("short"), &mut storage);
    tab.answer(Some(&html(413)), &mut storage);
    assert_eq!((tab.waiting(), tab.draft(), tab.sent.len()), (vec![2], "far too long", 2));
    assert!(tab.is_told("413") && tab.is_told("far too long"));
}

#[test]
fn every_refused_text_is_a_draft_again_beside_what_was_typed_since() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    for number in 1..=12 {
        tab.ask(number, note(&format!("Note {number}")), &mut storage);
    }
    for _ in 0..12 {
        tab.answer(Some(&refusal("it is closed")), &mut storage);
    }
    assert_eq!((tab.told.len(), tab.waiting(), tab.shown().0.len()), (12, vec![], 0));
    for number in 1..=12 {
        assert!(tab.draft().split("\n\n").any(|text| text == format!("Note {number}")), "{number}: {}", tab.draft());
    }
}

#[test]
fn a_change_that_alone_is_not_let_through_is_told_from_an_ended_sign_in() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    tab.ask(1, note("cat /etc/passwd"), &mut storage);
    for _ in 0..2 {
        tab.answer(Some(&html(403)), &mut storage);
        tab.ring(Timer::Retry, &mut storage);
        if let Some(probe) = tab.probes.pop() {
            tab.tell(&mut storage, |session, at| session.probed(probe, Some(&json(&serde_json::json!([]))), at));
        }
    }
    tab.answer(Some(&html(403)), &mut storage);
    assert_eq!(tab.session.way(), &Way::SignedOut { only_this: true });
    assert_eq!(tab.waiting(), [1]);
}

#[test]
fn what_is_given_up_is_shown_no_longer_and_its_answer_concerns_nobody() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    let mut server = execution();
    tab.ask(1, note("wrong"), &mut storage);
    tab.ask(2, note("right"), &mut storage);
    let asked = tab.session.waiting().next().expect("it waits").command_id;
    let first = tab.sent.last().expect("it was sent").0;
    tab.tell(&mut storage, |session, at| session.discard(asked, at));
    assert_eq!((tab.shown().0, tab.draft()), (vec!["right".to_owned()], "wrong"));
    tab.tell(&mut storage, |session, at| session.answered(first, Some(&refusal("late")), at));
    assert_eq!((tab.waiting(), tab.told.len()), (vec![2], 0));
    tab.do_it(&mut server, &mut storage);
    assert_eq!(tab.waiting(), [0_u128; 0]);
}

#[test]
fn an_answer_without_events_is_shown_as_pending_until_the_log_is_known_up_to_it() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    let mut other = Tab::open(2, &mut Storage::new());
    let mut server = execution();
    // Somebody else is first.
    other.ask(7, status(StepStatus::Completed), &mut Storage::new());
    let events = other.do_it(&mut server, &mut Storage::new());
    tab.ask(1, status(StepStatus::Completed), &mut storage);
    assert_eq!(tab.do_it(&mut server, &mut storage), []);
    assert_eq!((tab.shown().1, tab.told.len()), (StepStatus::Completed, 0), "it does not flicker");
    for event in events {
        tab.hear(Incoming::Event(Box::new(event)), &mut storage);
    }
    tab.hear(Incoming::Heartbeat { now: at(200) }, &mut storage);
    assert_eq!((tab.shown().1, tab.connection()), (StepStatus::Completed, Connection::Live));
}

#[test]
fn a_connection_that_cannot_be_opened_asks_who_answers() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    let line = tab.line.expect("it connects");
    tab.tell(&mut storage, |session, at| session.ended(line, End::Broken, at));
    let probe = *tab.probes.last().expect("a probe");
    tab.tell(&mut storage, |session, at| session.probed(probe, Some(&html(401)), at));
    assert_eq!(tab.session.way(), &Way::SignedOut { only_this: false });
    let reconnect = Timer::Reconnect(tab.key);
    tab.ring(reconnect, &mut storage);
    assert_eq!((tab.connections, tab.is_running(reconnect)), (1, false), "in vain before somebody signs in");
    tab.ring(Timer::Retry, &mut storage);
    let probe = *tab.probes.last().expect("a probe");
    tab.tell(&mut storage, |session, at| session.probed(probe, Some(&json(&serde_json::json!([]))), at));
    assert_eq!((tab.connections, tab.session.way()), (2, &Way::Open));
}

#[test]
fn silence_ends_a_connection_and_it_is_opened_again() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    tab.hear(Incoming::Heartbeat { now: at(100) }, &mut storage);
    assert_eq!(tab.connection(), Connection::Live);
    let silence = Timer::Silence(tab.key);
    assert_eq!(tab.ring(silence, &mut storage), 35_000);
    assert_eq!(tab.connection(), Connection::Lost { since: at(100) });
    let reconnect = Timer::Reconnect(tab.key);
    tab.ring(reconnect, &mut storage);
    assert_eq!(tab.connections, 2);
}
