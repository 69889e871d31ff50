//! Schemas (OpenAPI 3.1) of what a derive cannot tell: texts with limits, and times.
//!
//! Compiled only where the API is published. Most of the types here stand for a `String` in the schema and nowhere
//! else; their limits are those that [`crate::command`] and [`crate::ids`] hold.

use std::borrow::Cow;

use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::api::MAX_PAGE;
use crate::command::{MAX_REASON_CHARS, MAX_TEXT_CHARS};
use crate::event::EventBody;
use crate::ids::{Actor, MAX_NAME_CHARS, Seq};
use crate::time::Timestamp;

/// Characters that no name has ([`crate::legible`]): invisible ones, and those that turn the direction of the text. Joiners and
/// selectors, which are allowed where a script needs them, are left out; a pattern cannot say where that is.
macro_rules! hidden {
    () => {
        "\\u0000-\\u001F\\u007F-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F\\u2028-\\u202E\
         \\u2060-\\u206F\\u2800\\u3164\\uE000-\\uF8FF\\uFDD0-\\uFDEF\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFFB\\uFFFE\\uFFFF\
         \u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}\u{f0000}-\u{10ffff}"
    };
}

/// One line: nothing hidden.
const ONE_LINE: &str = concat!("^[^", hidden!(), "]*$");
/// One line that is not blank.
const ONE_LINE_NOT_BLANK: &str = concat!("^[^", hidden!(), "]*[^\\s", hidden!(), "][^", hidden!(), "]*$");
/// Words with one blank between them.
const WORDS: &str = concat!(
    "^[ \\u00A0\\u1680\\u2000-\\u200A\\u202F\\u205F\\u3000]*[^\\s",
    hidden!(),
    "]+([ \\u3000][^\\s",
    hidden!(),
    "]+)*[ \\u00A0\\u1680\\u2000-\\u200A\\u202F\\u205F\\u3000]*$"
);
/// Something besides white space.
const NOT_BLANK: &str = r"^[^\u0000]*[^\s\u0000][^\u0000]*$";
/// No NUL, which not every database can keep.
const NO_NUL: &str = r"^[^\u0000]*$";
/// Always UTC, always six digits.
const TIMESTAMP: &str = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$";

/// A title, a name or a tag, as it may be sent.
#[derive(Debug)]
pub struct Name;

/// The name of a person, as it may be sent.
#[derive(Debug)]
pub struct AnalystName;

/// Tags in one field of a form.
#[derive(Debug)]
pub struct Tags;

/// A number from elsewhere, as it may be sent.
#[derive(Debug)]
pub struct NameOrBlank;

/// A note, a rationale or an outcome, as it may be sent.
#[derive(Debug)]
pub struct FreeText;

/// Why something waits.
#[derive(Debug)]
pub struct Reason;

/// A text that may also be taken away.
#[derive(Debug)]
pub struct FreeTextOrBlank;

/// A time, as it may be sent.
#[derive(Debug)]
pub struct AnyTime;

/// A name in a header, where HTTP knows visible ASCII only.
#[derive(Debug)]
pub struct HeaderName;

/// How many, as far as the server counts.
#[derive(Debug)]
pub struct Count;

/// How many items a page of a list has.
#[derive(Debug)]
pub struct PageLength;

/// The number of a version.
#[derive(Debug)]
pub struct VersionNumber;

/// Which part of a source is read.
#[derive(Debug)]
pub struct PartName;

/// A word in `event_type`.
#[derive(Debug)]
pub struct EventType;

fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description))
}

fn name(description: &str) -> ObjectBuilder {
    text(description).min_length(Some(1)).max_length(Some(MAX_NAME_CHARS)).pattern(Some(ONE_LINE_NOT_BLANK))
}

fn time(description: &str) -> ObjectBuilder {
    text(description).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
}

/// A number of 64 bits without a sign, which no `format` is about.
fn number(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some(description))
        .minimum(Some(0_usize))
        .maximum(Some(usize::MAX))
}

/// Implements a schema of its own for a type, under the type's name.
macro_rules! schema {
    ($name:ident, $object:expr) => {
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let object: Object = $object.build();
                object.into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    };
}

schema!(
    AnalystName,
    name("The name an analyst goes by; nobody checks it. Kept in NFC; white space around it is cut. Invisible characters and those that turn the direction of the text are refused.")
        .pattern(Some(WORDS))
        .examples(["Ana"])
);
schema!(Name, name("One line of text that is not blank. Kept in NFC; white space around it is cut. Invisible characters and those that turn the direction of the text are refused.").examples(["Mail to finance"]));
schema!(
    Tags,
    text("Up to 50 tags of up to 200 characters, with commas between them.")
        .pattern(Some(ONE_LINE))
        .examples(["mail, finance"])
);
schema!(
    NameOrBlank,
    text("One line of text. Kept in NFC; white space around it is cut. Invisible characters and those that turn the direction of the text are refused.")
        .max_length(Some(MAX_NAME_CHARS))
        .pattern(Some(ONE_LINE))
        .examples(["INC-7"])
);
schema!(
    FreeText,
    text("Text that is not blank; white space around it is cut.")
        .min_length(Some(1))
        .max_length(Some(MAX_TEXT_CHARS))
        .pattern(Some(NOT_BLANK))
        .examples(["Saved as mail.eml"])
);
schema!(
    Reason,
    text("What is waited for, in one line that is not blank.")
        .min_length(Some(1))
        .max_length(Some(MAX_REASON_CHARS))
        .pattern(Some(NOT_BLANK))
        .examples(["The provider’s call back"])
);
schema!(
    FreeTextOrBlank,
    text("Text; blank takes it away.")
        .max_length(Some(MAX_TEXT_CHARS))
        .pattern(Some(NO_NUL))
        .examples(["Train the finance team."])
);
schema!(
    AnyTime,
    time("A point in time with its offset (RFC 3339), in the years 1970 to 2200 (UTC).")
        .examples(["2026-11-22T02:14:05Z"])
);
schema!(
    HeaderName,
    text("The name of an analyst in visible ASCII. Other characters go as UTF-8, or in the body.")
        .min_length(Some(1))
        .max_length(Some(MAX_NAME_CHARS))
        .pattern(Some("^[ -~]*[!-~][ -~]*$"))
        .examples(["Ana"])
);
schema!(
    PageLength,
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("How many items a page has."))
        .minimum(Some(0_usize))
        .maximum(Some(MAX_PAGE as usize))
        .examples([20])
);
schema!(Count, number("A number.").examples([20]));
schema!(
    VersionNumber,
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("The number of a version, from 1."))
        .minimum(Some(1_usize))
        .maximum(Some(4_294_967_295_usize))
        .examples([1])
);
schema!(
    Seq,
    number("Position of an event in its execution's log, from 1 without gaps; 0 is the state before the first event.")
        .examples([41])
);
schema!(
    PartName,
    text("Which part of a document is read: its lists, all of its flowcharts, one of them (counted from 1), or both.")
        .pattern(Some("^(lists|both|flowchart(:[1-9][0-9]{0,8})?)$"))
        .examples(["lists", "flowchart:2"])
);
schema!(EventType, text("What an event is about.").enum_values(Some(EventBody::TYPES)));
schema!(
    Timestamp,
    time("A point in time: UTC, to the microsecond, always with six digits (RFC 3339).")
        .pattern(Some(TIMESTAMP))
        .examples(["2026-11-22T02:14:05.123456Z"])
);
schema!(Actor, text("The name an analyst went by; nobody checked it.").examples(["Ana"]));
