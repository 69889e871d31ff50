//! When executions began: a column for each period, and the same as a table.

use domain::event::ExecutionStatus;
use domain::metrics::{Period, PeriodUnit};
use domain::words::counted;
use leptos::prelude::*;

use super::addresses::{Asked, day, last_moment};
use super::body::Dashboard;

/// At most so many periods have their names below them.
const MOST_NAMES: usize = 12;
/// At most so many lines lie across the columns, besides the lowest.
const MOST_LINES: u32 = 4;

pub(super) fn view(dashboard: &Dashboard) -> impl IntoView {
    let over_time = &dashboard.summary.over_time;
    let highest = over_time.periods.iter().map(Period::count).max().unwrap_or_default();
    let step = step_of(highest);
    let top = highest.div_ceil(step).max(1) * step;
    let every = over_time.periods.len().div_ceil(MOST_NAMES).max(1);
    let unit = match over_time.unit {
        PeriodUnit::Day => "day",
        PeriodUnit::Week => "week",
        PeriodUnit::Month => "month",
        PeriodUnit::Year => "year",
    };
    let column = |(place, period): (usize, &Period)| {
        let tick = if place.is_multiple_of(every) { tick_of(over_time.unit, period) } else { String::new() };
        column(&dashboard.asked, over_time.unit, period, top, tick)
    };
    let row = |period: &Period| {
        let address = dashboard.asked.of_period(period).executions(&[]);
        view! {
            <tr>
                <th scope="row"><a href=address>{name_of(over_time.unit, period)}</a></th>
                <td>{period.count()}</td>
                <td>{period.completed_count}</td>
                <td>{period.abandoned_count}</td>
                <td>{period.open_count}</td>
            </tr>
        }
    };
    let legend = [
        (ExecutionStatus::Completed, "completed"),
        (ExecutionStatus::Abandoned, "abandoned"),
        (ExecutionStatus::Active, "open"),
    ];
    let lines: String = (0..top / step).map(|line| format!("M0 {}h1", line * step)).collect();
    let scale = (0..=top / step).rev().map(|line| view! { <span>{line * step}</span> });
    view! {
        <section class="figures-card" aria-labelledby="over-time">
            <header class="figures-head">
                <h2 id="over-time">{format!("Executions by {unit}")}</h2>
                <ul class="legend" aria-hidden="true">
                    {legend.map(|(status, name)| view! { <li data-execution-status=status.as_str()>{name}</li> }).collect_view()}
                </ul>
            </header>
            <div class="plot" aria-hidden="true">
                <div class="plot-scale figures">{scale.collect_view()}</div>
                <div class="plot-area">
                    <svg class="plot-lines" viewBox=format!("0 0 1 {top}") preserveAspectRatio="none"><path d=lines /></svg>
                    <ol class="plot-columns">{over_time.periods.iter().enumerate().map(column).collect_view()}</ol>
                </div>
            </div>
            <details>
                <summary>"As a table"</summary>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{format!("Began in the {unit}")}</th>
                            <th scope="col">"Executions"</th>
                            <th scope="col">"Completed"</th>
                            <th scope="col">"Abandoned"</th>
                            <th scope="col">"Open"</th>
                        </tr>
                    </thead>
                    <tbody>{over_time.periods.iter().rev().map(row).collect_view()}</tbody>
                </table>
            </details>
        </section>
    }
}

/// A column: how many ended how, one upon the other. The table has its link for who does not point.
fn column(asked: &Asked, unit: PeriodUnit, period: &Period, top: u32, tick: String) -> impl IntoView + use<> {
    let counts = [
        (ExecutionStatus::Completed, period.completed_count),
        (ExecutionStatus::Abandoned, period.abandoned_count),
        (ExecutionStatus::Active, period.open_count),
    ];
    let mut below = 0;
    let parts = counts.map(|(status, count)| {
        below += count;
        let y = top - below;
        (count > 0).then(|| view! { <rect data-execution-status=status.as_str() width="1" height=count y=y /> })
    });
    let title = format!(
        "{}: {} ({} completed, {} abandoned, {} open)",
        name_of(unit, period),
        counted(period.count().into(), "execution"),
        period.completed_count,
        period.abandoned_count,
        period.open_count
    );
    view! {
        <li>
            <a href=asked.of_period(period).executions(&[]) tabindex="-1" title=title>
                <svg viewBox=format!("0 0 1 {top}") preserveAspectRatio="none">{parts.collect_view()}</svg>
            </a>
            <span>{tick}</span>
        </li>
    }
}

/// What a period is called.
fn name_of(unit: PeriodUnit, period: &Period) -> String {
    let first = day(period.from);
    match unit {
        PeriodUnit::Week => format!("{first} to {}", day(last_moment(period))),
        PeriodUnit::Day | PeriodUnit::Month | PeriodUnit::Year => cut(&first, unit),
    }
}

/// What stands below its column.
fn tick_of(unit: PeriodUnit, period: &Period) -> String {
    let first = day(period.from);
    match unit {
        PeriodUnit::Day | PeriodUnit::Week => first.get("2026-".len()..).unwrap_or_default().to_owned(),
        PeriodUnit::Month | PeriodUnit::Year => cut(&first, unit),
    }
}

/// Of a day, as much as a unit needs.
fn cut(day: &str, unit: PeriodUnit) -> String {
    let length = match unit {
        PeriodUnit::Day | PeriodUnit::Week => "2026-11-22".len(),
        PeriodUnit::Month => "2026-11".len(),
        PeriodUnit::Year => "2026".len(),
    };
    day.get(..length).unwrap_or(day).to_owned()
}

/// How many executions lie between two lines: a round number.
fn step_of(highest: u32) -> u32 {
    let powers = std::iter::successors(Some(1_u32), |power| power.checked_mul(10));
    let mut steps = powers.flat_map(|power| [1, 2, 5].map(|digit| power.saturating_mul(digit)));
    steps.find(|step| highest <= step.saturating_mul(MOST_LINES)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lie_at_round_numbers_and_are_few() {
        assert_eq!([0, 1, 4, 5, 8, 9, 21, 400, 401].map(step_of), [1, 1, 1, 2, 2, 5, 10, 100, 200]);
        assert_eq!(step_of(u32::MAX), 2_000_000_000);
    }

    #[test]
    fn periods_are_called_by_their_days() {
        let time = |text: &str| text.parse().expect("RFC 3339");
        let period = Period {
            from: time("2026-09-21T00:00:00Z"),
            before: time("2026-09-28T00:00:00Z"),
            completed_count: 0,
            abandoned_count: 0,
            open_count: 0,
        };
        let units = [PeriodUnit::Day, PeriodUnit::Week, PeriodUnit::Month, PeriodUnit::Year];
        let names = ["2026-09-21", "2026-09-21 to 2026-09-27", "2026-09", "2026"];
        assert_eq!(units.map(|unit| name_of(unit, &period)), names);
        assert_eq!(units.map(|unit| tick_of(unit, &period)), ["09-21", "09-21", "2026-09", "2026"]);
    }
}
