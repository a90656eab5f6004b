//! Files as other releases wrote them, and as nobody should: for the tests of loading.

use super::{ExportSecret, FileKeys, Line};

/// A file as releases wrote it before there were policies.
pub(crate) fn without_policy(file: &[u8], secret: &ExportSecret<'_>) -> Vec<u8> {
    altered(file, secret, |lines| {
        let Some(Line::Head(head)) = lines.first_mut() else { panic!("no head") };
        assert!(head.policy.take().is_some());
    })
}

/// A file as releases wrote it before there were records of consent in it.
pub(crate) fn without_consents(file: &[u8], secret: &ExportSecret<'_>) -> Vec<u8> {
    altered(file, secret, |lines| {
        lines.retain(|line| !matches!(line, Line::Consent(_)));
        for line in lines {
            if let Line::Face(face) = line {
                assert!(face.consent.take().is_some());
            }
        }
    })
}

/// A file with other lines, sealed as if it had been written so.
pub(crate) fn altered(file: &[u8], secret: &ExportSecret<'_>, alter: impl FnOnce(&mut Vec<Line>)) -> Vec<u8> {
    let mut lines: Vec<Line> = file
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    alter(&mut lines);
    let Some(Line::Head(head)) = lines.first() else { panic!("no head") };
    let mut mac = FileKeys::derive(head, secret).unwrap().mac();
    let last = lines.len() - 1;
    lines[..last].iter().for_each(|line| mac.update(&line.write()));
    let Line::End(end) = &mut lines[last] else { panic!("no end") };
    end.mac = mac.finish();
    lines.iter().flat_map(Line::write).collect()
}
