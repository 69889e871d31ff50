//! Who is there: the analysts connected to an execution and what each is looking at. Never stored.
//!
//! Several connections under one name are one person. Who closes a page is gone at once; who loses the connection stays
//! for [`GRACE_SECONDS`], so that nobody flickers while a line is bad.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ids::{Actor, NodeId};

/// How long somebody whose connection broke is still shown, unless a server is set up otherwise.
pub const GRACE_SECONDS: u32 = 10;

/// Most analysts that are named one by one; of more only the number is told.
pub const MAX_NAMED: usize = 100;

/// The colours of people, as `#rrggbb`. White text on each keeps a contrast of 4.5 (WCAG 2.2 §1.4.3).
pub const PALETTE: [&str; 12] = [
    "#a3266b", "#6a3fb5", "#2457b8", "#0f6a75", "#24703a", "#7a5a00", "#a4450f", "#4d5b70", "#b3261e", "#8a2a9e",
    "#3b4cc0", "#5b6b12",
];

/// The colour of a person: the same for a name everywhere and always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color(usize);

/// A colour that is none of the [`PALETTE`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no colour of a person")]
pub struct NoColor(String);

impl Color {
    /// The colour of a name.
    pub fn of(name: &Actor) -> Self {
        // FNV-1a: names that differ in one letter are far apart.
        let hash = name
            .as_str()
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        Self((hash ^ (hash >> 16)) as usize % PALETTE.len())
    }

    /// This colour, or when somebody has it already the next one that nobody has; as long as there is one.
    fn free_of(self, taken: &mut [bool; PALETTE.len()]) -> Self {
        let count = PALETTE.len();
        let free = (0..count).map(|step| (self.0 + step) % count).find(|place| !taken[*place]);
        let place = free.unwrap_or(self.0);
        taken[place] = true;
        Self(place)
    }

    /// Its place in the [`PALETTE`].
    pub fn place(self) -> usize {
        self.0
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        PALETTE[color.0].to_owned()
    }
}

impl TryFrom<String> for Color {
    type Error = NoColor;

    fn try_from(text: String) -> Result<Self, NoColor> {
        PALETTE.iter().position(|color| *color == text).map(Self).ok_or(NoColor(text))
    }
}

/// A person, as everybody in the room is told of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analyst {
    /// Who.
    pub name: Actor,
    /// In which colour.
    pub color: Color,
    /// What they look at, when they look at one node.
    pub node_id: Option<NodeId>,
    /// Whether they are about to change it: typing a note, choosing a status.
    pub editing: bool,
    /// How many connections they have; 0 while theirs is lost.
    pub connections: u32,
}

/// A connection among those of a roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// How somebody left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// The connection was closed by its client.
    Closed,
    /// The connection broke: its client may be back in a moment, and its analyst is shown until then.
    Lost {
        /// When the time of grace is over, by the clock of [`Roster::expire`].
        until: Duration,
    },
}

/// Who is connected to an execution.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    people: BTreeMap<Actor, Person>,
    of_connection: BTreeMap<ConnectionId, Actor>,
    /// Counts whatever happens, to know what came first.
    moment: u64,
}

#[derive(Clone, Debug, Default)]
struct Person {
    joined: u64,
    /// What each connection shows, and since which moment.
    looks: BTreeMap<ConnectionId, Look>,
    /// Shown, and until when, while there is no connection.
    lingering: Option<(Look, Duration)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Look {
    since: u64,
    node_id: Option<NodeId>,
    editing: bool,
}

impl Person {
    /// What they did last is what they are doing.
    fn look(&self) -> Option<&Look> {
        let newest = self.looks.values().max_by_key(|look| look.since);
        newest.or(self.lingering.as_ref().map(|(look, _)| look))
    }
}

impl Roster {
    /// A connection says who is there. Said again, it is a new name.
    pub fn join(&mut self, connection: ConnectionId, name: Actor) {
        if self.of_connection.get(&connection) == Some(&name) {
            return;
        }
        let look = self.remove(connection).unwrap_or_default();
        self.moment += 1;
        let moment = self.moment;
        let person = self.people.entry(name.clone()).or_insert_with(|| Person { joined: moment, ..Person::default() });
        // What was looked at before the connection broke is what is looked at until something else is said.
        let before = person.lingering.take().map(|(look, _)| look);
        let look = if look == Look::default() { before.unwrap_or(look) } else { look };
        person.looks.insert(connection, Look { since: moment, ..look });
        self.of_connection.insert(connection, name);
    }

    /// A connection says what is looked at there. Unheeded of one that never said who is there.
    pub fn look(&mut self, connection: ConnectionId, node_id: Option<NodeId>, editing: bool) {
        self.moment += 1;
        let name = self.of_connection.get(&connection);
        let look = name.and_then(|name| self.people.get_mut(name)?.looks.get_mut(&connection));
        if let Some(look) = look {
            *look = Look { since: self.moment, node_id, editing };
        }
    }

    /// A connection ended.
    pub fn leave(&mut self, connection: ConnectionId, how: Departure) {
        let Some(name) = self.of_connection.get(&connection).cloned() else { return };
        let joined = self.people.get(&name).map(|person| person.joined);
        let (Some(joined), Some(look)) = (joined, self.remove(connection)) else { return };
        if let Departure::Lost { until } = how
            && !self.people.contains_key(&name)
        {
            // Nobody edits over a connection that broke.
            let look = Look { editing: false, ..look };
            let person = Person { joined, lingering: Some((look, until)), ..Person::default() };
            self.people.insert(name, person);
        }
    }

    /// Takes a connection out, and with the last one its person.
    fn remove(&mut self, connection: ConnectionId) -> Option<Look> {
        let name = self.of_connection.remove(&connection)?;
        let person = self.people.get_mut(&name)?;
        let look = person.looks.remove(&connection);
        if person.looks.is_empty() {
            self.people.remove(&name);
        }
        look
    }

    /// Lets go of those whose time of grace is over. The clock is one that never goes back, since any beginning.
    pub fn expire(&mut self, now: Duration) {
        self.people.retain(|_, person| person.lingering.as_ref().is_none_or(|(_, until)| *until > now));
    }

    /// When somebody's time of grace is over next.
    pub fn next_expiry(&self) -> Option<Duration> {
        self.people.values().filter_map(|person| person.lingering.as_ref().map(|(_, until)| *until)).min()
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether nobody is there.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Everybody, who came first first; at most [`MAX_NAMED`].
    pub fn analysts(&self) -> Vec<Analyst> {
        let mut people: Vec<_> = self.people.iter().collect();
        people.sort_by_key(|(_, person)| person.joined);
        let mut taken = [false; PALETTE.len()];
        people
            .into_iter()
            .take(MAX_NAMED)
            .map(|(name, person)| {
                let look = person.look();
                Analyst {
                    name: name.clone(),
                    color: Color::of(name).free_of(&mut taken),
                    node_id: look.and_then(|look| look.node_id.clone()),
                    editing: look.is_some_and(|look| look.editing),
                    connections: u32::try_from(person.looks.len()).unwrap_or(u32::MAX),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: ConnectionId = ConnectionId(1);
    const TWO: ConnectionId = ConnectionId(2);
    const GRACE: Duration = Duration::from_secs(GRACE_SECONDS as u64);
    const LOST: Departure = Departure::Lost { until: GRACE };

    fn name(name: &str) -> Actor {
        Actor::new(name).expect("a name")
    }

    fn node(roster: &Roster, who: usize) -> (Option<&'static str>, bool) {
        let analyst = &roster.analysts()[who];
        let known = ["triage", "isolate"].into_iter().find(|id| analyst.node_id == Some(NodeId::from(*id)));
        (known, analyst.editing)
    }

    #[test]
    fn two_tabs_of_one_person_are_one_person_who_is_where_they_went_last() {
        let mut roster = Roster::default();
        roster.join(ONE, name("Ana"));
        roster.join(TWO, name("Ana"));
        roster.look(ONE, Some("triage".into()), true);
        roster.look(TWO, Some("isolate".into()), false);
        assert_eq!((roster.len(), roster.analysts()[0].connections), (1, 2));
        assert_eq!(node(&roster, 0), (Some("isolate"), false));
        roster.leave(TWO, Departure::Closed);
        assert_eq!((node(&roster, 0), roster.analysts()[0].connections), ((Some("triage"), true), 1));
    }

    #[test]
    fn who_closes_the_page_is_gone_and_who_is_cut_off_stays_for_a_while() {
        let mut roster = Roster::default();
        for (connection, who) in [(ONE, "Ana"), (TWO, "Ben")] {
            roster.join(connection, name(who));
            roster.look(connection, Some("triage".into()), true);
        }
        roster.leave(ONE, Departure::Closed);
        roster.leave(TWO, LOST);
        assert_eq!((roster.len(), roster.analysts()[0].connections), (1, 0));
        assert_eq!(node(&roster, 0), (Some("triage"), false), "nobody edits without a connection");
        assert_eq!(roster.next_expiry(), Some(GRACE));
        roster.expire(GRACE - Duration::from_micros(1));
        assert_eq!(roster.len(), 1);
        roster.expire(GRACE);
        assert!(roster.is_empty() && roster.next_expiry().is_none());
    }

    #[test]
    fn who_comes_back_in_time_never_left() {
        let mut roster = Roster::default();
        roster.join(ONE, name("Ana"));
        roster.join(ConnectionId(3), name("Ben"));
        roster.look(ONE, Some("triage".into()), false);
        roster.leave(ONE, LOST);
        roster.join(TWO, name("Ana"));
        roster.expire(Duration::MAX);
        assert_eq!((node(&roster, 0), roster.analysts()[0].connections), ((Some("triage"), false), 1));
        assert_eq!(roster.analysts()[0].name, name("Ana"), "who came first is first");
    }

    #[test]
    fn a_tab_that_breaks_off_beside_another_leaves_nothing_behind() {
        let mut roster = Roster::default();
        roster.join(ONE, name("Ana"));
        roster.join(TWO, name("Ana"));
        roster.leave(ONE, LOST);
        assert_eq!((roster.len(), roster.next_expiry()), (1, None));
    }

    #[test]
    fn a_new_name_takes_the_place_of_the_old_one() {
        let mut roster = Roster::default();
        roster.join(ONE, name("Ana"));
        roster.look(ONE, Some("triage".into()), true);
        roster.join(ONE, name("Ana Öz"));
        assert_eq!(roster.analysts().len(), 1);
        assert_eq!((roster.analysts()[0].name.as_str(), node(&roster, 0)), ("Ana Öz", (Some("triage"), true)));
    }

    #[test]
    fn who_never_said_a_name_is_not_there() {
        let mut roster = Roster::default();
        roster.look(ONE, Some("triage".into()), true);
        roster.leave(ONE, LOST);
        assert!(roster.is_empty());
    }

    #[test]
    fn of_a_crowd_only_the_first_are_named() {
        let mut roster = Roster::default();
        for number in 0..250 {
            roster.join(ConnectionId(number), name(&format!("Analyst {number}")));
        }
        assert_eq!((roster.len(), roster.analysts().len()), (250, MAX_NAMED));
        assert_eq!(roster.analysts()[0].name.as_str(), "Analyst 0");
    }

    #[test]
    fn colours_travel_as_they_are_written_in_style_sheets() {
        let color = Color::of(&name("Ana"));
        let text = serde_json::to_string(&color).expect("a text");
        assert_eq!(text, format!("\"{}\"", PALETTE[color.place()]));
        assert_eq!(serde_json::from_str::<Color>(&text).expect("a colour"), color);
        assert!(serde_json::from_str::<Color>("\"#123456\"").is_err());
    }

    #[test]
    fn no_two_who_are_there_share_a_colour_as_long_as_there_are_enough() {
        let mut roster = Roster::default();
        let names = (0..=PALETTE.len()).map(|number| name(&format!("Analyst {number}")));
        for (connection, name) in (0..).map(ConnectionId).zip(names) {
            roster.join(connection, name);
        }
        let colors: Vec<usize> = roster.analysts().iter().map(|analyst| analyst.color.place()).collect();
        let mut different = colors[..PALETTE.len()].to_vec();
        different.sort_unstable();
        assert_eq!(different, (0..PALETTE.len()).collect::<Vec<_>>());
        assert_eq!(colors[PALETTE.len()], Color::of(&name("Analyst 12")).place());
        assert_eq!(colors[0], Color::of(&name("Analyst 0")).place());
    }

    #[test]
    fn white_is_readable_on_every_colour() {
        let channel = |color: &str, at: usize| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).expect("hexadecimal")) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        for color in PALETTE {
            let luminance = 0.2126 * channel(color, 1) + 0.7152 * channel(color, 3) + 0.0722 * channel(color, 5);
            let contrast = 1.05 / (luminance + 0.05);
            assert!(contrast >= 4.5, "{color}: {contrast:.2}");
        }
    }
}
