//! What was refused, in the words of the screen. The API speaks of its fields by name; whoever looks at a page has never
//! seen those names.

use std::borrow::Cow;

/// What the fields of the API are called on a page.
const NAMES: [(&str, &str); 19] = [
    ("actor", "your name"),
    ("assignee", "the assignee"),
    ("before_start", "“before the start”"),
    ("cause", "the cause"),
    ("decision_taken", "the answer"),
    ("description", "the description"),
    ("file", "the file’s name"),
    ("impact", "the impact"),
    ("incident_id", "the incident ID"),
    ("incident_title", "the incident title"),
    ("node_id", "the step"),
    ("notes", "the note"),
    ("occurred_at", "the time given"),
    ("outcome", "the outcome"),
    ("rationale", "the reason"),
    ("reason", "the reason"),
    ("recommendations", "the recommendations"),
    ("started_by", "your name"),
    ("title", "the title"),
];

/// How an aside begins that is for whoever runs the server, or scripts against it.
const ASIDES: [&str; 2] = [" (--", " (base_version"];
/// Where advice begins that only a script can follow.
const FOR_SCRIPTS: &str = ": if that is meant, send ";

/// A sentence of the API as a page says it, with a capital letter at first.
pub fn on_screen(sentence: &str) -> String {
    capitalized(&in_words(sentence))
}

/// A sentence of the API in the words of the screen instead of the names of fields, and without what only a script or an
/// operator can use. What is quoted stays as it is.
pub fn in_words(sentence: &str) -> String {
    let sentence = &*without_asides(sentence.split(FOR_SCRIPTS).next().unwrap_or(sentence));
    let mut words = String::with_capacity(sentence.len());
    let mut is_quoted = false;
    for (place, word) in sentence.split(' ').enumerate() {
        if place > 0 {
            words.push(' ');
        }
        let name = word.trim_end_matches([',', '.', ':', ';']);
        // A word that is no name anywhere else is one wherever it stands; any other only as the subject.
        let is_name = !is_quoted && (place == 0 || name.contains('_'));
        match NAMES.iter().find(|(field, _)| is_name && *field == name) {
            Some((_, on_screen)) => {
                words.push_str(on_screen);
                words.push_str(&word[name.len()..]);
            }
            None => words.push_str(word),
        }
        for character in word.chars() {
            is_quoted = match character {
                '“' => true,
                '”' => false,
                _ => is_quoted,
            };
        }
    }
    words
}

fn without_asides(sentence: &str) -> Cow<'_, str> {
    let aside = ASIDES.iter().find_map(|beginning| sentence.find(beginning));
    let end = aside.and_then(|begin| Some((begin, begin + sentence[begin..].find(')')? + 1)));
    match end {
        Some((begin, end)) => format!("{}{}", &sentence[..begin], &sentence[end..]).into(),
        None => sentence.into(),
    }
}

fn capitalized(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::on_screen;
    use crate::command::Refusal;
    use crate::legible::NameError;
    use crate::time::Timestamp;

    #[test]
    fn names_of_fields_become_the_words_of_the_screen() {
        let blank = Refusal::Name { field: "incident_title", fault: NameError::Blank };
        assert_eq!(on_screen(&blank.to_string()), "The incident title must not be blank");
        let long = Refusal::TooLong { field: "notes", limit: 2, length: 3 };
        assert_eq!(on_screen(&long.to_string()), "The note has at most 2 characters, this one has 3");
        let early = Refusal::BeforeTheStart(Timestamp::from_micros(0).expect("in range"));
        assert_eq!(
            on_screen(&early.to_string()),
            "The time given lies before the start of the execution (1970-01-01T00:00:00.000000Z)"
        );
    }

    #[test]
    fn what_only_an_operator_or_a_script_can_use_is_left_out() {
        assert_eq!(
            on_screen("the file is larger than the 50 MB that are allowed (--max-evidence-mb), and nothing was stored"),
            "The file is larger than the 50 MB that are allowed, and nothing was stored"
        );
        assert_eq!(on_screen("Look, then save over it (base_version 3)."), "Look, then save over it.");
        assert_eq!(on_screen("stays (as it is)"), "Stays (as it is)");
    }

    #[test]
    fn what_somebody_wrote_stays_as_it_is() {
        let said = "“incident_title of occurred_at” is not a branch of this decision; its branches are “a b”";
        assert_eq!(on_screen(said), said);
        assert_eq!(on_screen("this execution takes notes"), "This execution takes notes");
        assert_eq!(on_screen("write occurred_at, please"), "Write the time given, please");
        assert_eq!(on_screen(""), "");
    }
}
