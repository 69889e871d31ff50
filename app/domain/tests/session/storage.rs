//! What the browser's storage does: it is full, cleared, forbidden, and shared by several tabs.

use domain::session::{ASKED, DraftKey, Timer};

use crate::tab::execution;
use crate::{Storage, Tab, note, refusal};

fn entries(storage: &Storage) -> Vec<&String> {
    storage
        .iter()
        .filter(|(name, text)| name.starts_with(ASKED) && text.contains("change"))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn what_finds_no_room_waits_all_the_same_and_is_said_to_be_lost_with_the_tab() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    tab.room = Some(600);
    tab.ask(1, note(&"long ".repeat(300)), &mut storage);
    tab.ask(2, note("short"), &mut storage);
    let unstored = tab.session.unstored().expect("something is not kept");
    assert_eq!((unstored.changes, unstored.is_full, entries(&storage).len()), (1, true, 1));
    tab.look(&mut storage);
    assert_eq!(tab.waiting(), [1, 2], "what is not there is not answered");
    let mut server = execution();
    tab.do_it(&mut server, &mut storage);
    tab.do_it(&mut server, &mut storage);
    assert_eq!((server.state.steps[0].notes.len(), tab.session.unstored()), (2, None));
}

#[test]
fn what_found_no_room_is_stored_when_there_is_some() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    tab.room = Some(10);
    tab.ask(1, note("a note"), &mut storage);
    assert_eq!(entries(&storage).len(), 0);
    tab.room = None;
    tab.ring(Timer::Look, &mut storage);
    assert_eq!((entries(&storage).len(), tab.session.unstored()), (1, None));
}

#[test]
fn a_storage_that_is_cleared_is_filled_again() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    let key = DraftKey { execution: execution().state.header.execution_id, place: domain::session::Place::WholeNote };
    tab.ask(1, note("a note"), &mut storage);
    tab.tell(&mut storage, |session, _| session.set_draft(&key, "half a thought".into()));
    tab.look(&mut storage);
    storage.clear();
    tab.ring(Timer::Look, &mut storage);
    assert_eq!((tab.waiting(), entries(&storage).len()), (vec![1], 1));
    assert_eq!(storage.get(&key.name()).map(String::as_str), Some("half a thought"));
}

#[test]
fn a_tab_that_is_loaded_again_takes_over_what_it_left_in_its_order() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    tab.ask(1, note("first"), &mut storage);
    // The clock is set back.
    tab.now -= 50;
    tab.ask(2, note("second"), &mut storage);
    let tab = Tab::open(1, &mut storage);
    assert_eq!((tab.waiting(), tab.shown().0), (vec![1, 2], vec!["first".to_owned(), "second".to_owned()]));
}

#[test]
fn only_a_mark_says_that_another_tab_had_the_answer() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    tab.ask(1, note("a note"), &mut storage);
    let mut other = Tab::open(2, &mut storage);
    assert_eq!(other.waiting(), [1]);
    storage.retain(|name, _| !name.contains(ASKED));
    other.look(&mut storage);
    assert_eq!(other.waiting(), [1], "an entry that is missing was cleared");
    let events = tab.do_it(&mut execution(), &mut storage);
    other.look(&mut storage);
    assert_eq!(other.waiting(), [0_u128; 0]);
    assert_eq!(other.shown().0, ["a note"], "it is shown as pending until its event is here");
    assert_eq!(events.len(), 1);
    assert_eq!(Tab::open(3, &mut storage).waiting(), [0_u128; 0]);
}

#[test]
fn a_refusal_is_told_by_the_tab_where_it_was_typed() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    tab.ask(1, note("a note"), &mut storage);
    let mut other = Tab::open(2, &mut storage);
    other.answer(Some(&refusal("it is closed")), &mut storage);
    assert_eq!((other.told.len(), other.shown().0.len()), (0, 0));
    tab.look(&mut storage);
    assert_eq!((tab.told.len(), tab.draft(), tab.waiting()), (1, "a note", vec![]));
    for _ in 0..3 {
        other.look(&mut storage);
    }
    assert_eq!(other.told.len(), 0);
}

#[test]
fn a_refusal_whose_tab_is_gone_is_told_by_whoever_is_there() {
    let mut storage = Storage::new();
    Tab::open(1, &mut storage).ask(1, note("a note"), &mut storage);
    let mut other = Tab::open(2, &mut storage);
    other.answer(Some(&refusal("it is closed")), &mut storage);
    other.ring(Timer::Look, &mut storage);
    assert_eq!(other.told.len(), 0, "its tab may still come");
    other.ring(Timer::Look, &mut storage);
    assert_eq!((other.told.len(), other.draft()), (1, "a note"));
    // Nobody tells it again.
    assert_eq!(Tab::open(1, &mut storage).told.len(), 0);
}

#[test]
fn a_refused_text_without_room_in_the_storage_stays_in_the_page_which_says_so() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    tab.ask(1, note("a note"), &mut storage);
    tab.room = Some(0);
    tab.answer(Some(&refusal("it is closed")), &mut storage);
    let unstored = tab.session.unstored().expect("the draft is not kept");
    assert_eq!((unstored.changes, unstored.drafts, tab.draft()), (0, 1, "a note"));
    tab.room = None;
    tab.ring(Timer::Look, &mut storage);
    assert_eq!(tab.session.unstored(), None);
}

#[test]
fn what_was_kept_before_there_were_tabs_is_sent() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    tab.ask(1, note("a note"), &mut storage);
    for text in storage.values_mut().filter(|text| text.contains("change")) {
        let mut asked: serde_json::Value = serde_json::from_str(text).expect("JSON");
        for field in ["tab", "label", "order"] {
            asked.as_object_mut().expect("an object").remove(field);
        }
        *text = asked.to_string();
    }
    let mut later = Tab::open(2, &mut storage);
    assert_eq!((later.waiting(), later.sent.len()), (vec![1], 1));
    later.answer(Some(&refusal("it is closed")), &mut storage);
    assert_eq!((later.told.len(), entries(&storage).len()), (1, 0));
}
