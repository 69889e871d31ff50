//! Events as generators of clients take them best: one flat schema of its own per type, told apart by `event_type`
//! (OpenAPI 3.1, “Discriminator Object”).

use std::borrow::Cow;
use std::collections::BTreeMap;

use utoipa::openapi::schema::{Discriminator, OneOfBuilder};
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::reading::{AssigneeChangedData, DecisionTakenData, DecisionWithdrawnData, ExecutionStartedData};
use super::{Described, Event, Evidence, Hash, Reset, Rewritten, StateChange, StatusChange, Text};
use crate::ids::{Actor, CommandId, NodeId, Seq};
use crate::time::Timestamp;

/// What every event has, whatever its type.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is only described")]
struct Common {
    /// Position in the log.
    seq: Seq,
    /// The node that it concerns; `null` when it concerns the whole execution.
    #[schema(required)]
    node_id: Option<NodeId>,
    /// By whom.
    actor: Actor,
    /// When it was recorded: the server's clock, never going backwards within an execution.
    timestamp: Timestamp,
    /// When it happened, if an analyst recorded it later.
    #[schema(required)]
    occurred_at: Option<Timestamp>,
    /// The change it came from; several events can come from one.
    command_id: CommandId,
    /// 2 for events whose hash covers commitments in place of texts; left out of older ones.
    #[schema(nullable = false)]
    form: Option<u8>,
    /// Who the actor was proven to be; left out where nothing was proven.
    #[schema(nullable = false)]
    subject: Option<String>,
    /// The salt of each free text in `data`, by the name of its member.
    #[schema(nullable = false)]
    salts: Option<BTreeMap<String, String>>,
    /// Of each free text that is missing, what the hash covers in its place; the text is empty then.
    #[schema(nullable = false)]
    withheld: Option<BTreeMap<String, String>>,
    /// Over the hash before and all of the above, as the form says.
    hash: Hash,
}

type Schemas = Vec<(String, RefOr<Schema>)>;

/// A type of event.
struct Variant {
    name: &'static str,
    event_type: &'static str,
    description: &'static str,
    data: fn() -> Cow<'static, str>,
    collect: fn(&mut Schemas),
}

impl Variant {
    const fn of<T: ToSchema>(name: &'static str, event_type: &'static str, description: &'static str) -> Self {
        Self { name, event_type, description, data: T::name, collect: collect::<T> }
    }

    fn schema(&self) -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut object)) = Common::schema() else { return Common::schema() };
        let word = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([self.event_type])).build();
        object.description = Some(self.description.to_owned());
        for (member, schema) in
            [("event_type", word.into()), ("data", RefOr::Ref(Ref::from_schema_name((self.data)())))]
        {
            object.properties.insert(member.to_owned(), schema);
            object.required.push(member.to_owned());
        }
        object.into()
    }
}

/// A schema and all that it refers to.
fn collect<T: ToSchema>(schemas: &mut Schemas) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

/// Every type, in the order of [`super::EventBody::TYPES`].
const VARIANTS: [Variant; 20] = [
    Variant::of::<ExecutionStartedData>("ExecutionStartedEvent", "execution_started", "Always the first."),
    Variant::of::<StateChange>("ExecutionPausedEvent", "execution_paused", "The clocks stopped."),
    Variant::of::<StateChange>("ExecutionResumedEvent", "execution_resumed", "The clocks run again."),
    Variant::of::<StateChange>("ExecutionCompletedEvent", "execution_completed", "Ended as intended."),
    Variant::of::<StateChange>(
        "ExecutionAbandonedEvent",
        "execution_abandoned",
        "Ended without being carried through.",
    ),
    Variant::of::<StateChange>("ExecutionReopenedEvent", "execution_reopened", "Taken up again after it had ended."),
    Variant::of::<Text>("ExecutionNotedEvent", "execution_noted", "A note on the execution as a whole."),
    Variant::of::<Rewritten>(
        "RecommendationsChangedEvent",
        "recommendations_changed",
        "The recommendations were rewritten.",
    ),
    Variant::of::<StatusChange>("StepStartedEvent", "step_started", "A step is being worked on."),
    Variant::of::<StatusChange>("StepCompletedEvent", "step_completed", "A step is done."),
    Variant::of::<StatusChange>("StepSkippedEvent", "step_skipped", "A step was left out on purpose."),
    Variant::of::<StatusChange>(
        "StepBlockedEvent",
        "step_blocked",
        "A step cannot go on, or waits for something else.",
    ),
    Variant::of::<StatusChange>("StepUnblockedEvent", "step_unblocked", "A blocked step goes on."),
    Variant::of::<Reset>("StepResetEvent", "step_reset", "A step is as if nobody had begun, apart from what it keeps."),
    Variant::of::<Text>("NoteAddedEvent", "note_added", "A note on a step."),
    Variant::of::<AssigneeChangedData>(
        "AssigneeChangedEvent",
        "assignee_changed",
        "A step was given to somebody, or taken from them.",
    ),
    Variant::of::<DecisionTakenData>(
        "DecisionTakenEvent",
        "decision_taken",
        "A decision was taken or changed, or its reason was.",
    ),
    Variant::of::<Evidence>("EvidenceAttachedEvent", "evidence_attached", "A file was attached to a step."),
    Variant::of::<DecisionWithdrawnData>("DecisionWithdrawnEvent", "decision_withdrawn", "A decision was taken back."),
    Variant::of::<Described>(
        "ExecutionDescribedEvent",
        "execution_described",
        "Something was said of the incident as a whole.",
    ),
];

impl PartialSchema for Event {
    fn schema() -> RefOr<Schema> {
        let mut discriminator = Discriminator::new("event_type");
        let mut one_of = OneOfBuilder::new().description(Some("One fact about one execution."));
        for variant in VARIANTS {
            let reference = Ref::from_schema_name(variant.name);
            discriminator.mapping.insert(variant.event_type.to_owned(), reference.ref_location.clone());
            one_of = one_of.item(reference);
        }
        one_of.discriminator(Some(discriminator)).into()
    }
}

impl ToSchema for Event {
    fn schemas(schemas: &mut Schemas) {
        Common::schemas(schemas);
        for variant in VARIANTS {
            schemas.push((variant.name.to_owned(), variant.schema()));
            (variant.collect)(schemas);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventBody;

    #[test]
    fn every_type_of_event_has_a_schema_of_its_own() {
        assert_eq!(VARIANTS.map(|variant| variant.event_type), EventBody::TYPES);
        for variant in VARIANTS {
            let value = serde_json::to_value(variant.schema()).expect("JSON");
            assert_eq!(value["properties"]["event_type"]["enum"][0], variant.event_type);
            assert!(value["required"].as_array().is_some_and(|all| all.iter().any(|name| name == "data")));
        }
    }
}
