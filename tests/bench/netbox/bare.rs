//! Clients that only send: the payloads of a recorded run, in batches or one by one.

use reqwest::Method;
use serde_json::Value;

use crate::recorder::Written;
use crate::support::NetBox;

/// How a client sends what another has sent.
#[derive(Debug, Clone, Copy)]
pub enum Style {
    /// Lists of at most so many objects, one after the other: two at a time end in a deadlock of the database,
    /// a 500, as soon as objects of both have a parent in common.
    Batches(usize),
    /// One request an object, and one that reads it back, as a resource for each object does; so many
    /// objects at a time.
    OneByOne(usize),
}

/// Whose ids no other object names: these can come in any order.
const LEAVES: [&str; 4] = [
    "dcim/interface-templates/",
    "dcim/module-bay-templates/",
    "dcim/modules/",
    "dcim/cables/",
];

/// A request of the recorded run, with the ids that its answer had.
struct Call {
    method: Method,
    path: String,
    objects: Vec<Value>,
    ids: Vec<Value>,
}

/// Sends everything but the journal. The ids are those of the recorded run, since the database
/// begins the same and each table is filled in the same order.
pub fn send(netbox: &NetBox, written: &[Written], style: Style) {
    for call in merged(written) {
        match style {
            Style::Batches(size) => {
                let chunks = call.objects.chunks(size).zip(call.ids.chunks(size));
                for (objects, ids) in chunks {
                    let body = Value::from(objects.to_vec());
                    let answer = netbox.send(&call.method, &call.path, Some(&body));
                    let same = sorted(ids_of(&answer)) == sorted(ids.to_vec());
                    assert!(same, "{} has other ids", call.path);
                }
            }
            Style::OneByOne(at_a_time) => one_by_one(netbox, &call, at_a_time),
        }
    }
}

fn one_by_one(netbox: &NetBox, call: &Call, at_a_time: usize) {
    let creates = call.method == Method::POST;
    let any_order = !creates || LEAVES.contains(&call.path.as_str());
    let workers = if any_order { at_a_time } else { 1 };
    let objects: Vec<_> = call.objects.iter().zip(&call.ids).collect();
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let share = objects.iter().skip(worker).step_by(workers);
            scope.spawn(move || {
                for (object, id) in share {
                    let to = if creates {
                        call.path.clone()
                    } else {
                        format!("{}{id}/", call.path)
                    };
                    let answer = netbox.send(&call.method, &to, Some(object));
                    assert!(any_order && creates || answer["id"] == **id, "{to}");
                    netbox.get(&format!("{}{}/", call.path, answer["id"]));
                }
            });
        }
    });
}

/// Neighbours of one kind are one call.
fn merged(written: &[Written]) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for request in written {
        // The journal is ours; a bare client has none.
        if request.method == Method::PATCH && request.path.contains("/extras/tags/") {
            continue;
        }
        let path = request.path.trim_start_matches("/api/").to_owned();
        let objects = list(&request.body);
        // What is changed comes back in NetBox's own order.
        let ids = if request.method == Method::POST {
            ids_of(&request.answer)
        } else {
            ids_of(&request.body)
        };
        assert_eq!(objects.len(), ids.len(), "{path}");
        match calls.last_mut() {
            Some(last) if last.method == request.method && last.path == path => {
                last.objects.extend(objects);
                last.ids.extend(ids);
            }
            _ => calls.push(Call {
                method: request.method.clone(),
                path,
                objects,
                ids,
            }),
        }
    }
    calls
}

fn sorted(mut ids: Vec<Value>) -> Vec<Value> {
    ids.sort_by_key(Value::as_u64);
    ids
}

fn list(body: &Value) -> Vec<Value> {
    match body {
        Value::Array(objects) => objects.clone(),
        one => vec![one.clone()],
    }
}

fn ids_of(answer: &Value) -> Vec<Value> {
    let objects = list(answer);
    objects.iter().map(|object| object["id"].clone()).collect()
}
