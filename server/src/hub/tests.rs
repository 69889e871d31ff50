use super::*;
use domain::event::{EventBody, Hash, Seal, Text};
use domain::ids::{Actor, CommandId};
use domain::protocol::ServerMessage;
use domain::time::Timestamp;
use futures::FutureExt;
use uuid::Uuid;

const EXECUTION: ExecutionId = ExecutionId(Uuid::from_u128(1));
const ELSEWHERE: ExecutionId = ExecutionId(Uuid::from_u128(2));
/// Long enough for what happens in it to be told before it is over.
const GRACE: Duration = Duration::from_secs(1);

fn hub() -> Hub {
    hub_for(10_000, 10_000)
}

fn hub_for(per_execution: usize, per_address: usize) -> Hub {
    Hub::new(Bounds { per_execution, per_address, grace: GRACE }, LiveCounts::default())
}

fn listen(hub: &Hub, execution: ExecutionId) -> Listener {
    hub.listen(execution, None).expect("there is room")
}

fn event(seq: u64) -> Event {
    Event {
        seq: Seq(seq),
        body: EventBody::ExecutionNoted(Text { text: "note".into(), key: false }),
        node_id: None,
        actor: Actor::anonymous(),
        timestamp: Timestamp::from_micros(0).expect("the epoch"),
        occurred_at: None,
        command_id: CommandId(Uuid::nil()),
        seal: Seal::default(),
        hash: Hash(String::new()),
    }
}

async fn hear_event(listener: &mut Listener) -> u64 {
    match listener.hear().await {
        Heard::Event(event) => event.seq.0,
        other => panic!("no event: {other:?}"),
    }
}

/// The names of who is there and how many connections each has, as it is heard next.
async fn hear_who(listener: &mut Listener) -> Vec<(String, u32)> {
    match listener.hear().await {
        Heard::Presence(text) => match serde_json::from_str(&text).expect("a message") {
            ServerMessage::Presence { analysts, .. } => {
                analysts.into_iter().map(|analyst| (analyst.name.as_str().to_owned(), analyst.connections)).collect()
            }
            other => panic!("not presence: {other:?}"),
        },
        other => panic!("not presence: {other:?}"),
    }
}

/// Hears who is there until it is these.
async fn hear_until(listener: &mut Listener, expected: &[(&str, u32)]) {
    while hear_who(listener).await != people(expected) {}
}

fn hears_nothing(listener: &mut Listener) -> bool {
    listener.hear().now_or_never().is_none()
}

fn name(name: &str) -> Option<Actor> {
    Some(Actor::new(name).expect("a name"))
}

fn people(people: &[(&str, u32)]) -> Vec<(String, u32)> {
    people.iter().map(|(name, connections)| ((*name).to_owned(), *connections)).collect()
}

#[tokio::test]
async fn every_listener_of_a_room_hears_every_event_in_order() {
    let hub = hub();
    let mut first = listen(&hub, EXECUTION);
    let mut second = listen(&hub, EXECUTION);
    let mut elsewhere = listen(&hub, ELSEWHERE);
    hub.publish(EXECUTION, &[event(1), event(2)]);
    for listener in [&mut first, &mut second] {
        assert_eq!((hear_event(listener).await, hear_event(listener).await), (1, 2));
    }
    assert!(hears_nothing(&mut elsewhere));
}

#[tokio::test]
async fn who_does_not_keep_up_reads_what_was_queued_and_then_the_end() {
    let hub = hub();
    let mut slow = listen(&hub, EXECUTION);
    for seq in 0..=QUEUE as u64 {
        hub.publish(EXECUTION, &[event(seq)]);
    }
    for seq in 0..QUEUE as u64 {
        assert_eq!(hear_event(&mut slow).await, seq);
    }
    assert!(matches!(slow.hear().await, Heard::End));
    assert_eq!(hub.occupancy().connections, 1, "and has a place until the connection is over");
}

#[tokio::test]
async fn a_room_is_gone_with_its_last_listener() {
    let hub = hub();
    let listener = listen(&hub, EXECUTION);
    assert_eq!(hub.occupancy(), Occupancy { rooms: 1, connections: 1, ..Occupancy::default() });
    drop(listener);
    assert_eq!(hub.occupancy(), Occupancy::default());
}

#[tokio::test]
async fn there_are_so_many_places_for_an_execution_and_for_an_address() {
    let hub = hub_for(3, 2);
    let address = |last| Some(IpAddr::from([203, 0, 113, last]));
    let first = hub.listen(EXECUTION, address(1)).expect("there is room");
    let _second = hub.listen(EXECUTION, address(1)).expect("there is room");
    assert_eq!(hub.listen(ELSEWHERE, address(1)).err(), Some(Full::Address));
    let _third = hub.listen(EXECUTION, address(2)).expect("there is room");
    assert_eq!(hub.listen(EXECUTION, address(3)).err(), Some(Full::Execution));
    drop(first);
    let _fourth = hub.listen(EXECUTION, address(1)).expect("there is room again");
    assert_eq!(hub.occupancy(), Occupancy { rooms: 1, connections: 3, analysts: 0, addresses: 2 });
}

#[tokio::test]
async fn who_said_hello_is_told_who_is_there_and_who_did_not_is_not() {
    let hub = hub();
    let mut ana = listen(&hub, EXECUTION);
    let mut silent = listen(&hub, EXECUTION);
    ana.hello(name("Ana"));
    assert_eq!(hear_who(&mut ana).await, people(&[("Ana", 1)]));
    let mut onlooker = listen(&hub, EXECUTION);
    onlooker.hello(None);
    assert_eq!(hear_who(&mut onlooker).await, people(&[("Ana", 1)]));
    let mut ben = listen(&hub, EXECUTION);
    ben.hello(name("Ben"));
    ana.look(None, true);
    for listener in [&mut ana, &mut onlooker] {
        hear_until(listener, &[("Ana", 1), ("Ben", 1)]).await;
    }
    assert!(hears_nothing(&mut silent));
}

#[tokio::test]
async fn events_are_heard_before_who_is_there() {
    let hub = hub();
    let mut ana = listen(&hub, EXECUTION);
    ana.hello(name("Ana"));
    let mut ben = listen(&hub, EXECUTION);
    ben.hello(name("Ben"));
    hub.publish(EXECUTION, &[event(1), event(2)]);
    assert_eq!((hear_event(&mut ana).await, hear_event(&mut ana).await), (1, 2));
    hear_until(&mut ana, &[("Ana", 1), ("Ben", 1)]).await;
}

#[tokio::test]
async fn who_says_goodbye_is_gone_and_who_is_lost_goes_after_a_while() {
    let hub = hub();
    let mut ana = listen(&hub, EXECUTION);
    ana.hello(name("Ana"));
    let [mut ben, mut cleo] = [listen(&hub, EXECUTION), listen(&hub, EXECUTION)];
    ben.hello(name("Ben"));
    cleo.hello(name("Cleo"));
    hear_until(&mut ana, &[("Ana", 1), ("Ben", 1), ("Cleo", 1)]).await;
    ben.leave(false);
    hear_until(&mut ana, &[("Ana", 1), ("Cleo", 1)]).await;
    let lost_at = Instant::now();
    drop(cleo);
    hear_until(&mut ana, &[("Ana", 1), ("Cleo", 0)]).await;
    hear_until(&mut ana, &[("Ana", 1)]).await;
    assert!(lost_at.elapsed() >= GRACE);
}

#[tokio::test]
async fn a_room_waits_for_the_lost_and_is_gone_when_their_time_is_over() {
    let hub = hub();
    let mut ana = listen(&hub, EXECUTION);
    ana.hello(name("Ana"));
    drop(ana);
    assert_eq!(hub.occupancy(), Occupancy { rooms: 1, analysts: 1, ..Occupancy::default() });
    let mut again = listen(&hub, EXECUTION);
    again.hello(name("Ana"));
    tokio::time::sleep(GRACE * 3 / 2).await;
    assert_eq!(hub.occupancy().analysts, 1, "who is back in time stays");
    drop(again);
    while hub.occupancy() != Occupancy::default() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// More than are told without a pause.
const CROWD: usize = fan_out::AT_ONCE * 3;

fn crowd(hub: &Hub) -> Vec<Listener> {
    (0..CROWD).map(|_| listen(hub, EXECUTION)).collect()
}

#[tokio::test]
async fn a_crowd_hears_every_event_in_order() {
    let hub = hub();
    let mut crowd = crowd(&hub);
    for seq in 1..=5 {
        hub.publish(EXECUTION, &[event(2 * seq - 1), event(2 * seq)]);
        tokio::task::yield_now().await;
    }
    for listener in &mut crowd {
        for seq in 1..=10 {
            assert_eq!(hear_event(listener).await, seq);
        }
        assert!(hears_nothing(listener));
    }
}

#[tokio::test]
async fn others_have_their_turn_while_a_crowd_is_told() {
    let hub = hub();
    let mut crowd = crowd(&hub);
    hub.publish(EXECUTION, &[event(1)]);
    let mut told = 0;
    while told == 0 {
        tokio::task::yield_now().await;
        told = crowd.iter_mut().filter_map(Listener::waiting).count();
    }
    assert!(told < CROWD, "all {CROWD} were told before anybody else had a turn");
}

#[tokio::test]
async fn a_crowd_for_which_more_waits_than_for_one_listener_may_finds_the_end() {
    let hub = hub();
    let mut crowd = crowd(&hub);
    for seq in 0..=QUEUE as u64 {
        hub.publish(EXECUTION, &[event(seq)]);
    }
    for listener in &mut crowd {
        assert!(matches!(listener.hear().await, Heard::End));
    }
    let mut next = listen(&hub, EXECUTION);
    hub.publish(EXECUTION, &[event(QUEUE as u64 + 1)]);
    assert_eq!(hear_event(&mut next).await, QUEUE as u64 + 1);
}
