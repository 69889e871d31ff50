//! Which executions the figures are about: links to usual ranges, and a form for the others.

use domain::legible::legible;
use domain::time::Timestamp;
use leptos::prelude::*;

use super::addresses::{Asked, day};
use super::body::Dashboard;

/// Usual ranges: what they are called, and how many days they have up to today.
const RANGES: [(&str, Option<i64>); 4] =
    [("All time", None), ("7 days", Some(7)), ("30 days", Some(30)), ("90 days", Some(90))];
const DAY_MICROS: i64 = 86_400_000_000;

pub(super) fn view(dashboard: &Dashboard) -> impl IntoView {
    let Asked { playbook, from, to } = dashboard.asked;
    let range = |(name, days): (&'static str, Option<i64>)| {
        let from = days.and_then(|days| first_of(days, dashboard.summary.as_of));
        let asked = Asked { from, to: None, ..dashboard.asked };
        let current = (asked == dashboard.asked).then_some("true");
        view! { <a class="filter" href=asked.address() aria-current=current>{name}</a> }
    };
    let options = dashboard.library.iter().map(|other| {
        view! { <option value=other.id.to_string() selected=playbook == Some(other.id)>{legible(&other.title).into_owned()}</option> }
    });
    // One that was deleted may still have been executed.
    let deleted = playbook.filter(|id| dashboard.library.iter().all(|other| other.id != *id)).map(|id| {
        let known = dashboard.playbooks.iter().find(|figures| figures.playbook_id == id);
        let title = known.map_or_else(|| "Another playbook".to_owned(), |figures| legible(&figures.title).into_owned());
        view! { <option value=id.to_string() selected>{title}</option> }
    });
    let clear = dashboard.asked.is_filter().then(|| {
        view! { <span class="filter-clear"><a href="/">"Clear"</a></span> }
    });
    view! {
        <form class="filters" method="get" action="/" aria-label="Filter figures">
            <nav class="filter-group" aria-label="Time">{RANGES.map(range).collect_view()}</nav>
            <label class="filter-date"><span>"From"</span><input type="date" name="from" title="The first day, in UTC" value=from.map(day) /></label>
            <label class="filter-date"><span>"to"</span><input type="date" name="to" title="The last day, in UTC" value=to.map(day) /></label>
            <select name="playbook" aria-label="Playbook">
                <option value="">"Every playbook"</option>
                {deleted}
                {options.collect_view()}
            </select>
            <button type="submit" class="button">"Show"</button>
            {clear}
        </form>
    }
}

/// The beginning of the first of so many days, of which today is the last.
fn first_of(days: i64, now: Timestamp) -> Option<Timestamp> {
    let today = now.micros() - now.micros().rem_euclid(DAY_MICROS);
    Timestamp::from_micros(today - (days - 1) * DAY_MICROS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_days_are_today_and_the_six_before() {
        let now = "2026-11-23T02:14:05.123456Z".parse().expect("RFC 3339");
        let first = first_of(7, now).expect("within the calendar");
        assert_eq!(first.to_string(), "2026-11-17T00:00:00.000000Z");
    }
}
