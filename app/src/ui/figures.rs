//! Figures in words and as bars, as pages that the server renders show them. Nothing here has a style of its own: a page may
//! carry none, so the length of a bar lies in an attribute of SVG.

use domain::words::duration;
use leptos::prelude::*;

/// A figure, and before it a bar that is filled so far, in percent.
pub(crate) fn with_bar(percent: f64, class: &'static str, figure: impl IntoView) -> impl IntoView {
    let class = format!("bar {class}");
    view! {
        <div class="with-bar">
            <svg class=class viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                <rect width=format!("{percent:.1}") height="1" />
            </svg>
            {figure}
        </div>
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

/// A percentage in words, small ones to a tenth; a dash where there is none.
pub(crate) fn percent(figure: Option<f64>) -> String {
    let words =
        |figure: f64| if figure > 0.0 && figure < 9.95 { format!("{figure:.1} %") } else { format!("{figure:.0} %") };
    figure.map_or_else(|| NOTHING.to_owned(), words)
}

/// Where there is no figure.
pub(crate) const NOTHING: &str = "–";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_said_in_words_and_none_by_a_dash() {
        assert_eq!([time(Some(424.6)), time(None)], ["7 min 5 s", "–"]);
        let percentages = [Some(100.0), Some(66.7), Some(9.9), Some(0.1), Some(0.0), None].map(percent);
        assert_eq!(percentages, ["100 %", "67 %", "9.9 %", "0.1 %", "0 %", "–"]);
    }
}
