//! Figures in words and as bars, as pages that the server renders show them. Nothing here has a style of its own: a page may
//! carry none, so the length of a bar lies in an attribute of SVG.

use domain::words::duration;
use leptos::prelude::*;

/// A bar that is filled so far, in percent; it stands beside its figure and says nothing by itself.
pub(crate) fn bar(percent: f64, class: &'static str) -> impl IntoView {
    let class = format!("bar {class}");
    view! {
        <svg class=class viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect width=format!("{percent:.1}") height="1" />
        </svg>
    }
}

/// An icon out of the page's own set; decoration.
pub(crate) fn icon(name: &'static str) -> impl IntoView {
    view! { <svg class="icon" aria-hidden="true" width="16" height="16"><use href=format!("#i-{name}")></use></svg> }
}

/// A time in words; a dash where there is none.
pub(crate) fn time(seconds: Option<f64>) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "seconds of executions are far below 2^53")]
    seconds.map_or_else(|| NOTHING.to_owned(), |seconds| duration(seconds.round() as i64))
}

/// A percentage in words; a dash where there is none.
pub(crate) fn percent(figure: Option<f64>) -> String {
    figure.map_or_else(|| NOTHING.to_owned(), |figure| format!("{figure:.0} %"))
}

/// Where there is no figure.
pub(crate) const NOTHING: &str = "–";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_said_in_words_and_none_by_a_dash() {
        assert_eq!([time(Some(424.6)), time(None)], ["7 min 5 s", "–"]);
        assert_eq!([percent(Some(66.7)), percent(Some(0.0)), percent(None)], ["67 %", "0 %", "–"]);
    }
}
