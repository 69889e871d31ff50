//! The description of the API (OpenAPI 3.1): its head, and what several operations share, each written once. The
//! operations describe themselves beside their handlers, and `routes!` takes no handler without its description.
//!
//! A kind of problem is a [`Kind`] in [`KINDS`]. What an operation may answer is listed with it by names like
//! [`BadBody`], each of which stands for one or several kinds.

use std::collections::BTreeMap;

use domain::api::Problem;
use domain::openapi::HeaderName;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Required, Response, ResponseBuilder};
use utoipa::{IntoParams, IntoResponses, OpenApi, PartialSchema};

pub(super) const PLAYBOOKS: &str = "playbooks";
pub(super) const EXECUTIONS: &str = "executions";
pub(super) const EVIDENCE: &str = "evidence";
pub(super) const REPORTS: &str = "reports";
pub(super) const LIVE: &str = "live";
pub(super) const METRICS: &str = "metrics";
pub(super) const HEALTH: &str = "health";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Playbook Forge",
        description = include_str!("openapi.md"),
        license(name = "MIT", identifier = "MIT"),
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = PLAYBOOKS, description = "The library"),
        (name = EXECUTIONS, description = "Playbooks at work, and what was done"),
        (name = EVIDENCE, description = "Files that are attached to steps, written once"),
        (name = REPORTS, description = "What happened, told for those who were not there"),
        (name = LIVE, description = "Events as they happen"),
        (name = METRICS, description = "What many executions tell about playbooks"),
        (name = HEALTH, description = "For those who keep the server running"),
    ),
    components(schemas(Problem)),
)]
struct Head;

/// The description of the API, before any operation.
pub(super) fn head() -> utoipa::openapi::OpenApi {
    let mut head = Head::openapi();
    let components = head.components.get_or_insert_default();
    components.responses.extend(KINDS.map(|kind| (kind.name.to_owned(), kind.response().into())));
    head
}

/// Adds what every operation may answer: the guard at the door asks before any of them.
pub(super) fn add_guard(description: &mut utoipa::openapi::OpenApi) {
    for item in description.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            let refusal = Ref::from_response_name(FOREIGN.name).into();
            operation.responses.responses.insert(FOREIGN.status.to_string(), refusal);
        }
    }
}

/// A kind of problem.
pub(super) struct Kind {
    /// By which operations refer to it.
    name: &'static str,
    status: u16,
    /// The end of the problem's `type`.
    slug: &'static str,
    title: &'static str,
    /// When it is answered.
    description: &'static str,
    /// An example of `detail`, or all that is ever said.
    detail: &'static str,
    /// A field that may be to blame.
    field: Option<&'static str>,
}

const MALFORMED: Kind = Kind {
    name: "Malformed",
    status: 400,
    slug: "malformed",
    title: "Malformed JSON",
    description: "The body cannot be read: it is not JSON, not a form, or broken off.",
    detail: "the body is empty: send a JSON object",
    field: None,
};
const FOREIGN: Kind = Kind {
    name: "Foreign",
    status: 403,
    slug: "origin",
    title: "Not from here",
    description: "A page of another origin asks, and the server was not told to allow it (`--allowed-origin`).",
    detail: "this request comes from a page of https://other.example: allow it with --allowed-origin",
    field: None,
};
const TOO_SLOW: Kind = Kind {
    name: "TooSlow",
    status: 408,
    slug: "timeout",
    title: "Took too long",
    description: "The request was not here as a whole in time. Nothing was changed.",
    detail: "the request was not here as a whole within 30s, and nothing was changed",
    field: None,
};
const RANGE: Kind = Kind {
    name: "Range",
    status: 416,
    slug: "range",
    title: "No such part",
    description: "The part that is asked for is not in the file (RFC 9110 §15.5.17).",
    detail: "the file has 10 bytes, and the part asked for is not among them",
    field: None,
};
const DAMAGED: Kind = Kind {
    name: "Damaged",
    status: 500,
    slug: "damaged-evidence",
    title: "Damaged evidence",
    description: "The file is missing or is not what was uploaded, so it is not given out; or the database could not be \
                  read.",
    detail: "the file is missing: it is not what was uploaded, so it is not given out",
    field: None,
};
const BUSY: Kind = Kind {
    name: "Busy",
    status: 503,
    slug: "busy",
    title: "Busy",
    description: "Another process holds the database for too long; or the answer took too long, and whether the change \
                  was made is not known: send it again with the same `command_id`.",
    detail: "another process holds the database for too long, and nothing was changed: try again soon",
    field: None,
};
const FULL: Kind = Kind {
    name: "Full",
    status: 507,
    slug: "storage-full",
    title: "No room left",
    description: "There is no room in the data folder. Nothing was changed; reading goes on.",
    detail: "there is no room left to store this, and nothing was changed: free space in the data folder, then try again",
    field: None,
};
const NOT_FOUND: Kind = Kind {
    name: "NotFound",
    status: 404,
    slug: "not-found",
    title: "Not found",
    description: "There is nothing with this id.",
    detail: "there is no such execution",
    field: None,
};
const CONFLICT: Kind = Kind {
    name: "Conflict",
    status: 409,
    slug: "conflict",
    title: "Not in this state",
    description: "The execution is paused or over, and takes no such change until it is resumed or reopened.",
    detail: "this execution is paused: statuses and decisions wait until it is resumed; notes are welcome",
    field: None,
};
const OUTDATED: Kind = Kind {
    name: "Outdated",
    status: 409,
    slug: "outdated",
    title: "Saved meanwhile",
    description: "Somebody else has saved a version since the one that `base_version` names. Nothing was saved.",
    detail: "Ben saved version 3 meanwhile (2026-11-22 02:14:05 UTC), so nothing of this was saved. Look at what changed, then \
             save over it (base_version 3).",
    field: Some("base_version"),
};
const TOO_LARGE: Kind = Kind {
    name: "TooLarge",
    status: 413,
    slug: "too-large",
    title: "Too large",
    description: "The body is larger than this address takes. Nothing of it was stored.",
    detail: "the body of this request may have at most 1265536 bytes",
    field: None,
};
const MEDIA_TYPE: Kind = Kind {
    name: "MediaType",
    status: 415,
    slug: "media-type",
    title: "Unsupported media type",
    description: "The body is of a media type that this address does not take.",
    detail: "the body is text/plain: send JSON with Content-Type: application/json",
    field: None,
};
const INVALID: Kind = Kind {
    name: "Invalid",
    status: 422,
    slug: "invalid",
    title: "Invalid request",
    description: "A field is missing, unknown or of another shape than described (`/problems/invalid`), or has a value \
                  that a rule is against (`/problems/refused`, `/problems/no-playbook`).",
    detail: "unknown field `stauts`",
    field: Some("stauts"),
};
const NO_UPGRADE: Kind = Kind {
    name: "NoUpgrade",
    status: 426,
    slug: "upgrade",
    title: "WebSocket only",
    description: "The request does not ask for a WebSocket (RFC 6455).",
    detail: "this address speaks WebSocket: connect with a WebSocket client",
    field: None,
};
const STORAGE: Kind = Kind {
    name: "Storage",
    status: 500,
    slug: "storage",
    title: "Storage failed",
    description: "The database could not be read or written. Nothing was changed.",
    detail: "the change could not be stored or read, and nothing was changed: try again, and look at the server's log",
    field: None,
};
const UNREPORTED: Kind = Kind {
    name: "Unreported",
    status: 500,
    slug: "report",
    title: "No report",
    description: "The report could not be made, or the database could not be read. Nothing was changed.",
    detail: "the report could not be made (task 7 panicked), and nothing was changed: try another form of it",
    field: None,
};
const NO_PICTURE: Kind = Kind {
    name: "NoPicture",
    status: 500,
    slug: "picture",
    title: "No picture",
    description: "The picture could not be made, or the database could not be read.",
    detail: "the picture could not be made (a drawing without a size): export the flowchart as SVG",
    field: None,
};
const NOT_READY: Kind = Kind {
    name: "NotReady",
    status: 503,
    slug: "not-ready",
    title: "Not ready",
    description: "The database does not answer, or executions are being folded anew after an update.",
    detail: "the database does not answer: look at the server's log",
    field: None,
};

pub(super) const TOO_MANY: Kind = Kind {
    name: "TooMany",
    status: 429,
    slug: "too-many-connections",
    title: "Too many live connections",
    description: "As many live connections as may come from one address come from this one (`--max-live-per-address`). \
                  `Retry-After` says when to try again.",
    detail: "too many live connections come from your address: close some, or raise --max-live-per-address \
             (FORGE_MAX_LIVE_PER_ADDRESS)",
    field: None,
};
pub(super) const CROWDED: Kind = Kind {
    name: "Crowded",
    status: 503,
    slug: "execution-full",
    title: "Too many live connections",
    description: "As many as may listen to one execution listen to this one (`--max-live-per-execution`). `Retry-After` \
                  says when to try again.",
    detail: "too many listen to this execution: try again later, or raise --max-live-per-execution \
             (FORGE_MAX_LIVE_PER_EXECUTION); everything but live updates works without",
    field: None,
};

/// Every kind.
const KINDS: [Kind; 20] = [
    MALFORMED, FOREIGN, NOT_FOUND, TOO_SLOW, CONFLICT, OUTDATED, TOO_LARGE, MEDIA_TYPE, RANGE, INVALID, NO_UPGRADE,
    TOO_MANY, STORAGE, DAMAGED, UNREPORTED, NO_PICTURE, NOT_READY, CROWDED, BUSY, FULL,
];

impl Kind {
    /// The problem with that detail.
    pub(super) fn problem(&self) -> Problem {
        let problem = Problem::new(self.status, self.slug, self.title, self.detail);
        match self.field {
            Some(field) => problem.at(field),
            None => problem,
        }
    }

    fn response(&self) -> Response {
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Problem")))
            .example(serde_json::to_value(self.problem()).ok())
            .build();
        ResponseBuilder::new().description(self.description).content("application/problem+json", content).build()
    }
}

/// Declares names for kinds of problems, to be listed with operations.
macro_rules! responses {
    ($($(#[$doc:meta])* $name:ident => $($kind:ident)+;)+) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [$(($kind.status.to_string(), Ref::from_response_name($kind.name).into())),+].into()
            }
        }
    )+};
}

responses! {
    /// Of operations with a body.
    BadBody => MALFORMED TOO_LARGE MEDIA_TYPE INVALID;
    /// Of operations that change something.
    NoChange => TOO_SLOW BUSY FULL;
    /// Of operations that give a file.
    NoFile => RANGE DAMAGED;
    /// Of operations with a query.
    BadQuery => INVALID;
    /// Of operations with an id in their address.
    NotFound => NOT_FOUND;
    /// Of operations that need an execution to be in a certain state.
    Conflict => CONFLICT;
    /// Of operations that follow what somebody else may have changed.
    Outdated => OUTDATED;
    /// Of every operation that needs the database.
    ServerFault => STORAGE;
    /// Of those that give a report.
    NoReport => UNREPORTED;
    /// Of those that give a picture.
    NoPicture => NO_PICTURE;
    /// Of those that become a WebSocket.
    NoUpgrade => NO_UPGRADE;
    /// Of those that hold a place.
    NoPlace => TOO_MANY CROWDED;
    /// Of the question whether the server is ready.
    NotReady => NOT_READY;
}

/// The header that says who asks.
pub(super) struct Analyst;

impl IntoParams for Analyst {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let header = ParameterBuilder::new()
            .name("X-Analyst")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some("Who asks, when the body does not say."))
            .schema(Some(HeaderName::schema()));
        vec![header.build()]
    }
}
