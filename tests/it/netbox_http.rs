//! The client on HTTP: what each kind of failure becomes, and that no token is ever shown.

use hedgehog::netbox::error::NetboxError;
use hedgehog::netbox::kind::device::DeviceRow;
use hedgehog::netbox::kind::tag::TagRow;
use hedgehog::netbox::version::Version;
use hedgehog::netbox::{Client, Settings};
use secrecy::SecretString;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::fake_netbox::{FakeNetbox, Fault, Liar, Moment, Reply, Sent, TOKEN};
use crate::support::fake_tables::Tables;
use crate::support::server::Server;

fn tags(count: usize) -> Vec<serde_json::Value> {
    (0..count)
        .map(|n| json!({"name": format!("t{n}"), "slug": format!("t{n}")}))
        .collect()
}

async fn fake() -> (FakeNetbox, Server) {
    let fake = FakeNetbox::start().await;
    let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
    (fake, server)
}

#[tokio::test]
async fn the_version_decides_whether_we_work() {
    let (fake, server) = fake().await;
    assert_eq!(
        server.client().status().await.unwrap(),
        Version { major: 4, minor: 7 }
    );
    fake.set_version("4.6.9-Docker-3.4");
    assert_eq!(
        server.client().status().await.unwrap(),
        Version { major: 4, minor: 6 }
    );
    fake.set_version("4.5.10");
    let error = server.client().status().await.unwrap_err();
    assert!(
        matches!(error, NetboxError::UnsupportedVersion { .. }),
        "{error}"
    );
    assert!(
        error.explain().detail.contains("4.7 is supported"),
        "{:?}",
        error.explain()
    );
}

#[tokio::test]
async fn each_wrong_address_or_token_has_its_own_words() {
    let (fake, server) = fake().await;
    let with = |url: &str, token: &str| {
        let mut settings = Settings {
            server_url: url.to_owned(),
            ..server.settings()
        };
        settings.token = SecretString::from(token.to_owned());
        settings.retry_deadline = std::time::Duration::ZERO;
        Client::new(settings).unwrap()
    };
    let secret = "nbt_wrongwrong.secretsecret";
    let refused = with(&fake.url, secret).status().await.unwrap_err();
    assert!(matches!(refused, NetboxError::BadToken { .. }), "{refused}");
    let html = with(&format!("{}elsewhere", fake.url), TOKEN)
        .status()
        .await
        .unwrap_err();
    assert!(matches!(html, NetboxError::NotNetbox { .. }), "{html}");
    let silent = with("http://127.0.0.1:9", secret)
        .status()
        .await
        .unwrap_err();
    assert!(
        matches!(silent, NetboxError::Unreachable { .. }),
        "{silent}"
    );
    for error in [refused, html, silent] {
        let shown = format!(
            "{error} {error:?} {:?} {:?}",
            error.explain(),
            with(&fake.url, secret)
        );
        assert!(
            !shown.contains("secretsecret") && !shown.contains(TOKEN),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn long_tables_come_in_pages_and_long_filters_in_pieces() {
    let (_fake, server) = fake().await;
    let mut settings = server.settings();
    settings.page_size = 10;
    let client = Client::new(settings).unwrap();
    let made: Vec<TagRow> = client.create(tags(1_205)).await.unwrap();
    let read: Vec<TagRow> = client.list(&Vec::new()).await.unwrap();
    assert_eq!(read, made);
    let ids: Vec<u64> = made.iter().map(|row| row.id).collect();
    let some: Vec<TagRow> = server
        .client()
        .list_by_ids("id", &ids[..1_000])
        .await
        .unwrap();
    assert_eq!(some.len(), 1_000);
}

/// A proxy that answers each page with the first one is not asked for ever.
#[tokio::test]
async fn pages_that_do_not_go_on_are_told() {
    #[derive(Debug)]
    struct Deaf;
    impl Liar for Deaf {
        fn answer(&mut self, sent: &Sent, _: &Tables, after: &Tables, reply: &mut Reply) {
            if sent.method == "GET" {
                let first: Vec<_> = after.ids("extras/tags").into_iter().take(2).collect();
                let rows = first
                    .iter()
                    .filter_map(|id| after.render("extras/tags", *id));
                let rows: Vec<_> = rows.collect();
                reply.body = json!({"count": null, "next": "more", "results": rows}).to_string();
            }
        }
    }
    let (fake, server) = fake().await;
    let client = server.client();
    client.create::<TagRow>(tags(5)).await.unwrap();
    fake.answer_by(Deaf);
    let error = client.list::<TagRow>(&Vec::new()).await.unwrap_err();
    assert!(error.to_string().contains("read already"), "{error}");
}

/// What waits for its turn when the run is told to stop is not sent.
#[tokio::test]
async fn what_waits_for_a_slot_is_not_sent_once_cancelled() {
    let (fake, server) = fake().await;
    let mut settings = server.settings();
    settings.parallelism = 1;
    let client = Client::new(settings).unwrap();
    let cancel = CancellationToken::new();
    let working = client.until(cancel.clone());
    let gate = fake.gate(0, Moment::Before);
    let first = tokio::spawn(async move { client.create::<TagRow>(tags(1)).await });
    gate.reached.cancelled().await;
    let second = tokio::spawn(async move { working.create::<TagRow>(tags(3)).await });
    tokio::task::yield_now().await;
    cancel.cancel();
    assert!(second.await.unwrap().unwrap_err().is_cancelled());
    gate.open.cancel();
    first.await.unwrap().unwrap();
    let all: Vec<TagRow> = server.client().list(&Vec::new()).await.unwrap();
    assert_eq!(all.len(), 1);
}

#[tokio::test]
async fn what_did_nothing_is_sent_again_and_what_may_have_done_something_is_not() {
    let (fake, server) = fake().await;
    let client = server.client();
    fake.plan_faults([Fault::Deadlock, Fault::TooMany, Fault::None]);
    client.create::<TagRow>(tags(2)).await.unwrap();
    assert_eq!(client.counters().retries, 2);
    for fault in [Fault::Lost(502), Fault::Gone] {
        fake.plan_faults([fault]);
        let before = fake.requests().len();
        let body = json!({"name": format!("{fault:?}"), "slug": format!("{fault:?}")});
        let error = client.create::<TagRow>(vec![body]).await.unwrap_err();
        assert!(matches!(error, NetboxError::AnswerLost { .. }), "{error}");
        assert_eq!(fake.requests().len(), before + 1);
    }
}

/// A server that asks for no pause is given one all the same.
#[tokio::test]
async fn a_busy_server_is_not_asked_again_at_once() {
    let (fake, server) = fake().await;
    let mut settings = server.settings();
    settings.retry_pause = std::time::Duration::from_mins(1);
    settings.retry_deadline = std::time::Duration::from_secs(1);
    let client = Client::new(settings).unwrap();
    fake.plan_faults([Fault::TooMany]);
    client.create::<TagRow>(tags(1)).await.unwrap_err();
    assert_eq!(client.counters().retries, 0);
    client.create::<TagRow>(tags(1)).await.unwrap();
}

#[tokio::test]
async fn nothing_is_sent_once_cancelled() {
    let (fake, server) = fake().await;
    let cancel = CancellationToken::new();
    let client = server.client().until(cancel.clone());
    cancel.cancel();
    let before = fake.requests().len();
    assert!(
        client
            .list::<DeviceRow>(&Vec::new())
            .await
            .unwrap_err()
            .is_cancelled()
    );
    assert_eq!(fake.requests().len(), before);
    server
        .client()
        .list::<DeviceRow>(&Vec::new())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_stale_version_stops_a_bulk_write() {
    let (_fake, server) = fake().await;
    let client = server.client();
    let rows: Vec<TagRow> = client.create(tags(3)).await.unwrap();
    let change = |row: &TagRow| json!({"id": row.id, "description": "x"});
    let etags: Vec<String> = rows
        .iter()
        .map(|row| hedgehog::netbox::clock::etag(row.last_updated.as_ref().unwrap()))
        .collect();
    client
        .update::<TagRow>(vec![change(&rows[0])], Vec::new())
        .await
        .unwrap();
    let error = client
        .update::<TagRow>(rows.iter().map(change).collect(), etags.clone())
        .await
        .unwrap_err();
    assert!(matches!(error, NetboxError::Changed { .. }), "{error}");
    client
        .update::<TagRow>(rows[1..].iter().map(change).collect(), etags)
        .await
        .unwrap();
}

/// Whatever things are called and however many there are, no request is larger than NetBox takes.
#[tokio::test]
async fn no_request_is_larger_than_the_servers_limits() {
    let (_fake, server) = fake().await;
    let client = server.client();
    let alphabet: Vec<char> = "a訓é &=%~*+/?#\u{1f994}".chars().collect();
    let names: Vec<String> = (0..1_200)
        .map(|n| {
            let letters = (0..n % 64).map(|at| alphabet[(n + at * 7) % alphabet.len()]);
            format!("{n}{}", letters.collect::<String>())
        })
        .collect();
    let body = |(n, name): (usize, &String)| json!({"name": name, "slug": format!("s{n}")});
    let rows: Vec<TagRow> = client
        .create(names.iter().enumerate().map(body).collect())
        .await
        .unwrap();
    let found: Vec<TagRow> = client.list_by("name", &names, &Vec::new()).await.unwrap();
    assert_eq!(found.len(), rows.len());
    let ids: Vec<u64> = rows.iter().map(|row| row.id * 1_000_000_007).collect();
    let none: Vec<TagRow> = client.list_by_ids("id", &ids).await.unwrap();
    assert!(none.is_empty());
    let etags = rows
        .iter()
        .map(|row| hedgehog::netbox::clock::etag(row.last_updated.as_ref().unwrap()));
    let change = |row: &TagRow| json!({"id": row.id, "description": "x"});
    client
        .update::<TagRow>(rows.iter().map(change).collect(), etags.collect())
        .await
        .unwrap();
}
