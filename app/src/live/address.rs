//! Where executions and their parts lie in the REST API.

use domain::ids::{ExecutionId, NodeId};

/// An execution.
pub(crate) fn of_execution(id: ExecutionId) -> String {
    format!("/api/executions/{id}")
}

/// One of its steps.
pub(crate) fn of_step(id: ExecutionId, node_id: &NodeId) -> String {
    format!("{}/steps/{}", of_execution(id), escaped(node_id.as_str()))
}

/// Its page, or that of one of its steps.
pub(crate) fn of_page(id: ExecutionId, node_id: Option<&NodeId>) -> String {
    let step = node_id.map(|node_id| format!("/step/{}", escaped(node_id.as_str())));
    format!("/execute/{id}{}", step.unwrap_or_default())
}

/// Where files for a step go.
pub(crate) fn evidence_of_step(id: ExecutionId, node_id: &NodeId) -> String {
    format!("{}/evidence", of_step(id, node_id))
}

/// A node id as a part of an address (RFC 3986 §2.3: only unreserved characters stay).
fn escaped(id: &str) -> String {
    id.bytes().fold(String::with_capacity(id.len()), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn any_node_id_is_one_part_of_an_address() {
        assert_eq!(escaped("step-1~2"), "step-1~2");
        assert_eq!(escaped("a/b?c d#ä"), "a%2Fb%3Fc%20d%23%C3%A4");
    }
}
