//! ARNs of collections: how the API names them where a resource of any kind may stand.
//!
//! Owns their two forms. Refuses to know whether a collection exists.
//!
//! # Invariants
//! - What is written here is read here.
//! - Region and account are not compared: this server has one of each, and a client's configuration may still name those
//!   of the service it was written for.

/// Where Amazon has an account, this server has none. Twelve digits, as clients expect them.
const ACCOUNT: &str = "000000000000";

/// As CreateCollection answers it: without `arn:`, which is what the real service does.
pub(super) fn short(region: &str, collection: &str) -> String {
    format!("aws:rekognition:{region}:{ACCOUNT}:collection/{collection}")
}

/// As DescribeCollection answers it.
pub(super) fn full(region: &str, collection: &str) -> String {
    format!("arn:{}", short(region, collection))
}

/// What an ARN of a client names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named<'a> {
    /// A collection, by its id.
    Collection(&'a str),
    /// A resource of a kind that this server does not keep: `project`, `streamprocessor`, ….
    Other(&'a str),
}

/// Reads an ARN in either form. `None` when it is no ARN of this service.
pub(super) fn read(text: &str) -> Option<Named<'_>> {
    let rest = text.strip_prefix("arn:").unwrap_or(text);
    let mut parts = rest.splitn(5, ':');
    let (partition, service) = (parts.next()?, parts.next()?);
    let (_region, _account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    // aws, aws-cn, aws-us-gov, …
    if !partition.starts_with("aws") || service != "rekognition" {
        return None;
    }
    let (kind, name) = resource.split_once('/')?;
    match kind {
        "collection" if !name.is_empty() => Some(Named::Collection(name)),
        "collection" | "" => None,
        kind => Some(Named::Other(kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_whatever_region_and_account_they_name() {
        for arn in [
            short("eu-central-1", "a.b_c-D"),
            full("us-east-1", "a.b_c-D"),
            "arn:aws-cn:rekognition:cn-north-1:123456789012:collection/a.b_c-D".to_owned(),
            "arn:aws:rekognition:::collection/a.b_c-D".to_owned(),
        ] {
            assert_eq!(read(&arn), Some(Named::Collection("a.b_c-D")), "{arn}");
        }
    }

    #[test]
    fn other_resources_are_told_apart_from_what_is_no_arn() {
        let project = "arn:aws:rekognition:us-east-1:123456789012:project/p/1574317227432";
        assert_eq!(read(project), Some(Named::Other("project")));
        for text in [
            "",
            "collection/photos",
            "arn:aws:s3:::photos",
            "arn:aws:rekognition:us-east-1:123456789012:collection/",
            "arn:aws:rekognition:us-east-1:123456789012:/x",
            "arn:aws:rekognition:us-east-1:123456789012:collection",
            "arn:gcp:rekognition:us-east-1:123456789012:collection/x",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
