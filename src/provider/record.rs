//! The intended record: what private state keeps of a plan between runs.
//!
//! It holds decisions, in a compact form: names once, links as rows of numbers. Everything else
//! is derived from it and the design. Beside them is what was seen in `NetBox`, for the apply to compare
//! with. Its loss costs no object: ownership is marked in `NetBox`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::tried::Tried;
use crate::fabric::placement::{
    DeviceKey, LinkKind, Placement, Port, ServerEnd, ServerLink, SwitchEnd, SwitchLink,
};
use crate::reconcile::Seen;
use crate::tf::private::{Format, OpenError, SealError};

/// The version is raised when the form changes; older forms stay readable.
const FORMAT: Format = Format {
    magic: *b"HHTP",
    version: 1,
};

/// What one plan remembers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// The marker on everything that the plan owns in `NetBox`; `None` before it was created.
    pub id: Option<String>,
    /// The run that made it; `None`: a version before this word, or not applied yet.
    pub birth: Option<String>,
    /// Where it was applied. Another server's silence does not mean that the plan is gone.
    pub server_url: Option<String>,
    /// Name of the branch where it was applied; `None`: main.
    pub branch: Option<String>,
    pub placement: Placement,
    /// The placement was read back from `NetBox`, and may lack what was changed there by hand.
    pub recollected: bool,
    /// What the last refresh, or the last apply, saw in `NetBox`.
    pub seen: Option<Arc<Seen>>,
    /// What applies have tried that were not finished, since the last one that was.
    pub tried: Vec<Tried>,
}

impl Record {
    /// Fails only for plans of millions of cables.
    pub fn encode(&self) -> Result<Vec<u8>, SealError> {
        let stored = Stored::from(self);
        let json = serde_json::to_vec(&stored).expect("maps with string keys always serialise");
        FORMAT.seal(&json)
    }

    /// `None`: there is no record yet.
    pub fn decode(bytes: &[u8]) -> Result<Option<Self>, RecordError> {
        let json = match FORMAT.open(bytes) {
            Ok(json) => json,
            Err(OpenError::Empty) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let stored: Stored = serde_json::from_slice(&json).map_err(RecordError::Content)?;
        stored.into_record().map(Some).ok_or(RecordError::Name)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error(transparent)]
    Envelope(#[from] OpenError),
    #[error("its content does not parse: {0}")]
    Content(serde_json::Error),
    #[error("it refers to a name that it does not hold")]
    Name,
}

/// The stored form. A lane of 0 stands for a port that is not broken out.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    birth: Option<String>,
    server_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    branch: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    recollected: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tried: Vec<Tried>,
    names: Vec<String>,
    quantities: BTreeMap<String, u32>,
    calculated: BTreeMap<String, u32>,
    /// class, index, attachment, ordinal; class, index, zone, cage, lane
    server_links: Vec<[u32; 9]>,
    /// class, index, zone, cage, lane; twice. Of kind `fabric`, which the first form knew alone.
    fabric_links: Vec<[u32; 10]>,
    /// The same of the other kinds, by their numbers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    switch_links: BTreeMap<u32, Vec<[u32; 10]>>,
}

/// Gives each name a number, in order of first use.
#[derive(Debug, Default)]
struct Names {
    list: Vec<String>,
    numbers: BTreeMap<String, u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).expect("a plan has far fewer names than 2^32");
        self.list.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    fn switch_end(&mut self, end: &SwitchEnd) -> [u32; 5] {
        [
            self.number(&end.device.class),
            end.device.index,
            self.number(&end.zone),
            end.port.cage,
            end.port.lane.unwrap_or(0),
        ]
    }

    fn server_link(&mut self, link: &ServerLink) -> [u32; 9] {
        let server = &link.server;
        let a = [
            self.number(&server.device.class),
            server.device.index,
            self.number(&server.attachment),
            server.ordinal,
        ];
        let b = self.switch_end(&link.switch);
        [a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3], b[4]]
    }

    fn switch_link(&mut self, link: &SwitchLink) -> [u32; 10] {
        let a = self.switch_end(&link.a);
        let b = self.switch_end(&link.b);
        [a[0], a[1], a[2], a[3], a[4], b[0], b[1], b[2], b[3], b[4]]
    }
}

impl From<&Record> for Stored {
    fn from(record: &Record) -> Self {
        let Record {
            id,
            birth,
            server_url,
            branch,
            placement,
            recollected,
            seen,
            tried,
        } = record;
        let Placement {
            quantities,
            calculated,
            server_links,
            switch_links,
        } = placement;
        let mut names = Names::default();
        let mut by_kind = BTreeMap::<u32, Vec<[u32; 10]>>::new();
        for link in switch_links {
            let row = names.switch_link(link);
            by_kind.entry(number_of(link.kind)).or_default().push(row);
        }
        Self {
            id: id.clone(),
            birth: birth.clone(),
            server_url: server_url.clone(),
            branch: branch.clone(),
            recollected: *recollected,
            seen: seen.as_deref().cloned(),
            tried: tried.clone(),
            quantities: quantities.clone(),
            calculated: calculated.clone(),
            server_links: server_links.iter().map(|l| names.server_link(l)).collect(),
            fabric_links: by_kind
                .remove(&number_of(LinkKind::Fabric))
                .unwrap_or_default(),
            switch_links: by_kind,
            names: names.list,
        }
    }
}

impl Stored {
    fn into_record(self) -> Option<Record> {
        let names = &self.names;
        let server_links = self.server_links.iter().map(|row| server_link(names, row));
        let mut by_kind = self.switch_links;
        by_kind.insert(number_of(LinkKind::Fabric), self.fabric_links);
        let mut switch_links = Vec::new();
        for (number, rows) in by_kind {
            let kind = kind_of(number)?;
            let links = rows.iter().map(|row| switch_link(names, kind, row));
            switch_links.extend(links.collect::<Option<Vec<_>>>()?);
        }
        switch_links.sort();
        let placement = Placement {
            server_links: server_links.collect::<Option<_>>()?,
            switch_links,
            quantities: self.quantities,
            calculated: self.calculated,
        };
        Some(Record {
            id: self.id,
            birth: self.birth,
            server_url: self.server_url,
            branch: self.branch,
            placement,
            recollected: self.recollected,
            seen: self.seen.map(Arc::new),
            tried: self.tried,
        })
    }
}

fn name(names: &[String], number: u32) -> Option<String> {
    names.get(usize::try_from(number).ok()?).cloned()
}

fn switch_end(names: &[String], row: [u32; 5]) -> Option<SwitchEnd> {
    let [class, index, zone, cage, lane] = row;
    Some(SwitchEnd {
        device: DeviceKey {
            class: name(names, class)?,
            index,
        },
        zone: name(names, zone)?,
        port: Port {
            cage,
            lane: (lane > 0).then_some(lane),
        },
    })
}

fn server_link(names: &[String], row: &[u32; 9]) -> Option<ServerLink> {
    let [class, index, attachment, ordinal, b @ ..] = *row;
    Some(ServerLink {
        server: ServerEnd {
            device: DeviceKey {
                class: name(names, class)?,
                index,
            },
            attachment: name(names, attachment)?,
            ordinal,
        },
        switch: switch_end(names, b)?,
    })
}

fn switch_link(names: &[String], kind: LinkKind, row: &[u32; 10]) -> Option<SwitchLink> {
    let [a0, a1, a2, a3, a4, b @ ..] = *row;
    Some(SwitchLink {
        kind,
        a: switch_end(names, [a0, a1, a2, a3, a4])?,
        b: switch_end(names, b)?,
    })
}

fn number_of(kind: LinkKind) -> u32 {
    let known = LinkKind::ALL.iter().zip(0..);
    known
        .filter(|(other, _)| **other == kind)
        .map(|(_, number)| number)
        .next()
        .unwrap_or(u32::MAX)
}

fn kind_of(number: u32) -> Option<LinkKind> {
    LinkKind::ALL.get(usize::try_from(number).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let leaf = |cage, lane| SwitchEnd {
            device: DeviceKey {
                class: "leaf".into(),
                index: 2,
            },
            zone: "servers".into(),
            port: Port { cage, lane },
        };
        Record {
            id: Some("0123456789abcdef0123456789abcdef".into()),
            birth: Some("01234567".into()),
            server_url: Some("http://127.0.0.1:8000".into()),
            branch: Some("summer".into()),
            recollected: true,
            seen: Some(Arc::new(Seen::default())),
            tried: vec![Tried {
                status: Some("deployed".into()),
                tags: vec!["blue".into()],
                ..Tried::default()
            }],
            placement: Placement {
                quantities: [("leaf".to_owned(), 2)].into(),
                calculated: [("leaf".to_owned(), 1)].into(),
                server_links: vec![ServerLink {
                    server: ServerEnd {
                        device: DeviceKey {
                            class: "compute".into(),
                            index: 7,
                        },
                        attachment: "frontend".into(),
                        ordinal: 1,
                    },
                    switch: leaf(9, Some(4)),
                }],
                switch_links: vec![
                    SwitchLink {
                        kind: LinkKind::Fabric,
                        a: leaf(2, None),
                        b: leaf(64, None),
                    },
                    SwitchLink {
                        kind: LinkKind::MclagSession,
                        a: leaf(3, None),
                        b: leaf(3, Some(1)),
                    },
                ],
            },
        }
    }

    #[test]
    fn a_record_survives_its_stored_form() {
        let record = record();
        assert_eq!(
            Record::decode(&record.encode().unwrap()).unwrap(),
            Some(record)
        );
    }

    #[test]
    fn nothing_stored_is_no_record() {
        assert_eq!(Record::decode(&[]).unwrap(), None);
    }

    #[test]
    fn damage_is_an_error_and_never_another_record() {
        let good = record().encode().unwrap();
        for length in 1..good.len() {
            assert!(
                Record::decode(&good[..length]).is_err(),
                "cut to {length} bytes"
            );
        }
        let future = Format {
            version: FORMAT.version + 1,
            ..FORMAT
        }
        .seal(b"{}")
        .unwrap();
        assert!(matches!(
            Record::decode(&future),
            Err(RecordError::Envelope(OpenError::Newer { version: 2 }))
        ));
    }
}
