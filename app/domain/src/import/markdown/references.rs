//! Which headings only describe, so that what stands under them is kept and never tracked.

use super::wording;

/// Words of which a heading that only describes has at least one.
const DESCRIBING: &str = "\
    about acronyms additional appendix applicability artifacts audience author authors background beispiele \
    bibliography changelog classification contact contacts contents context contributors copyright credits \
    definition definitions description diagram directory disclaimer documentation dokumentinformationen \
    examples faq flowchart geltungsbereich glossar glossary goal goals hinweis hinweise history impact \
    indicators information inputs introduction inventory kontakte license links literatur matrix meaning \
    metadata mitre notes objective objectives outputs overview prerequisites principles purpose raci \
    reading reference references referenzen referenzstandards related resources responsibilities revision \
    revisions roles rollen scope scoring severities severity signals sources structure summary symptoms \
    table target templates terminology tooling type types variables verantwortlichkeiten ziel ziele zweck";

/// Words that may stand beside those. Any other word makes the heading one of something to do.
const ACCOMPANYING: &str = "\
    a access alert alerts and att attack call categories change ck communication compliance compromise \
    considerations control criteria critical data decision default der detection die document environment \
    escalation external finding flight frameworks further guide guidelines helpful important \
    incident incidents internal key kill level levels list log map mapping model name of on or other out \
    phishing plan playbook playbooks pre procedures profile quick ransomware ratings regulatory required \
    response role runbook security stakeholder standards system tactic tactics team technique techniques \
    template this threat to tool tools und useful";

/// Headings that describe although no word in them says so.
const PHRASES: [&str; 7] = [
    "this playbook",
    "false positives",
    "tooling map",
    "environment profile",
    "critical warnings",
    "trigger",
    "triggers",
];

/// Words of a heading that make a procedure of a section although it lies in a reference.
const PROCEDURE: &str = "\
    actions checklist containment contain diagnosis eradication eradicate identification investigate \
    investigation mitigation procedure procedures recover recovery remediation steps triage";

/// Whether a heading only describes: it says so, or it has no word but describing ones and their companions.
pub(super) fn is_reference(label: &str) -> bool {
    let label = label.trim().to_lowercase();
    let openings = ["reference:", "reference –", "about ", "appendix", "anhang:", "related "];
    if openings.iter().any(|opening| label.starts_with(opening)) {
        return true;
    }
    let outside_parentheses = label.split('(').next().unwrap_or_default();
    let words: Vec<String> = wording::words(outside_parentheses).collect();
    PHRASES.contains(&words.join(" ").as_str())
        || (words.iter().any(|word| is_one_of(word, DESCRIBING))
            && words.iter().all(|word| is_one_of(word, DESCRIBING) || is_one_of(word, ACCOMPANYING)))
}

/// Whether a heading names a procedure.
pub(super) fn names_procedure(label: &str) -> bool {
    !is_reference(label) && wording::words(label).any(|word| is_one_of(&word, PROCEDURE))
}

fn is_one_of(word: &str, list: &str) -> bool {
    list.split_whitespace().any(|listed| listed == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_of_describing_words_is_a_reference() {
        for label in [
            "Overview",
            "Roles and Responsibilities",
            "Severity Levels",
            "RACI (default)",
            "Reference: call etiquette",
            "Appendix A: queries",
            "On-call and escalation directory",
        ] {
            assert!(is_reference(label), "{label}");
        }
    }

    #[test]
    fn a_heading_with_any_other_word_is_not() {
        for label in ["Scope the incident", "Gather information", "Assess impact", "Containment", "Notify contacts"] {
            assert!(!is_reference(label), "{label}");
        }
    }
}
